package web

import (
	"html/template"
	"math"

	"github.com/etappe/etappe/serve"
	"github.com/etappe/etappe/serve/web/chart"
)

// shape draws what a feature's values are worth in a cluster and elsewhere.
func (w Words) shape(id string, d *serve.ClusterDriver) template.HTML {
	v := chart.Shape{Title: d.Label, Description: w.shapeAbout(d), Tick: w.Signed, Missing: none, Axis: w.axisTitle(d)}
	for _, b := range d.Shape {
		v.Bins = append(v.Bins, chart.ShapeBin{Missing: b.Missing, Weight: b.Weight, Here: b.Here, Elsewhere: b.Elsewhere,
			Label: w.binTick(d, b), Middle: len(b.Levels) > 0 || d.Answered})
	}
	return v.SVG(id)
}

// axisTitle names the unit of a feature's values.
func (w Words) axisTitle(d *serve.ClusterDriver) string {
	unit := w.Language.UnitName(d.Unit)
	if unit == "" || d.Answered {
		return w.T("cluster.shape.axis")
	}
	return w.T("cluster.shape.axisunit", "unit", unit)
}

// binTick is what stands below the axis where a bin begins; "" for nothing.
func (w Words) binTick(d *serve.ClusterDriver, b serve.ShapeBin) string {
	switch {
	case len(b.Levels) > 0:
		return b.Levels[0]
	case d.Answered:
		return w.answered(!math.IsInf(b.Low, -1))
	case math.IsInf(b.Low, -1):
		return ""
	}
	return w.value(b.Low, d.Unit)
}

// shapeAbout describes in a sentence where the cluster differs most.
func (w Words) shapeAbout(d *serve.ClusterDriver) string {
	best, gap := -1, 0.05
	for i, b := range d.Shape {
		if g := math.Abs(b.Here-b.Elsewhere) * math.Sqrt(b.Weight); g > gap {
			best, gap = i, g
		}
	}
	if best < 0 {
		return w.T("cluster.shape.same")
	}
	b := d.Shape[best]
	return w.T("cluster.shape.differs", "where", w.binText(d, b), "here", w.Change(b.Here), "elsewhere", w.Change(b.Elsewhere))
}

// binText describes which values a bin holds.
func (w Words) binText(d *serve.ClusterDriver, b serve.ShapeBin) string {
	many := ""
	if u := w.Language.UnitName(d.Unit); u != "" {
		many = space + u
	}
	counted := func(v float64) string { // with the unit
		text := w.value(v, d.Unit)
		if text == "1" && many != "" {
			return text + space + w.Language.UnitOfOne(d.Unit)
		}
		return text + many
	}
	switch {
	case b.Missing:
		return w.T("cluster.shape.missing")
	case len(b.Levels) > 0:
		return w.quote(b.Levels[0])
	case d.Answered:
		return w.quote(w.answered(!math.IsInf(b.Low, -1)))
	case math.IsInf(b.Low, -1):
		return w.T("cluster.shape.below", "value", counted(b.High))
	case math.IsInf(b.High, 1):
		return w.T("cluster.shape.from", "value", counted(b.Low))
	case w.value(b.Low, d.Unit) == w.value(b.High, d.Unit):
		return counted(b.Low)
	}
	return w.T("cluster.shape.between", "low", w.value(b.Low, d.Unit), "high", w.value(b.High, d.Unit)+many)
}
