package score

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// ladderSteps is how many steps a ladder has at most, its ends aside.
const ladderSteps = 40

// Ladder is values of a feature that span what was observed in a cluster.
type Ladder struct {
	Values []float64 // in order; nil: nothing was observed
	Bins   []uint8   // of the values, for additive.Model.Span; nil where the churn model has none
}

// Ladder returns values of feature j that span what was observed in cluster k, or in
// all with models.NoCluster: the ends and the round numbers between them, or all
// levels of a categorical feature. It is computed once; not to be changed.
func (s *Scorer) Ladder(k, j int) *Ladder {
	at := &s.ladders[(k-models.NoCluster)*len(s.fields)+j]
	if l := at.Load(); l != nil {
		return l
	}
	l := &Ladder{Values: s.ladderValues(k, j)}
	if churn, ok := s.churn.(interface {
		Bins(j int, values []float64) ([]uint8, error)
	}); ok {
		if bins, err := churn.Bins(j, l.Values); err == nil {
			l.Bins = bins
		}
	}
	at.Store(l)
	return l
}

// ladderValues lists the values of a Ladder.
func (s *Scorer) ladderValues(k, j int) []float64 {
	if d := s.Definition(j); d.Categorical() {
		values := make([]float64, len(d.Levels))
		for code := range values {
			values[code] = float64(code)
		}
		return values
	}
	low, high := s.observed(k, j)
	if math.IsNaN(low) || math.IsNaN(high) {
		return nil
	}
	values := ladder(low, high)
	slices.Sort(values)
	return slices.Compact(values)
}

// observed returns between which values feature j was observed in cluster k; NaN: it
// never was.
func (s *Scorer) observed(k, j int) (low, high float64) {
	if s.peers != nil {
		if low, high = s.peers.Range(k, j); low <= high {
			return low, high
		}
	}
	low, high = math.NaN(), math.NaN()
	churn, ok := s.churn.(interface{ Terms() []additive.Term })
	if !ok {
		return low, high
	}
	for _, term := range churn.Terms() {
		if len(term.Fields) == 1 && term.Fields[0] == s.fields[j].Name && len(term.Axes[0].Cuts) > 0 {
			return term.Axes[0].Cuts[0], slices.Max(term.Axes[0].Cuts)
		}
	}
	return low, high
}

// ladder lists low, high and the round numbers between them, of a step so that
// there are at most some ladderSteps.
func ladder(low, high float64) []float64 {
	values := append(make([]float64, 0, ladderSteps+4), low)
	if step := roundStep((high - low) / ladderSteps); step > 0 {
		for n := range ladderSteps + 1 {
			if v := (math.Floor(low/step) + float64(n+1)) * step; v > low && v < high {
				values = append(values, v)
			}
		}
	}
	return append(values, high)
}

// roundStep is the smallest of 1, 2 and 5 times a power of ten that is no
// smaller than a width; 0 for a width of 0.
func roundStep(width float64) float64 {
	if !(width > 0) {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(width)))
	for _, factor := range [...]float64{1, 2, 5} {
		if factor*power >= width {
			return factor * power
		}
	}
	return 10 * power
}
