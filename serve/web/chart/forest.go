package chart

import (
	"html/template"
	"math"
)

// Forest is the picture of a measure of quality by segment with its interval (a
// forest plot), here the AUC: the dashed line at .5 is a model without
// information.
type Forest struct {
	Title, Description string
	Rows               []ForestRow
	Tick               func(float64) string
}

// ForestRow is one segment.
type ForestRow struct {
	Name           string
	AUC, Low, High float64 // NaN: not measured
	Text           string  // appears on hovering
	Muted          bool    // too few cases to be judged alone
}

// Measures of the picture of AUCs.
const (
	forestRow               = 30
	forestTop, forestBottom = 6, 26
)

// SVG draws the picture for a screen and for a phone; "" without rows. name is
// unique in the page.
func (v Forest) SVG(name string) template.HTML {
	if len(v.Rows) == 0 {
		return ""
	}
	return responsive(name, v.draw)
}

func (v Forest) draw(id string, width float64) *drawing {
	bottom := forestTop + forestRow*float64(len(v.Rows))
	d := newDrawing(id, v.Title, v.Description, width, bottom+forestBottom)
	left := min(width*0.45, 190)
	x := scale{low: 0.4, high: 1, from: left, to: width - 12}
	for _, tick := range []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1} {
		class := "grid"
		if tick == 0.5 {
			class = "zero dashed"
		}
		d.line(class, x.at(tick), forestTop, x.at(tick), bottom)
		d.text("tick", "middle", x.at(tick), bottom+18, v.Tick(tick))
	}
	for i, r := range v.Rows {
		y := forestTop + forestRow*(float64(i)+0.5)
		class := "accent"
		if r.Muted {
			class = "muted"
		}
		d.text("label", "start", 0, y+4, fit(r.Name, tickSize, left-8))
		if !math.IsNaN(r.Low) {
			d.line("line-"+class, x.clamp(r.Low), y, x.clamp(r.High), y)
		}
		if !math.IsNaN(r.AUC) {
			d.circle("fill-"+class, x.clamp(r.AUC), y, 5, r.Text)
		}
	}
	return d
}
