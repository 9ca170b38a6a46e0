package boost

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Stacking (Wolpert 1992; Breiman, Stacked regressions, Machine Learning 24,
// 1996). The model so far and the learners of the residual fit the same
// log-odds in different ways, and a weighted mean of them is mostly better
// than any; of additive models it is one. The stacking weights w, quarters
// that are not negative and add up to 1, are the most probable ones a
// posteriori given the out-of-fold log-odds z:
//
//	maximise Σ_i w_i ln P(y_i | a + b·Σ_v w_v z_iv) − Σ_v (w_v − p_v)² / (2·0.3²)
//
// after calibration by a and b. The prior mean p is one half for the model so
// far and the rest for the learners in equal parts; its standard deviation is
// that of the slope (see models.FitPlatt), so that chance does not choose
// where events are few.

const (
	stackingParts   = 4 // weights are multiples of 1/stackingParts
	stackingPriorSD = 0.3
)

// fitStacking finds the stacking weights of the learners: the most probable of
// those that gain more than sure standard errors over out, both calibrated. It
// reports whether there are any.
func (r *run) fitStacking(t *residualStack, out []float64, sure float64) (pays bool, err error) {
	present := slices.Clone(out)
	for i, z := range t.learners[0].best.outOfFold {
		if math.IsNaN(z) {
			present[i] = z // a row that none of these bags held out
		}
	}
	base, err := r.calibrated(present)
	if err != nil {
		return false, err
	}
	most := math.Inf(-1)
	for _, parts := range weightGrid(len(t.learners), stackingParts) {
		stacked := blend(present, t.learners, parts)
		to, err := r.calibrated(stacked)
		if err != nil {
			return false, err
		}
		gain := r.gainOver(base, to)
		if posterior := gain.sum - stackingPenalty(parts); gain.mean > sure*gain.se && posterior > most {
			most, pays, t.outOfFold = posterior, true, stacked
			for v := range t.learners {
				t.learners[v].stackingWeight = float64(parts[v]) / stackingParts
			}
		}
	}
	return pays, nil
}

// weightGrid lists all ways to give at most so many parts to some learners.
func weightGrid(learners, parts int) [][]int {
	if learners == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for first := range parts + 1 {
		for _, rest := range weightGrid(learners-1, parts-first) {
			out = append(out, append([]int{first}, rest...))
		}
	}
	return out
}

// stackingPenalty returns minus the log prior density of the weights, up to a
// constant, in nats.
func stackingPenalty(parts []int) float64 {
	square, left := 0.0, 1.0
	for _, n := range parts {
		weight := float64(n) / stackingParts
		apart := weight - 0.5/float64(len(parts))
		square, left = square+apart*apart, left-weight
	}
	return (square + (left-0.5)*(left-0.5)) / (2 * stackingPriorSD * stackingPriorSD)
}

// blend returns the weighted mean of the model so far and the learners, which
// have so many parts each.
func blend(base []float64, learners []*learner, parts []int) []float64 {
	out := make([]float64, len(base))
	left := stackingParts
	for _, n := range parts {
		left -= n
	}
	for i, z := range base {
		out[i] = float64(left) * z
		for v, n := range parts {
			out[i] += float64(n) * learners[v].best.outOfFold[i]
		}
		out[i] /= stackingParts
	}
	return out
}

// calibrated returns the log-odds on the line of models.FitPlatt; NaN stays
// NaN.
func (r *run) calibrated(z []float64) ([]float64, error) {
	p, err := r.calibration(z)
	return applied(p, z), err
}

// calibration fits the line that makes log-odds probabilities; NaN takes no part.
func (r *run) calibration(z []float64) (models.Platt, error) {
	var present []int
	for i, v := range z {
		if !math.IsNaN(v) {
			present = append(present, i)
		}
	}
	return models.FitPlatt(models.Pick(z, present), models.Pick(r.churned, present), models.Pick(r.weight, present))
}
