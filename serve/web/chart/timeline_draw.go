package chart

import (
	"fmt"
	"slices"
)

// drawBands draws the bands as the ground of the chart, and both axes.
func (c *timelineLayout) drawBands(d *drawing) {
	v := c.view
	left, right := timeLeft, c.right
	for i, band := range []struct{ low, high float64 }{{v.Healthy, 100}, {v.Sick, v.Healthy}, {0, v.Sick}} {
		if v.Healthy == 0 { // where the bands begin is not known
			break
		}
		top, bottom := c.y.clamp(band.high), c.y.clamp(band.low)
		d.rect(bandClasses[i], left, top, right-left, bottom-top)
		c.nameBand(d, i, top, bottom)
	}
	for _, tick := range c.y.ticks(4) {
		d.text("tick time-small", "end", left-6, c.y.at(tick)+4, px(tick))
	}
	d.line("axis", left, c.y.from, right, c.y.from)
	for _, m := range c.months() {
		d.line("axis", c.at(m), c.y.from, c.at(m), c.y.from+4)
		d.text("tick time-small", "middle", c.at(m), c.y.from+18, v.Month(m))
	}
}

// drawEvents marks what we did.
func (c *timelineLayout) drawEvents(d *drawing) {
	for _, e := range c.view.Events {
		c.drawMark(d, "time-event", e, point{0, c.eventY - 6}, point{6, c.eventY + 5}, point{-6, c.eventY + 5})
	}
}

// drawClusters marks where the cluster changes: a line through the chart and a
// diamond at its top.
func (c *timelineLayout) drawClusters(d *drawing) {
	for _, e := range c.view.Clusters {
		c.drawMark(d, "time-cluster", e, point{0, timeTop - 1}, point{5, timeTop + 5}, point{0, timeTop + 11}, point{-5, timeTop + 5})
	}
}

// drawMark draws a line through the chart at an event, and on it a shape with the
// event's text. The corners' x counts from the line.
func (c *timelineLayout) drawMark(d *drawing, class string, e TimeEvent, corners ...point) {
	x := c.at(e.At)
	for i := range corners {
		corners[i].x += x
	}
	d.line(class+"-line", x, timeTop, x, c.y.from)
	d.group(class, func() {
		fmt.Fprintf(&d.b, "<title>%s</title>", escape(e.Text))
		d.path(class+"-mark", polygon(corners...))
	})
}

// drawChosen marks the two dates of the comparison.
func (c *timelineLayout) drawChosen(d *drawing) {
	from, to := c.chosen(func(p TimePoint) bool { return p.From }), c.chosen(func(p TimePoint) bool { return p.To })
	if from != nil && to != nil {
		d.rect("time-range", c.at(from.At), timeTop, c.at(to.At)-c.at(from.At), timeHeight)
	}
	for _, one := range []struct {
		p    *TimePoint
		word string
	}{{from, c.view.FromWord}, {to, c.view.ToWord}} {
		if one.p != nil {
			d.line("time-chosen", c.at(one.p.At), timeTop-4, c.at(one.p.At), c.y.from)
		}
	}
	c.nameChosen(d, from, to)
}

func (c *timelineLayout) chosen(is func(TimePoint) bool) *TimePoint {
	i := slices.IndexFunc(c.view.Points, is)
	if i < 0 {
		return nil
	}
	return &c.view.Points[i]
}

// nameChosen writes "from" and "to" above the chart, on either side of where
// they would meet.
func (c *timelineLayout) nameChosen(d *drawing, from, to *TimePoint) {
	if to != nil {
		anchor, x, wide := "middle", c.at(to.At), TextWidth(c.view.ToWord, timeText)/2
		if from != nil && c.at(to.At)-c.at(from.At) < 2*wide+TextWidth(c.view.FromWord, timeText) {
			anchor, x = "start", c.at(to.At)-2
		}
		if x+wide > c.width-2 || anchor == "start" && x+2*wide > c.width-2 {
			anchor, x = "end", c.width-2
		}
		d.text("time-word", anchor, x, timeTop-9, c.view.ToWord)
	}
	if from != nil {
		anchor, x := "middle", c.at(from.At)
		if to != nil && c.at(to.At)-x < TextWidth(c.view.ToWord, timeText)+TextWidth(c.view.FromWord, timeText) {
			anchor, x = "end", x-6
		}
		d.text("time-word", anchor, x, timeTop-9, c.view.FromWord)
	}
}

// drawLines joins the answers of one model; between two models there is a gap,
// because the scores of two models are not comparable.
func (c *timelineLayout) drawLines(d *drawing) {
	for _, version := range c.models {
		var points []point
		for _, p := range c.of(version) {
			points = append(points, point{c.at(p.At), c.y.clamp(p.Health)})
		}
		d.trace("time-line", points)
	}
}

// drawPoints draws every answer; one that can be compared with the date before
// is a link that does so.
func (c *timelineLayout) drawPoints(d *drawing) {
	for _, p := range c.view.Points {
		class, r := "time-point", 4.0
		if p.From || p.To {
			class, r = "time-point time-point-chosen", 6
		} else if !p.Shown {
			class, r = "time-point time-point-other", 3
		}
		draw := func() {
			d.circle("time-reach", c.at(p.At), c.y.clamp(p.Health), 11, "")
			d.circle(class, c.at(p.At), c.y.clamp(p.Health), r, "")
		}
		if p.Href == "" {
			draw()
			continue
		}
		d.link(p.Href, p.Text, p.To, draw)
	}
}

// drawPicks draws a row of dates for each end of the comparison. The form above
// the chart does the same, so the keyboard does not stop at each of them.
func (c *timelineLayout) drawPicks(d *drawing) {
	if c.pickY == 0 {
		return
	}
	for row, word := range []string{c.view.FromWord, c.view.ToWord} {
		y := c.pickY + float64(row)*timeStrip + 10
		d.text("tick time-small", "end", timeLeft-4, y+4, fit(word, timeText, timeLeft-6))
		for _, p := range c.view.Points {
			href, text, current := p.FromHref, p.FromText, p.From
			if row == 1 {
				href, text, current = p.ToHref, p.ToText, p.To
			}
			if p.Shown {
				c.drawPick(d, c.at(p.At), y, href, text, current)
			}
		}
	}
}

func (c *timelineLayout) drawPick(d *drawing, x, y float64, href, text string, current bool) {
	class := "time-pick"
	switch {
	case current:
		class = "time-pick time-pick-current"
	case href == "":
		class = "time-pick time-pick-not"
	}
	if href == "" || current {
		d.circle(class, x, y, 4, "")
		return
	}
	d.links = true
	fmt.Fprintf(&d.b, `<a href="%s" tabindex="-1" aria-label="%s"><title>%s</title>`, escape(href), escape(text), escape(text))
	d.circle("time-reach", x, y, 10, "")
	d.circle(class, x, y, 4, "")
	d.b.WriteString("</a>")
}
