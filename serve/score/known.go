package score

import (
	"math"

	"github.com/etappe/etappe/models/additive"
)

// spreads are each feature's part of the usual spread of scores: the mean size of
// its terms over the training rows, those of several features in equal parts; they
// add up to 1. Of a churn model without terms all features count alike.
//
//	spread_j = Σ_{T ∋ j} mean|T| / |T|  over the sum of that
func (s *Scorer) computeSpreads() {
	s.spreads = make([]float64, len(s.fields))
	total := 0.0
	if churn, ok := s.churn.(interface{ Terms() []additive.Term }); ok {
		for _, term := range churn.Terms() {
			for _, name := range term.Fields {
				part := term.Importance / float64(len(term.Fields))
				s.spreads[s.index[name]] += part
				total += part
			}
		}
	}
	for j := range s.spreads {
		if total > 0 {
			s.spreads[j] /= total
		} else {
			s.spreads[j] = 1 / float64(len(s.spreads))
		}
	}
}

// restsOnMissing is which share of the usual spread of scores belongs to features
// that row i does not have.
func (b *block) restsOnMissing(i int) float64 {
	sum := 0.0
	for j, spread := range b.scorer.spreads {
		if math.IsNaN(b.frame.Columns[j][i]) {
			sum += spread
		}
	}
	return sum
}

// known is whether row i has a value of entry e: a feature that is missing moved
// nothing, and is nobody's reason. Milestones are known wherever they are measured.
func (b *block) known(e, i int) bool {
	return e >= len(b.scorer.fields) || !math.IsNaN(b.frame.Columns[e][i])
}
