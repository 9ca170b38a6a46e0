package chart

// skyline is what lies behind the stage, in parts of its height. Nothing is
// measured by it.
var skyline = [...]float64{.3, .62, .44, .86, .58, .98, .66, .8, .5}

// drawGround draws far hills, the profile, what of it is ridden, and the finish.
func (s *stageLayout) drawGround(d *drawing) {
	left, right := s.hills[0].x, s.hills[len(s.hills)-1].x
	far := terrain{{left, s.floor - stageHill*skyline[0]}}
	for i := 1; i < len(skyline); i++ {
		far.slope(left+(right-left)*float64(i)/float64(len(skyline)-1), s.floor-stageHill*skyline[i], stageHill)
	}
	d.path("stage-far", far.land(s.floor))
	land := s.hills.land(s.floor)
	d.path("stage-hill", land)
	if x, ok := s.riderX(); ok {
		d.clipped("ridden", x, func() { d.path("stage-ridden", land) })
	}
	d.trace("stage-road", s.hills)
	s.drawFinish(d)
}

// drawFinish draws a chequered flag at the end of the route.
func (s *stageLayout) drawFinish(d *drawing) {
	const side, columns, rows = 5.0, 4, 3
	foot := s.hills[len(s.hills)-1]
	left, top := foot.x-columns*side, foot.y-2*stageFlag
	d.line("stage-pole", foot.x, foot.y, foot.x, top)
	d.rect("stage-chequer", left, top, columns*side, rows*side)
	for i := range columns * rows {
		if column, row := i%columns, i/columns; (column+row)%2 == 0 {
			d.rect("stage-check", left+float64(column)*side, top+float64(row)*side, side, side)
		}
	}
}

// drawClimbs draws a pole and a sign on every summit, and the names.
func (s *stageLayout) drawClimbs(d *drawing) {
	for _, l := range s.labels {
		d.line("stage-lead", s.at[l.climb], s.labelY(l.row)+stageText+8, s.at[l.climb], s.signY(l.climb)-stageSign-3)
	}
	for i := range s.at {
		d.line("stage-pole", s.at[i], s.signY(i)+stageSign, s.at[i], s.hills.height(s.at[i]))
	}
	for i, c := range s.view.Climbs {
		drawSign(d, s.at[i], s.signY(i), c.State, s.number(i))
	}
	for _, l := range s.labels {
		state := string(s.view.Climbs[l.climb].State)
		d.text("stage-name", "middle", (l.left+l.right)/2, s.labelY(l.row), l.name)
		d.text("stage-word stage-word-"+state, "middle", (l.left+l.right)/2, s.labelY(l.row)+stageText+4, l.word)
	}
}

// labelY is the baseline of the names in a row.
func (s *stageLayout) labelY(row int) float64 {
	return s.top - stageFlag - stageSign - 10 - float64(row+1)*stageLabel + stageText
}

// signBox is the room that a sign takes up.
type signBox struct{ left, top, right, bottom float64 }

// boxOfSign bounds what drawSign draws at a place.
func boxOfSign(state State, x, y float64) signBox {
	const r = stageSign
	switch state {
	case Overdue:
		return signBox{x - 1.3*r, y - 1.3*r, x + 1.3*r, y + 1.3*r}
	case Next:
		return signBox{x, y - r, x + 2.4*r, y + r}
	case Reached: // its tick stands out at the upper right
		return signBox{x - r, y - r - 3, x + r + 7, y + r}
	default:
		return signBox{x - r, y - r, x + r, y + r}
	}
}

// drawSign draws a climb's number in the shape of its state.
func drawSign(d *drawing, x, y float64, state State, number string) {
	class := "stage-sign stage-sign-" + string(state)
	r, shift := stageSign, 0.0
	switch state {
	case Overdue:
		r *= 1.3
		d.path(class, polygon(point{x, y - r}, point{x + r, y}, point{x, y + r}, point{x - r, y}))
	case Next:
		shift = 2 + float64(len(number)) // two figures need more room from the pole
		d.path(class, polygon(point{x, y - r}, point{x + 2.4*r, y}, point{x, y + r}))
	default:
		d.circle(class, x, y, r, "")
	}
	d.text("stage-number stage-number-"+string(state), "middle", x+2*shift, y+4, number)
	if state == Reached {
		tick := polyline(point{x + 6, y - 8}, point{x + 9.5, y - 4.5}, point{x + 16, y - 12})
		d.path("stage-tick-edge", tick)
		d.path("stage-tick", tick)
	}
}

// drawAxis draws the road's kilometre stones: the day of each climb, as far as
// they do not run into each other.
func (s *stageLayout) drawAxis(d *drawing) {
	const size, apart = stageText - 1, 8
	left, right := s.hills[0].x, s.hills[len(s.hills)-1].x
	y := s.floor + size + 6
	d.line("axis", left, s.floor, right, s.floor)
	start, end := fit(s.view.Start, size, s.width*0.25), s.view.End
	if s.width < stageNames {
		end = s.view.EndShort
	}
	end = fit(end, size, s.width*0.4)
	d.text("tick stage-day", "start", left, y, start)
	d.text("tick stage-day", "end", right, y, end)
	free, last := left+TextWidth(start, size)+apart, right-TextWidth(end, size)-apart
	for i, c := range s.view.Climbs {
		d.line("axis", s.at[i], s.floor, s.at[i], s.floor+4)
		half := TextWidth(c.DayOf, size) / 2
		if s.at[i]-half >= free && s.at[i]+half <= last {
			d.text("tick stage-day", "middle", s.at[i], y, c.DayOf)
			free = s.at[i] + half + apart
		}
	}
}
