package serve

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// WhatIf is how the health score of one account would read if one feature had
// another value and nothing else changed: a sensitivity, not a promise. Its
// cluster stays, and so do features that would move along in truth.
type WhatIf struct {
	Feature     string        `json:"feature"`
	Label       string        `json:"label"`
	Unit        string        `json:"unit"`
	Value       any           `json:"value"` // as it is now
	HealthScore float64       `json:"health_score"`
	Peers       any           `json:"peers"`  // typical value of renewed peers; nil: unknown
	Points      []WhatIfPoint `json:"points"` // by value, inside what was observed; levels in the catalogue's order
	Text        string        `json:"text"`   // sensitivity, not a promise
}

// WhatIfPoint is one value and the score that goes with it.
type WhatIfPoint struct {
	Value            any     `json:"value"` // a number, or the name of a level
	Text             string  `json:"text"`  // the value as it is read
	HealthScore      float64 `json:"health_score"`
	ChurnProbability float64 `json:"churn_probability"`
}

// whatIfSteps is how many steps a curve has at most, its ends and the account's
// own value aside.
const whatIfSteps = 40

// WhatIf says how the health score of the one row of in depends on a feature
// that is marked actionable. Values lie between the 5 % and the 95 % quantile of
// the renewed accounts of its cluster (peers.Peers.Range), where the model
// knows no peers between its outermost cuts; the account's own value is always
// among them, unless it is missing. ErrInput for a feature that is none, is not
// actionable, or was never observed.
func (s *Scorer) WhatIf(in *Input, feature string) (*WhatIf, error) {
	j, ok := s.index[feature]
	if !ok || !s.catalog.Definitions[j].Actionable {
		return nil, fmt.Errorf("%w: %q is no feature that can be acted on", ErrInput, clip(feature))
	}
	m, err := s.measureOne(in)
	if err != nil {
		return nil, err
	}
	values := s.whatIfValues(m, j)
	if values == nil {
		return nil, fmt.Errorf("%w: nothing was observed of %q to stay inside of", ErrInput, feature)
	}
	d, l, k := &s.catalog.Definitions[j], in.Language, m.frame.ClusterOf(0)
	w := &WhatIf{
		Feature: feature, Label: l.of(d.Text), Unit: d.Unit, Value: valueOf(d, m.frame.Columns[j][0]),
		HealthScore: m.rows[0].health, Peers: s.typical(k, j),
		Text: l.pick("a sensitivity, not a promise: the score if this value were another and nothing else changed",
			"eine Empfindlichkeit, kein Versprechen: der Score, wenn dieser Wert ein anderer wäre und sonst nichts"),
	}
	z, err := s.withValues(m, j, values)
	if err != nil {
		return nil, err
	}
	r := &m.rows[0]
	for i, x := range values {
		outlook := min(max(s.points.Outlook(z[i]), 0), 100)
		value := valueOf(d, x)
		w.Points = append(w.Points, WhatIfPoint{
			Value: value, Text: l.phrase(d, value),
			HealthScore:      (1-r.outlookWeight)*r.path.Path + r.outlookWeight*outlook,
			ChurnProbability: models.Sigmoid(z[i]),
		})
	}
	return w, nil
}

// withValues returns the log-odds of the one row with other values of feature j,
// in its cluster.
func (s *Scorer) withValues(m *measured, j int, values []float64) ([]float64, error) {
	n := len(values)
	frame := &models.Frame{Fields: m.frame.Fields, Columns: make([][]float64, len(s.fields))}
	for c, column := range m.frame.Columns {
		frame.Columns[c] = slices.Repeat(column[:1], n)
	}
	frame.Columns[j] = values
	if m.frame.Cluster != nil {
		frame.Cluster = slices.Repeat(m.frame.Cluster[:1], n)
	}
	z := make([]float64, n)
	if err := s.churn.Answer(frame, 0, n, &additive.Answers{LogOdds: z}); err != nil {
		return nil, fmt.Errorf("%w: what-if: %w", ErrAnswer, err)
	}
	return z, nil
}

// whatIfValues lists the values that a curve over feature j has; nil: nothing
// was observed.
func (s *Scorer) whatIfValues(m *measured, j int) []float64 {
	d, now := &s.catalog.Definitions[j], m.frame.Columns[j][0]
	if d.Categorical() {
		values := make([]float64, len(d.Levels))
		for code := range values {
			values[code] = float64(code)
		}
		return values
	}
	low, high := s.observed(m.frame.ClusterOf(0), j)
	if math.IsNaN(low) || math.IsNaN(high) {
		return nil
	}
	values := ladder(low, high)
	if !math.IsNaN(now) {
		values = append(values, now)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// observed returns between which values feature j was seen in cluster k.
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
// there are at most some whatIfSteps.
func ladder(low, high float64) []float64 {
	values := []float64{low}
	if step := roundStep((high - low) / whatIfSteps); step > 0 {
		for n := range whatIfSteps + 1 {
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
