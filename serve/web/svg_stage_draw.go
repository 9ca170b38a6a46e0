package web

import (
	"math"
	"strings"
)

// path is the profile as path data, closed along the floor.
func (t terrain) path(floor float64) string {
	var b strings.Builder
	b.WriteString("M" + decimal(t.x[0]) + " " + decimal(floor) + "L" + decimal(t.x[0]) + " " + decimal(t.y[0]))
	b.WriteString(t.curve())
	b.WriteString("L" + decimal(t.x[len(t.x)-1]) + " " + decimal(floor) + "Z")
	return b.String()
}

// curve is the profile's upper edge from its first point on: a cubic with level
// ends at a third of the way is the smoothstep that height computes.
func (t terrain) curve() string {
	var b strings.Builder
	for i := 1; i < len(t.x); i++ {
		third := (t.x[i] - t.x[i-1]) / 3
		b.WriteString("C" + decimal(t.x[i-1]+third) + " " + decimal(t.y[i-1]) + " " +
			decimal(t.x[i]-third) + " " + decimal(t.y[i]) + " " + decimal(t.x[i]) + " " + decimal(t.y[i]))
	}
	return b.String()
}

// riderX is where the account is on the route; false if that is not known.
func (s *stageLayout) riderX() (float64, bool) {
	if math.IsNaN(s.view.Rider) {
		return 0, false
	}
	return s.scale.x(s.view.Rider), true
}

// clip defines the part of the map that the account has ridden.
func (s *stageLayout) clip(p *pen, id string) {
	x, _ := s.riderX()
	p.open("defs")
	p.open("clipPath", "id", id+"-ridden")
	p.tag("rect", "x", 0., "y", 0., "width", x, "height", s.floor)
	p.close("clipPath")
	p.close("defs")
}

// drawGround draws far hills, the profile, and what of it is ridden.
func (s *stageLayout) drawGround(p *pen, id string) {
	far := terrain{}
	left, right := s.hills.x[0], s.hills.x[len(s.hills.x)-1]
	const ridges = 7
	for i := range ridges {
		x := left + (right-left)*float64(i)/(ridges-1)
		// A fixed skyline: nothing is measured by it.
		far.x, far.y = append(far.x, x), append(far.y, s.floor-stageHill*[ridges]float64{.2, .42, .3, .56, .38, .6, .3}[i])
	}
	p.tag("path", "d", far.path(s.floor), "class", "stage-far")
	profile := s.hills.path(s.floor)
	p.tag("path", "d", profile, "class", "stage-hill")
	p.tag("path", "d", profile, "class", "stage-ridden", "clip-path", "url(#"+id+"-ridden)")
	edge := "M" + decimal(s.hills.x[0]) + " " + decimal(s.hills.y[0]) + s.hills.curve()
	p.tag("path", "d", edge, "class", "stage-road")
}

// drawClimbs draws a pole and a sign on every summit, and the names.
func (s *stageLayout) drawClimbs(p *pen) {
	for _, l := range s.labels {
		x, y := s.at[l.climb], s.labelY(l.row)
		p.line(x, y+stageText+8, x, s.signY(l.climb)-stageSign-2, "stage-lead")
	}
	for i, c := range s.view.Climbs {
		p.line(s.at[i], s.signY(i)+stageSign, s.at[i], s.hills.height(s.at[i]), "stage-pole")
		drawSign(p, s.at[i], s.signY(i), c.State, s.number(i))
	}
	for _, l := range s.labels {
		middle, y := (l.left+l.right)/2, s.labelY(l.row)
		p.text(middle, y, "middle", "stage-name", l.name)
		p.text(middle, y+stageText+3, "middle", "stage-word stage-word-"+string(s.view.Climbs[l.climb].State), l.word)
	}
}

// labelY is the baseline of the names in a row.
func (s *stageLayout) labelY(row int) float64 {
	return s.top - stageFlag - stageSign - float64(row+1)*stageLabel + stageText + 2
}

// drawSign draws a climb's number in the shape of its state.
func drawSign(p *pen, x, y float64, state climbState, number string) {
	class := "stage-sign stage-sign-" + string(state)
	r := stageSign
	switch state {
	case climbOverdue:
		r *= 1.25
		p.tag("path", "d", polygon(x, y-r, x+r, y, x, y+r, x-r, y), "class", class)
	case climbNext:
		p.tag("path", "d", polygon(x-r, y-r, x+r+5, y, x-r, y+r), "class", class)
		x -= 2
	default:
		p.tag("circle", "cx", x, "cy", y, "r", r, "class", class)
	}
	p.text(x, y+4, "middle", "stage-number stage-number-"+string(state), number)
	if state == climbReached {
		p.tag("path", "d", "M"+decimal(x+4)+" "+decimal(y-9)+"l3 3l6 -7", "class", "stage-tick")
	}
}

// polygon is path data through the points x, y, x, y, …
func polygon(xy ...float64) string {
	var b strings.Builder
	for i := 0; i+1 < len(xy); i += 2 {
		command := "L"
		if i == 0 {
			command = "M"
		}
		b.WriteString(command + decimal(xy[i]) + " " + decimal(xy[i+1]))
	}
	return b.String() + "Z"
}

// drawAxis draws the road's kilometre stones: the day of each climb, as far as
// they do not run into each other.
func (s *stageLayout) drawAxis(p *pen) {
	left, right := s.hills.x[0], s.hills.x[len(s.hills.x)-1]
	y := s.floor + stageText + 5
	p.line(left, s.floor, right, s.floor, "stage-axis")
	start, end := shorten(s.view.Start, stageText-1, s.width*0.3), shorten(s.view.End, stageText-1, s.width*0.5)
	p.text(left, y, "start", "stage-day", start)
	p.text(right, y, "end", "stage-day", end)
	free := left + wordWidth(start, stageText-1) + 8
	last := right - wordWidth(end, stageText-1) - 8
	for i, c := range s.view.Climbs {
		p.line(s.at[i], s.floor, s.at[i], s.floor+4, "stage-axis")
		half := wordWidth(c.DayOf, stageText-1) / 2
		if s.at[i]-half >= free && s.at[i]+half <= last {
			p.text(s.at[i], y, "middle", "stage-day", c.DayOf)
			free = s.at[i] + half + 8
		}
	}
}
