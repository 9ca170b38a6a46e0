package chart

import "cmp"

// modelStretch is the time in which a model answered.
type modelStretch struct {
	name      string
	low, high float64 // x
	text      string
	x         float64 // middle of the text
	row       int     // of the text
}

// placeModels places the stretches and the versions below them: in one row if
// every version fits below its own stretch, else in two by turns.
func (c *timelineLayout) placeModels() (list []modelStretch, rows int) {
	const reach, apart = 8.0, 6.0
	fits := true
	for i, version := range c.models {
		own := c.of(version)
		m := modelStretch{name: cmp.Or(c.view.Models[version], version), low: c.at(own[0].At) - reach, high: c.at(own[len(own)-1].At) + reach}
		m.text = c.view.ModelWord + " " + m.name
		if i+1 < len(c.models) { // both may have answered on the day of the change
			m.high = max(m.low, min(m.high, c.at(c.of(c.models[i+1])[0].At)-reach-4))
		}
		wide := TextWidth(m.text, timeText)
		m.x = between((m.low+m.high)/2, wide/2+2, c.width-2-wide/2)
		fits = fits && (i == 0 || m.x-wide/2 >= list[i-1].x+TextWidth(list[i-1].text, timeText)/2+apart)
		list = append(list, m)
	}
	if fits {
		return list, 1
	}
	free := [2]float64{2, 2}
	for i := range list {
		m := &list[i]
		m.row = i % 2
		m.text = fit(m.name, timeText, c.width-2-free[m.row])
		wide := TextWidth(m.text, timeText)
		m.x = between(m.x, free[m.row]+wide/2, c.width-2-wide/2)
		free[m.row] = m.x + wide/2 + apart
	}
	return list, 2
}

// drawModels marks which model answered when: a stretch with the version for
// each, and a line through the chart where another one took over.
func (c *timelineLayout) drawModels(d *drawing) {
	list, _ := c.placeModels()
	for i, m := range list {
		if i > 0 {
			d.line("time-change", m.low, timeTop, m.low, c.y.from)
		}
		d.line("time-model", m.low, c.modelY+4, m.high, c.modelY+4)
		if m.text != "" {
			d.text("tick time-small", "middle", m.x, c.modelY+19+float64(m.row)*timeLine, m.text)
		}
	}
}

// of lists the answers of a model.
func (c *timelineLayout) of(version string) []TimePoint {
	var list []TimePoint
	for _, p := range c.view.Points {
		if p.Model == version {
			list = append(list, p)
		}
	}
	return list
}
