package additive

import (
	"math"

	"github.com/etappe/etappe/models"
)

// Interval returns, row by row, the log-odds between which the account's own
// log-odds lie with the given level (such as 0.9), on the assumption of Spread; of a
// model without one, those between which the expectation of accounts with these
// features lies. The latter is estimated from the bags:
//
//	z ± t_{B−1} · se,   se² = (P−1)/B · Σ_b (z_b − z)² + Σ_j bias_j²
//
// z_b is the log-odds by bag b alone, fitted on all but one of P folds of the
// accounts; this is the delete-a-group jackknife (Shao and Wu 1989), not the
// bare spread of bags, which nearly share their rows. What all bags share is in
// no spread: smoothing flattens hills and rounds corners off, bias_j in the
// shape of field j as Term.Band estimates it, taken as independent between
// fields. It covers sampling, stopping and smoothing; not the shrinkage of a
// cluster's part, not the calibration line, and not what one account may do
// beside its expectation.
//
// The account's own log-odds η differ from account to account with the same
// features. With u the share of the variance of η that no feature shows and V that of
// the log-odds that the features determine where the row lies (Spread.Line), what is not
// shown is u/(1−u)·V, and with what is unlearned of V (Spread.Unlearned) n in all. Log-odds a + b·z that are calibrated there are those of the mean
// probability, E σ(η) = σ(a + b·z), and a mean of probabilities lies nearer to even
// odds than the log-odds do (MacKay 1992, Neural Computation 4:720): with η normal of
// mean μ and variance s²
//
//	μ = (a + b·z) · √(1 + π s²/8)
//	s² = v / (1 − π v/8),   v = b²·( se² + n ),   s² at most 2v
//
// because the scale of η is that of μ. The interval is μ ± the critical values, t_{B−1}
// for the part of se and the normal for the rest, and is widened to hold z where it
// would not. Above 2v no normal spread goes with answers so sure, and the bound is a
// convention. It is not estimated and not covered: any u other than the assumed one,
// and a spread that differs between accounts for other reasons than Line.
func (m *Model) Interval(f *models.Frame, level float64) (low, high []float64, err error) {
	low, high = make([]float64, f.Rows()), make([]float64, f.Rows())
	if err := m.Answer(f, 0, len(low), &Answers{Low: low, High: high, Level: level}); err != nil {
		return nil, nil, err
	}
	return low, high, nil
}

// StandardErrors returns, row by row, the se of Interval.
func (m *Model) StandardErrors(f *models.Frame) ([]float64, error) {
	expectation := m
	if m.spread != nil {
		var err error
		if expectation, err = m.WithSpread(nil); err != nil {
			return nil, err
		}
	}
	const level = 0.9
	low, high, err := expectation.Interval(f, level)
	if err != nil {
		return nil, err
	}
	critical := m.criticalValue(level)
	for i := range low {
		low[i] = (high[i] - low[i]) / 2 / critical
	}
	return low, nil
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
