package web

import "math"

// drawRace draws who is where on the route: the peloton of renewed peers, its
// middle being today, and the account.
func (s *stageLayout) drawRace(p *pen) {
	low, high := s.scale.x(s.view.Peloton[0]), s.scale.x(s.view.Peloton[1])
	today := s.scale.x(s.view.Today)
	if known := !math.IsNaN(low) && !math.IsNaN(high); known {
		s.drawPeloton(p, low, high, today)
	}
	x, ok := s.riderX()
	if !ok {
		return
	}
	y := s.floor + 2*stageLabel + 2
	p.tag("path", "d", polygon(x-7, y-11, x+7, y-11, x, y-19), "class", "stage-me")
	if math.Abs(today-x) > 12 {
		p.line(x, y-15, today, y-15, "stage-behind")
		p.line(today, y-19, today, y-11, "stage-behind-end")
	}
	p.line(x, s.hills.height(x), x, y-19, "stage-me-line")
	drawRider(p, x, s.hills.height(x), 1.15, "stage-rider")
	s.caption(p, x, y+stageText-6, "stage-caption stage-caption-me", s.view.RiderText)
}

// drawPeloton draws the middle half of the peers: riders on the road, and the
// stretch they take up below the axis.
func (s *stageLayout) drawPeloton(p *pen, low, high, today float64) {
	const least, apart = 34.0, 9.0
	if high-low < least {
		middle := between((low+high)/2, s.hills.x[0]+least/2, s.hills.x[len(s.hills.x)-1]-least/2)
		low, high = middle-least/2, middle+least/2
	}
	riders := int(between(math.Floor((high-low)/apart), 3, 14))
	for i := range riders {
		x := low + (high-low)*(float64(i)+0.5)/float64(riders)
		drawRider(p, x, s.hills.height(x), 0.55, "stage-peloton")
	}
	y := s.floor + stageLabel - 8
	p.tag("rect", "x", low, "y", y, "width", high-low, "height", 6., "rx", 3., "class", "stage-span")
	p.line(today, s.floor, today, y+6, "stage-today")
	s.caption(p, (low+high)/2, y+stageText+9, "stage-caption", s.view.PelotonText)
}

// caption writes a line below something at x, inside the map.
func (s *stageLayout) caption(p *pen, x, y float64, class, text string) {
	text = shorten(text, stageText, s.width-8)
	half := wordWidth(text, stageText) / 2
	p.text(between(x, half+4, s.width-half-4), y, "middle", class, text)
}

// drawRider draws a cyclist whose wheels stand on (x, y), 20 user units long at
// size 1.
func drawRider(p *pen, x, y, size float64, class string) {
	at := func(dx, dy float64) string { return decimal(x+dx*size) + " " + decimal(y+dy*size) }
	wheel := func(dx float64) {
		p.tag("circle", "cx", x+dx*size, "cy", y-4.5*size, "r", 4.2*size, "class", "rider-wheel")
	}
	p.open("g", "class", class)
	wheel(-6)
	wheel(6)
	p.tag("path", "class", "rider-frame", "d", "M"+at(-6, -4.5)+"L"+at(-2.5, -10)+"L"+at(4, -10)+"L"+at(6, -4.5)+
		"M"+at(-2.5, -10)+"L"+at(0.5, -4.5)+"L"+at(4, -10))
	p.tag("path", "class", "rider-body", "d", "M"+at(0.5, -4.5)+"L"+at(1.5, -8)+"L"+at(-2.5, -11.5)+"L"+at(2, -16)+"L"+at(5.5, -11))
	p.tag("circle", "cx", x+4.3*size, "cy", y-18*size, "r", 2.3*size, "class", "rider-head")
	p.close("g")
}
