package web

import (
	"html/template"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// shape draws what a feature's values are worth in a cluster and elsewhere, and
// describes in a sentence where the cluster differs most.
func (w Words) shape(id string, d *explain.ClusterDriver) (picture template.HTML, about string) {
	v := chart.Shape{Title: d.Label, Tick: w.Signed, Missing: none, Axis: w.axisTitle(d)}
	for _, b := range d.Shape {
		v.Bins = append(v.Bins, chart.ShapeBin{Missing: b.Missing, Weight: b.Weight, Here: b.Here, Elsewhere: b.Elsewhere,
			Label: w.binTick(d, b), Middle: len(b.Levels) > 0 || d.Answered})
	}
	v.Description = w.T("cluster.shape.same")
	if i := v.Widest(); i >= 0 {
		b := d.Shape[i]
		v.Description = w.T("cluster.shape.differs", "where", w.binText(d, b), "here", w.Change(b.Here), "elsewhere", w.Change(b.Elsewhere))
	}
	return v.SVG(id), v.Description
}

// axisTitle names the unit of a feature's values.
func (w Words) axisTitle(d *explain.ClusterDriver) string {
	unit := w.Language.UnitName(d.Unit)
	if unit == "" || d.Answered {
		return w.T("cluster.shape.axis")
	}
	return w.T("cluster.shape.axisunit", "unit", unit)
}

// binTick is what stands below the axis where a bin begins; "" for nothing.
func (w Words) binTick(d *explain.ClusterDriver, b explain.ShapeBin) string {
	switch {
	case len(b.Levels) > 0:
		return b.Levels[0]
	case d.Answered:
		return w.answered(text.Finite(b.Low))
	case !text.Finite(b.Low):
		return ""
	}
	return w.Value(b.Low, d.Unit)
}

// binText describes which values a bin holds.
func (w Words) binText(d *explain.ClusterDriver, b explain.ShapeBin) string {
	many := ""
	if u := w.Language.UnitName(d.Unit); u != "" {
		many = space + u
	}
	counted := func(v float64) string { // with the unit
		text := w.Value(v, d.Unit)
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
		return w.quote(w.answered(text.Finite(b.Low)))
	case !text.Finite(b.Low):
		return w.T("cluster.shape.below", "value", counted(b.High))
	case !text.Finite(b.High):
		return w.T("cluster.shape.from", "value", counted(b.Low))
	case w.Value(b.Low, d.Unit) == w.Value(b.High, d.Unit):
		return counted(b.Low)
	}
	return w.T("cluster.shape.between", "low", w.Value(b.Low, d.Unit), "high", w.Value(b.High, d.Unit)+many)
}
