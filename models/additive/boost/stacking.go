package boost

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// The mixture. What there is and each voice of the residual say the same thing
// in their own ways, and a weighted mean of their log-odds is mostly better than
// any of them (stacking: Wolpert 1992; Breiman, Stacked regressions, Machine
// Learning 24, 1996); of additive models it is one. The weights w, quarters that
// are not negative and add up to 1, are the most probable ones a posteriori given
// the out-of-fold log-odds z:
//
//	maximise Σ_i w_i ln P(y_i | a + b·Σ_v w_v z_iv) − Σ_v (w_v − p_v)² / (2·0.3²)
//
// after calibration by a and b. The prior p gives one half to what there is, the
// rest to the voices in equal parts, as sure as that of the slope (see
// models.FitPlatt): where events are few, chance does not choose.

const (
	stackingParts   = 4 // a weight is a multiple of one in so many
	stackingPriorSD = 0.3
)

// mix finds the shares of the answer that the voices have: the most probable of
// those with which more than so many standard errors are gained over out,
// calibrated both. It tells whether there are any.
func (r *run) fitStacking(t *residualStack, out []float64, sure float64) (pays bool, err error) {
	known := slices.Clone(out)
	for i, z := range t.learners[0].best.outOfFold {
		if math.IsNaN(z) {
			known[i] = z // a row that none of these bags held out
		}
	}
	base, err := r.calibrated(known)
	if err != nil {
		return false, err
	}
	most := math.Inf(-1)
	for _, parts := range weightGrid(len(t.learners), stackingParts) {
		mixed := blend(known, t.learners, parts)
		to, err := r.calibrated(mixed)
		if err != nil {
			return false, err
		}
		gain := r.gainOver(base, to)
		if posterior := gain.sum - stackingPenalty(parts); gain.mean > sure*gain.se && posterior > most {
			most, pays, t.outOfFold = posterior, true, mixed
			for v := range t.learners {
				t.learners[v].stackingWeight = float64(parts[v]) / stackingParts
			}
		}
	}
	return pays, nil
}

// mixtures lists all ways to give at most so many parts to some voices.
func weightGrid(voices, parts int) [][]int {
	if voices == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for first := range parts + 1 {
		for _, rest := range weightGrid(voices-1, parts-first) {
			out = append(out, append([]int{first}, rest...))
		}
	}
	return out
}

// mixPenalty returns what the prior holds against a mixture, in nats.
func stackingPenalty(parts []int) float64 {
	square, left := 0.0, 1.0
	for _, n := range parts {
		weight := float64(n) / stackingParts
		apart := weight - 0.5/float64(len(parts))
		square, left = square+apart*apart, left-weight
	}
	return (square + (left-0.5)*(left-0.5)) / (2 * stackingPriorSD * stackingPriorSD)
}

// blend returns the mean of what there is and the voices, which have so many
// parts each.
func blend(there []float64, voices []*learner, parts []int) []float64 {
	out := make([]float64, len(there))
	left := stackingParts
	for _, n := range parts {
		left -= n
	}
	for i, z := range there {
		out[i] = float64(left) * z
		for v, n := range parts {
			out[i] += float64(n) * voices[v].best.outOfFold[i]
		}
		out[i] /= stackingParts
	}
	return out
}

// calibrated returns log-odds on the line that makes them probabilities; NaN
// stays NaN.
func (r *run) calibrated(z []float64) ([]float64, error) {
	var known []int
	for i, v := range z {
		if !math.IsNaN(v) {
			known = append(known, i)
		}
	}
	p, err := models.FitPlatt(models.Pick(z, known), models.Pick(r.churned, known), models.Pick(r.weight, known))
	if err != nil {
		return nil, err
	}
	return applied(p, z), nil
}
