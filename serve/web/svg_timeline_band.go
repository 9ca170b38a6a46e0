package web

// nameBand writes a band's name beside the chart or, where there is no room,
// into that corner of the band which the fewest lines cross.
func (c *timeline) nameBand(d *drawing, class, name string, top, bottom float64) {
	if !c.narrow {
		d.text("time-band "+class, "start", c.right+6, (top+bottom)/2+4, fit(name, timeText, c.width-c.right-6))
		return
	}
	const edge = 6.0
	wide := wordWidth(name, timeText)
	best, least := point{}, -1
	for _, at := range []point{ // left end of the baseline
		{c.right - edge - wide, bottom - edge}, {timeLeft + edge, bottom - edge},
		{c.right - edge - wide, top + timeText + 3}, {timeLeft + edge, top + timeText + 3},
	} {
		if n := c.crossings(at.x-4, at.x+wide+4, at.y-timeText-3, at.y+6); least < 0 || n < least {
			best, least = at, n
		}
	}
	d.text("time-band "+class, "start", best.x, best.y, name)
}

// crossings counts the lines of the chart that run through a box.
func (c *timeline) crossings(left, right, top, bottom float64) int {
	count := 0
	before := map[string]point{} // by model
	for _, p := range c.view.Points {
		x := c.at(p.At)
		if (p.From || p.To) && left < x && x < right {
			count++
		}
		at := point{x, c.y.clamp(p.Health)}
		if from, ok := before[p.Model]; ok && crosses(from, at, left, right, top, bottom) {
			count++
		}
		before[p.Model] = at
	}
	return count
}

// crosses tells whether a line between two points, from left to right, enters a
// box; it is looked at in small steps.
func crosses(from, to point, left, right, top, bottom float64) bool {
	const steps = 16
	for i := range steps + 1 {
		part := float64(i) / steps
		x, y := from.x+part*(to.x-from.x), from.y+part*(to.y-from.y)
		if left < x && x < right && top < y && y < bottom {
			return true
		}
	}
	return false
}
