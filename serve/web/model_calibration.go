package web

import (
	"html/template"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// clusterCalibration is the picture of one cluster's calibration.
type clusterCalibration struct {
	Name, Slope string
	Curve       template.HTML
}

// fillCalibration draws the calibration of the whole and of each cluster of which
// the report holds it, on one scale.
func (w Words) fillCalibration(body *modelBody, r *artifact.Report) {
	if len(r.Segments) == 0 {
		return
	}
	m, ok := r.Segments[0].Of(ownVariant)
	if !ok || !text.Known(m.Slope) || !text.Known(m.SlopeSE) {
		return
	}
	list := []calibration{{about: m, bins: r.Calibration}}
	for _, s := range r.Segments[1:] {
		if of, ok := s.Of(ownVariant); ok && len(s.Calibration) > 0 {
			list = append(list, calibration{w.segmentName(r, s.Name, false), of, s.Calibration})
		}
	}
	most := w.mostCalibrated(body.Card.Points.Anchor, list...)
	body.Slope, body.Dots = w.slope(list[0]), len(r.Calibration) > 0
	body.Curve = w.calibrationPicture(list[0], most).SVG("calibration")
	for i, c := range list[1:] {
		body.Calibrated = append(body.Calibrated, clusterCalibration{c.name, w.slope(c), w.calibrationPicture(c, most).Small("calibration-" + w.Whole(i+1))})
	}
}

// slope is how steep the fitted line is, with its interval; "" where it was not
// measured.
func (w Words) slope(c calibration) string {
	m := c.about
	if !text.Known(m.Slope) || !text.Known(m.SlopeSE) {
		return ""
	}
	return w.T("model.slope", "slope", w.Number(m.Slope, 2), "low", w.Number(m.Slope-normal90*m.SlopeSE, 2), "high", w.Number(m.Slope+normal90*m.SlopeSE, 2))
}

// calibration is what was predicted of some accounts against what became of them.
type calibration struct {
	name  string
	about models.Metrics
	bins  []artifact.CalibrationBin
}

// mostCalibrated is up to where pictures on one scale reach: well beyond the
// anchor's probability, which the middle of the accounts has.
func (w Words) mostCalibrated(anchor float64, list ...calibration) float64 {
	var bins [][]chart.CalibrationBin
	for _, c := range list {
		bins = append(bins, w.calibrationBins(c))
	}
	return chart.CalibrationReach(models.Sigmoid(anchor+2), bins...)
}

func (w Words) calibrationBins(c calibration) []chart.CalibrationBin {
	var bins []chart.CalibrationBin
	for _, b := range c.bins {
		bins = append(bins, chart.CalibrationBin{Predicted: b.Predicted, Observed: b.Churned, Low: b.Low, High: b.High,
			Text: w.T("model.calibration.dot", "predicted", w.Percent(b.Predicted), "churned", w.Percent(b.Churned), "renewals", w.Number(b.Renewals, 0))})
	}
	return bins
}

// calibrationPicture is the line that the report holds, up to a probability:
//
//	logit(observed) = intercept + slope · logit(predicted)
//
// and, where it holds them, bins of renewals with their intervals.
func (w Words) calibrationPicture(c calibration, most float64) chart.Calibration {
	m := c.about
	v := chart.Calibration{Title: w.T("model.calibration"), Description: w.line(m), Most: most, Bins: w.calibrationBins(c), Tick: w.Percent,
		XLabel: w.T("model.calibration.predicted"), YLabel: w.T("model.calibration.observed"),
		Line: func(predicted float64) float64 { return models.Sigmoid(m.Intercept + m.Slope*models.Logit(predicted)) }}
	if c.name != "" {
		v.Title += ": " + c.name
	}
	return v
}

// line describes where the fitted line lies.
func (w Words) line(m models.Metrics) string {
	if !text.Known(m.Slope) || !text.Known(m.Intercept) {
		return w.T("model.calibration.noline")
	}
	return w.T("model.calibration.about", "slope", w.Number(m.Slope, 2), "intercept", w.Number(m.Intercept, 2))
}
