package web

import (
	"html/template"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve"
)

// Measures of the pictures of the calibration: of the whole, and of a cluster.
const (
	calibrationWide, calibrationHeight = 460, 300
	smallWide, smallHeight             = 300, 220
	calibrationLeft                    = 48
	calibrationBottom                  = 44
)

// calibration is what was said of some accounts against what became of them.
type calibration struct {
	name  string
	about models.Metrics
	bins  []serve.ReportCalibrated
}

// drawCalibration draws what became of all accounts against what was said of
// them, up to a probability.
func (w Words) drawCalibration(c calibration, most float64) template.HTML {
	return responsive("calibration", func(id string, width float64) *drawing {
		return w.calibrationOf(c, newDrawing(id, w.say("model.calibration"), w.line(c.about), min(width, calibrationWide), calibrationHeight), most)
	})
}

// smallCalibration draws the same of a cluster.
func (w Words) smallCalibration(id string, c calibration, most float64) template.HTML {
	return w.calibrationOf(c, newDrawing("calibration-"+id, w.say("model.calibration")+": "+c.name, w.line(c.about), smallWide, smallHeight), most).html()
}

// line says where the fitted line lies.
func (w Words) line(m models.Metrics) string {
	if math.IsNaN(m.Slope) || math.IsNaN(m.Intercept) {
		return w.say("model.calibration.noline")
	}
	return w.say("model.calibration.about", w.Number(m.Slope, 2), w.Number(m.Intercept, 2))
}

// mostCalibrated is up to where pictures on one scale reach: well beyond the
// anchor's probability, which the middle of the accounts has, with every bin and
// its interval.
func mostCalibrated(anchor float64, list ...calibration) float64 {
	most := models.Sigmoid(anchor + 2)
	for _, c := range list {
		for _, b := range c.bins {
			most = max(most, b.Said*1.05, b.High)
		}
	}
	return min(1, rounded(most, 4))
}

// calibrationOf draws the line that the report holds:
//
//	logit(observed) = intercept + slope · logit(predicted)
//
// and, where it holds them, bins of renewals with their intervals.
func (w Words) calibrationOf(c calibration, d *drawing, most float64) *drawing {
	m := c.about
	x := scale{low: 0, high: most, from: calibrationLeft, to: d.Width - 12}
	y := scale{low: 0, high: most, from: d.Height - calibrationBottom, to: 12}
	for _, tick := range x.ticks(4) {
		d.line("grid", x.from, y.at(tick), x.to, y.at(tick))
		d.text("tick", "end", x.from-6, y.at(tick)+4, w.Percent(tick))
		d.text("tick", "middle", x.at(tick), y.from+18, w.Percent(tick))
	}
	d.line("line-muted dashed", x.at(0), y.at(0), x.at(most), y.at(most))
	var line []point
	for i := 1; i <= 100; i++ {
		p := most * float64(i) / 100
		seen := models.Sigmoid(m.Intercept + m.Slope*models.Logit(p))
		if p >= 1 || seen > most {
			break
		}
		line = append(line, point{x.at(p), y.at(seen)})
	}
	d.trace("line-accent", line)
	for _, b := range c.bins {
		at := x.clamp(b.Said)
		d.line("line-muted", at, y.clamp(b.Low), at, y.clamp(b.High))
		d.circle("fill-accent", at, y.clamp(b.Churned), 4, w.say("model.calibration.dot", w.Percent(b.Said), w.Percent(b.Churned), w.Number(b.Renewals, 0)))
	}
	d.line("axis", x.from, y.from, x.to, y.from)
	d.text("label", "end", x.to, d.Height-4, w.say("model.calibration.said"))
	d.text("label", "start", x.from, 8, w.say("model.calibration.was"))
	return d
}
