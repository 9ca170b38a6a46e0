package web

import (
	"html/template"
	"math"

	"github.com/etappe/etappe/serve"
)

// shapeSize is what a small picture of a shape measures: two fit beside each
// other on a screen, one on a phone.
const (
	shapeWidth, shapeHeight = 340, 190
	shapeLeft, shapeRight   = 40, 8
	shapeTop, shapeBottom   = 10, 40
	missingWidth            = 24 // for the values that are missing
	shapeTicks              = 4
	leastTickGap            = 46 // between two labels below the axis
	tickSize                = 13 // of the text, as in the stylesheet
)

// shape draws what a feature's values are worth in a cluster and elsewhere. The
// axis gives every training row the same room, so that values that hardly occur
// take none and outliers do not press the rest together.
func (w Words) shape(id string, d *serve.ClusterDriver) template.HTML {
	g := newDrawing(id, d.Label, w.shapeAbout(d), shapeWidth, shapeHeight)
	low, high := shapeSpan(d.Shape)
	y := scale{low: low, high: high, from: shapeHeight - shapeBottom, to: shapeTop}
	for _, v := range y.ticks(3) {
		class := "grid"
		if v == 0 {
			class = "zero"
		}
		g.line(class, shapeLeft, y.at(v), shapeWidth-shapeRight, y.at(v))
		g.text("tick", "end", shapeLeft-6, y.at(v)+4, w.signed(v, tickDecimals(y.ticks(3))))
	}
	bins := d.Shape
	x := scale{low: 0, high: 1, from: shapeLeft, to: shapeWidth - shapeRight}
	if len(bins) > 0 && bins[0].Missing {
		x.from += missingWidth + 6
		w.drawMissing(g, bins[0], y)
		bins = bins[1:]
	}
	w.drawShape(g, d, bins, x, y)
	return g.html()
}

// shapeSpan is the range of points of a shape; zero is always inside.
func shapeSpan(bins []serve.ShapeBin) (low, high float64) {
	for _, b := range bins {
		low, high = min(low, b.Here, b.Elsewhere), max(high, b.Here, b.Elsewhere)
	}
	room := max((high-low)*0.06, 0.1)
	return low - room, high + room
}

func (w Words) drawMissing(g *drawing, b serve.ShapeBin, y scale) {
	g.line("line-muted", shapeLeft, y.at(b.Elsewhere), shapeLeft+missingWidth, y.at(b.Elsewhere))
	g.line("line-accent", shapeLeft, y.at(b.Here), shapeLeft+missingWidth, y.at(b.Here))
	g.text("tick", "start", shapeLeft, shapeHeight-shapeBottom+16, none)
}

// drawShape draws the two step lines and the axis below them.
func (w Words) drawShape(g *drawing, d *serve.ClusterDriver, bins []serve.ShapeBin, x, y scale) {
	total := 0.0
	for _, b := range bins {
		total += b.Weight
	}
	if total == 0 {
		return
	}
	var here, elsewhere []point
	at, free := 0.0, math.Inf(-1)
	base := float64(shapeHeight - shapeBottom)
	for _, b := range bins {
		from, to := x.at(at), x.at(at+b.Weight/total)
		here = append(here, point{from, y.at(b.Here)}, point{to, y.at(b.Here)})
		elsewhere = append(elsewhere, point{from, y.at(b.Elsewhere)}, point{to, y.at(b.Elsewhere)})
		label, place := w.binTick(d, b), from
		if len(b.Levels) > 0 || d.Answered {
			place = (from + to) / 2
		}
		if label != "" && place >= free && place < shapeWidth-shapeRight-12 {
			g.line("axis", place, base, place, base+4)
			g.text("tick", "middle", place, base+16, label)
			free = place + leastTickGap
		}
		at += b.Weight / total
	}
	g.line("axis", shapeLeft, base, shapeWidth-shapeRight, base)
	g.trace("line-muted", elsewhere)
	g.trace("line-accent", here)
	g.text("label", "end", shapeWidth-shapeRight, shapeHeight-6, w.axisTitle(d))
}

// axisTitle names the unit of a feature's values.
func (w Words) axisTitle(d *serve.ClusterDriver) string {
	unit := w.Language.UnitName(d.Unit)
	if unit == "" || d.Answered {
		return w.say("cluster.shape.axis")
	}
	return w.say("cluster.shape.axisunit", unit)
}

// binTick is what stands below the axis where a bin begins; "" for nothing.
func (w Words) binTick(d *serve.ClusterDriver, b serve.ShapeBin) string {
	switch {
	case len(b.Levels) > 0:
		return fit(b.Levels[0], tickSize, 80)
	case d.Answered:
		return w.answered(!math.IsInf(b.Low, -1))
	case math.IsInf(b.Low, -1):
		return ""
	}
	return w.value(b.Low, d.Unit)
}

// shapeAbout says in a sentence where the cluster differs most.
func (w Words) shapeAbout(d *serve.ClusterDriver) string {
	best, gap := -1, 0.05
	for i, b := range d.Shape {
		if g := math.Abs(b.Here-b.Elsewhere) * math.Sqrt(b.Weight); g > gap {
			best, gap = i, g
		}
	}
	if best < 0 {
		return w.say("cluster.shape.same")
	}
	b := d.Shape[best]
	return w.say("cluster.shape.differs", w.binText(d, b), w.Change(b.Here), w.Change(b.Elsewhere))
}

// binText says which values a bin holds.
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
		return w.say("cluster.shape.missing")
	case len(b.Levels) > 0:
		return w.quote(b.Levels[0])
	case d.Answered:
		return w.quote(w.answered(!math.IsInf(b.Low, -1)))
	case math.IsInf(b.Low, -1):
		return w.say("cluster.shape.below", counted(b.High))
	case math.IsInf(b.High, 1):
		return w.say("cluster.shape.from", counted(b.Low))
	case w.value(b.Low, d.Unit) == w.value(b.High, d.Unit):
		return counted(b.Low)
	}
	return w.say("cluster.shape.between", w.value(b.Low, d.Unit), w.value(b.High, d.Unit)+many)
}
