package additive

import (
	"math"

	"github.com/etappe/etappe/models"
)

// Interval returns, row by row, the log-odds between which the expected
// log-odds lie with the given level (0.9, say), as far as the bags tell:
//
//	z ± t_{B−1} · √( (P−1)/B · Σ_b (z_b − z)² + Σ_j bias_j² )
//
// z_b is the log-odds by bag b alone, which knows all but one of P parts of the
// accounts; this is the delete-a-group jackknife (Shao and Wu 1989), not the
// bare spread of bags, which nearly share their rows. What all bags share is in
// no spread: smoothing flattens hills and rounds corners off, bias_j in the
// shape of field j as Term.Band estimates it, taken as independent between
// fields. It covers sampling, stopping and smoothing; not the shrinkage of a
// cluster's part, not the calibration line, and not what one account may do
// beside its expectation.
func (m *Model) Interval(f *models.Frame, level float64) (low, high []float64, err error) {
	low, high = make([]float64, f.Rows()), make([]float64, f.Rows())
	if err := m.Answer(f, 0, len(low), &Answers{Low: low, High: high, Level: level}); err != nil {
		return nil, nil, err
	}
	return low, high, nil
}

// jackknife returns √((P−1)/B), which turns the root of a sum of squares over
// the bags into a standard error.
func (m *Model) jackknife() float64 {
	bags := len(m.levels)
	return math.Sqrt(float64(partsOf(bags)-1) / float64(bags))
}
