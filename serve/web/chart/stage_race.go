package chart

import "math"

// drawRace draws who is where on the route: the peloton of renewed peers, the
// middle of which is at today's place, and the account.
func (s *stageLayout) drawRace(d *drawing) {
	today := s.scale.x(s.view.Today)
	s.drawPeloton(d, today)
	x, ok := s.riderX()
	if !ok {
		return
	}
	y := s.meY()
	d.line("stage-me-line", x, s.hills.height(x), x, y+9)
	if math.Abs(today-x) > 12 {
		d.line("stage-behind", x, y+12, today, y+12)
		d.line("stage-behind-end", today, y+7, today, y+17)
	}
	d.path("stage-me", polygon(point{x - 7, y + 16}, point{x + 7, y + 16}, point{x, y + 6}))
	drawRider(d, "stage-rider", x, s.hills.height(x), 1.5)
}

// meY is where the account's part below the axis begins.
func (s *stageLayout) meY() float64 { return s.floor + stageBand + float64(len(s.peers))*stageLine }

// drawCaptions writes who rides where; last, over all lines.
func (s *stageLayout) drawCaptions(d *drawing) {
	low, high := s.pelotonX()
	s.caption(d, "stage-caption", stageText, (low+high)/2, s.floor+stageLabel+stageText-2, s.peers)
	if x, ok := s.riderX(); ok {
		s.caption(d, "stage-caption stage-caption-me", stageBold, x, s.meY()+34, s.me)
	}
}

// riderX is where the account is on the route, as far as the picture of a rider
// has room; false if that is not known.
func (s *stageLayout) riderX() (float64, bool) {
	const half = 16.0
	return between(s.scale.x(s.view.Rider), half, s.width-half), !math.IsNaN(s.view.Rider)
}

// pelotonX is where the middle half of the peers is: at least as much road as
// it takes to see them.
func (s *stageLayout) pelotonX() (low, high float64) {
	const least = 36.0
	low, high = s.scale.x(s.view.Peloton[0]), s.scale.x(s.view.Peloton[1])
	if high-low < least {
		middle := between((low+high)/2, s.hills[0].x+least/2, s.hills[len(s.hills)-1].x-least/2)
		low, high = middle-least/2, middle+least/2
	}
	return low, high
}

// drawPeloton draws the middle half of the peers: riders on the road, and the
// stretch they take up below the axis.
func (s *stageLayout) drawPeloton(d *drawing, today float64) {
	const apart = 10.0
	low, high := s.pelotonX()
	riders := int(between(math.Floor((high-low)/apart), 4, 16))
	for i := range riders {
		x := low + (high-low)*(float64(i)+0.5)/float64(riders)
		drawRider(d, "stage-peloton", x, s.hills.height(x), 0.7)
	}
	y := s.floor + stageLabel - 12
	d.line("stage-today", today, s.hills.height(today), today, y+6)
	d.rect("stage-span", low, y, high-low, 6)
}

// caption writes lines below something at x, inside the map.
func (s *stageLayout) caption(d *drawing, class string, size, x, y float64, lines []string) {
	for i, text := range lines {
		half := TextWidth(text, size) / 2
		d.text(class, "middle", between(x, half+2, s.width-half-2), y+float64(i)*stageLine, text)
	}
}

// drawRider draws a cyclist whose wheels stand on (x, y), 20 user units long
// and high at size 1.
func drawRider(d *drawing, class string, x, y, size float64) {
	at := func(dx, dy float64) point { return point{x + dx*size, y + dy*size} }
	d.group(class, func() {
		for _, dx := range []float64{-6, 6} {
			d.circle("rider-wheel", x+dx*size, y-4.2*size, 4*size, "")
		}
		d.path("rider-frame", polygon(at(-6, -4.2), at(-2.6, -9.6), at(4, -9.6), at(0, -4.2))+polyline(at(3.6, -11), at(6, -4.2)))
		d.path("rider-body", polyline(at(0.4, -4.6), at(2, -8.4), at(-2.8, -11.4), at(1.6, -15.4), at(4.4, -11.4)))
		d.circle("rider-head", x+4.4*size, y-17.2*size, 2.2*size, "")
	})
}
