package web

import (
	"html/template"
	"math"

	"github.com/etappe/etappe/serve"
)

// clusterCalibration is the picture of one cluster's calibration.
type clusterCalibration struct {
	Name, Slope string
	Curve       template.HTML
}

// fillCalibration draws the calibration of the whole and of each cluster of which
// the report holds it, on one scale.
func (w Words) fillCalibration(body *modelBody, r *serve.Report) {
	if len(r.Segments) == 0 {
		return
	}
	m, ok := r.Segments[0].Of(ownVariant)
	if !ok || math.IsNaN(m.Slope) || math.IsNaN(m.SlopeSE) {
		return
	}
	list := []calibration{{about: m, bins: r.Calibration}}
	for _, s := range r.Segments[1:] {
		if of, ok := s.Of(ownVariant); ok && len(s.Calibration) > 0 {
			list = append(list, calibration{w.segmentName(r, s.Name, false), of, s.Calibration})
		}
	}
	most := mostCalibrated(body.Card.Points.Anchor, list...)
	body.Slope, body.Dots = w.slope(list[0]), len(r.Calibration) > 0
	body.Curve = w.drawCalibration(list[0], most)
	for i, c := range list[1:] {
		body.Calibrated = append(body.Calibrated, clusterCalibration{c.name, w.slope(c), w.smallCalibration(w.Whole(i+1), c, most)})
	}
}

// slope says how steep the fitted line is, with its interval; "" where it was not
// measured.
func (w Words) slope(c calibration) string {
	m := c.about
	if math.IsNaN(m.Slope) || math.IsNaN(m.SlopeSE) {
		return ""
	}
	return w.say("model.slope", w.Number(m.Slope, 2), w.Number(m.Slope-normal90*m.SlopeSE, 2), w.Number(m.Slope+normal90*m.SlopeSE, 2))
}
