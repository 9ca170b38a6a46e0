package chart

import "html/template"

// Calibration is the picture of predicted probabilities against what was
// observed.
type Calibration struct {
	Title, Description string
	Line               func(predicted float64) float64 // the fitted line: observed share, 0 to 1
	Bins               []CalibrationBin
	Most               float64 // up to where both axes reach, 0 to 1; see [CalibrationReach]
	Tick               func(float64) string
	XLabel, YLabel     string // predicted, observed
}

// CalibrationBin is some judged cases of similar probability.
type CalibrationBin struct {
	Predicted float64 // mean probability, 0 to 1
	Observed  float64 // share in which it happened
	Low, High float64 // interval of that share
	Text      string  // appears on hovering
}

// Measures of the pictures of the calibration: of the whole, and of a cluster.
const (
	calibrationWide, calibrationHeight = 460, 300
	smallWide, smallHeight             = 300, 220
	calibrationLeft                    = 48
	calibrationBottom                  = 44
)

// CalibrationReach is up to where pictures on one scale reach: at least to a
// probability, with every bin and its interval, rounded to the last tick.
func CalibrationReach(least float64, list ...[]CalibrationBin) float64 {
	most := least
	for _, bins := range list {
		for _, b := range bins {
			most = max(most, b.Predicted*1.05, b.High)
		}
	}
	return min(1, rounded(most, 4))
}

// SVG draws the picture for a screen and for a phone. name is unique in the page.
func (v Calibration) SVG(name string) template.HTML {
	return responsive(name, func(id string, width float64) *drawing {
		return v.draw(newDrawing(id, v.Title, v.Description, min(width, calibrationWide), calibrationHeight))
	})
}

// Small draws a picture of which several stand beside each other. id is unique in
// the page.
func (v Calibration) Small(id string) template.HTML {
	return v.draw(newDrawing(id, v.Title, v.Description, smallWide, smallHeight)).html()
}

// draw draws the fitted line beside the diagonal, and the bins with their
// intervals.
func (v Calibration) draw(d *drawing) *drawing {
	x := scale{low: 0, high: v.Most, from: calibrationLeft, to: d.Width - 12}
	y := scale{low: 0, high: v.Most, from: d.Height - calibrationBottom, to: 12}
	for _, tick := range x.ticks(4) {
		d.line("grid", x.from, y.at(tick), x.to, y.at(tick))
		d.text("tick", "end", x.from-6, y.at(tick)+4, v.Tick(tick))
		d.text("tick", "middle", x.at(tick), y.from+18, v.Tick(tick))
	}
	d.line("line-muted dashed", x.at(0), y.at(0), x.at(v.Most), y.at(v.Most))
	var line []point
	for i := 1; i <= 100; i++ {
		p := v.Most * float64(i) / 100
		observed := v.Line(p)
		if p >= 1 || observed > v.Most {
			break
		}
		line = append(line, point{x.at(p), y.at(observed)})
	}
	d.trace("line-accent", line)
	for _, b := range v.Bins {
		at := x.clamp(b.Predicted)
		d.line("line-muted", at, y.clamp(b.Low), at, y.clamp(b.High))
		d.circle("fill-accent", at, y.clamp(b.Observed), 4, b.Text)
	}
	d.line("axis", x.from, y.from, x.to, y.from)
	d.text("label", "end", x.to, d.Height-4, v.XLabel)
	d.text("label", "start", x.from, 8, v.YLabel)
	return d
}
