package additive

import (
	"math"

	"github.com/etappe/etappe/models"
)

// Interval returns, row by row, the log-odds between which the expected
// log-odds lie with the given level (such as 0.9), estimated from the bags:
//
//	z ± t_{B−1} · √( (P−1)/B · Σ_b (z_b − z)² + Σ_j bias_j² )
//
// z_b is the log-odds by bag b alone, fitted on all but one of P folds of the
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

// jackknife returns what turns the root of a sum of squares over the bags into a
// standard error: √((P−1)/B). Bags fitted on a share f of the accounts spread by
// the variance of the whole times (1−f)/f (sampling without replacement); with
// f = (P−1)/P that is the same. Where bags are subsampled (see Parts.Subsample), they differ so
// much that the chance of having drawn these B counts too:
//
//	√( (f/(1−f) + 1/B) / B ),   f = share·(P−1)/P
func (m *Model) jackknife() float64 {
	bags, parts := float64(len(m.intercepts)), float64(Folds(len(m.intercepts)))
	if m.subsample == 0 {
		return math.Sqrt((parts - 1) / bags)
	}
	f := m.subsample * (parts - 1) / parts
	return math.Sqrt((f/(1-f) + 1/bags) / bags)
}

// Folds returns the number of folds that the accounts are dealt into: each bag
// holds one out, and every fold is out of at least one bag.
func Folds(bags int) int { return min(bags, 8) }
