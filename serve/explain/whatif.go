package explain

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/score"
)

// WhatIf is how the health score of one account would read if one feature had
// another value and nothing else changed: a sensitivity, not a promise. Its
// cluster stays, and so do features that would move along in truth.
type WhatIf struct {
	Feature     string        `json:"feature"`
	Label       string        `json:"label"` // written by package serve/text
	Unit        string        `json:"unit"`
	Value       any           `json:"value"` // as it is now
	HealthScore float64       `json:"health_score"`
	Peers       any           `json:"peers"`  // typical value of renewed peers; nil: unknown
	Points      []WhatIfPoint `json:"points"` // by value, inside what was observed; levels in the catalogue's order
	Text        string        `json:"text"`   // written by package serve/text

	Definition *catalog.Definition `json:"-"`
}

// WhatIfPoint is one value and the score that goes with it.
type WhatIfPoint struct {
	Value            any     `json:"value"` // a number, or the name of a level
	Text             string  `json:"text"`  // the value as it is read, written by package serve/text
	HealthScore      float64 `json:"health_score"`
	ChurnProbability float64 `json:"churn_probability"`
}

// whatIfSteps is how many steps a curve has at most, its ends and the account's
// own value aside.
const whatIfSteps = 40

// WhatIfOf computes how the health score of the one row of in depends on a feature
// that is marked actionable. Values lie between the 5 % and the 95 % quantile of
// the renewed accounts of its cluster (peers.Peers.Range), where the model has no
// peers between its outermost cuts; the account's own value is always among them,
// unless it is missing. ErrFeature for a feature that is none, is not actionable,
// or was never observed.
func WhatIfOf(s *score.Scorer, in *score.Input, feature string) (*WhatIf, error) {
	j, ok := s.FeatureIndex(feature)
	if !ok || !s.Definition(j).Actionable {
		return nil, fmt.Errorf("%w: %.80q is no feature that can be acted on", ErrFeature, feature)
	}
	m, err := s.Row(in)
	if err != nil {
		return nil, err
	}
	return WhatIfOfRow(s, m, j)
}

// ErrFeature is returned for a feature without a what-if. It matches
// score.ErrInput.
var ErrFeature = fmt.Errorf("%w: there is no what-if", score.ErrInput)

// WhatIfOfRow is WhatIfOf for a row that is computed already and field j, whether
// or not it is actionable.
func WhatIfOfRow(s *score.Scorer, m *score.Row, j int) (*WhatIf, error) {
	list, err := whatIfs(s, m, []int{j})
	if err == nil && list == nil {
		err = fmt.Errorf("%w: nothing was observed of %q to stay inside of", ErrFeature, s.Definition(j).Name)
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// WhatIfs computes a what-if of every actionable feature that was observed, in the
// catalogue's order.
func WhatIfs(s *score.Scorer, m *score.Row) ([]*WhatIf, error) {
	var fields []int
	for j := range s.Fields() {
		if s.Definition(j).Actionable {
			fields = append(fields, j)
		}
	}
	return whatIfs(s, m, fields)
}

// whatIfs computes the curves of some fields; those that were never observed are
// left out. All their values are rows of one batch.
func whatIfs(s *score.Scorer, m *score.Row, fields []int) ([]*WhatIf, error) {
	var list []*WhatIf
	var of []int
	var values [][]float64
	for _, j := range fields {
		if v := whatIfValues(s, m, j); v != nil {
			of, values = append(of, j), append(values, v)
		}
	}
	z, err := withValues(s, m, of, values)
	if err != nil {
		return nil, err
	}
	path := math.NaN()
	if m.Measured {
		path = m.Path.Path
	}
	for n, j := range of {
		d := s.Definition(j)
		w := &WhatIf{
			Feature: d.Name, Definition: d, Unit: d.Unit, Value: score.ValueOf(d, m.Frame.Columns[j][0]),
			HealthScore: m.Health, Peers: typical(s, m.Cluster, j), Points: make([]WhatIfPoint, len(values[n])),
		}
		for i, x := range values[n] {
			w.Points[i] = WhatIfPoint{
				Value: score.ValueOf(d, x), HealthScore: s.Points().Health(path, z[n][i]), ChurnProbability: models.Sigmoid(z[n][i]),
			}
		}
		list = append(list, w)
	}
	return list, nil
}

// varier is a churn model that computes log-odds with other values of one field
// from its terms alone.
type varier interface {
	Vary(f *models.Frame, fields []int, values, logOdds [][]float64) error
}

// withValues returns the log-odds of the one row with other values of one field at
// a time, in its cluster: [n][value] for fields[n].
func withValues(s *score.Scorer, m *score.Row, fields []int, values [][]float64) ([][]float64, error) {
	rows := 0
	for _, v := range values {
		rows += len(v)
	}
	all, z := make([]float64, rows), make([][]float64, len(values))
	for n, at := 0, 0; n < len(values); n++ {
		z[n] = all[at : at+len(values[n])]
		at += len(values[n])
	}
	if churn, ok := s.Churn().(varier); ok {
		if err := churn.Vary(m.Frame, fields, values, z); err != nil {
			return nil, fmt.Errorf("%w: what-if: %w", score.ErrAnswer, err)
		}
		return z, nil
	}
	frame := &models.Frame{Fields: m.Frame.Fields, Columns: make([][]float64, len(s.Fields()))}
	for c, column := range m.Frame.Columns {
		frame.Columns[c] = slices.Repeat(column[:1], rows)
	}
	if m.Frame.Cluster != nil {
		frame.Cluster = slices.Repeat(m.Frame.Cluster[:1], rows)
	}
	at := 0
	for n, j := range fields {
		at += copy(frame.Columns[j][at:], values[n])
	}
	if err := s.Churn().Answer(frame, 0, rows, &additive.Answers{LogOdds: all}); err != nil {
		return nil, fmt.Errorf("%w: what-if: %w", score.ErrAnswer, err)
	}
	return z, nil
}

// whatIfValues lists the values that a curve over feature j has; nil: nothing
// was observed.
func whatIfValues(s *score.Scorer, m *score.Row, j int) []float64 {
	d, now := s.Definition(j), m.Frame.Columns[j][0]
	if d.Categorical() {
		values := make([]float64, len(d.Levels))
		for code := range values {
			values[code] = float64(code)
		}
		return values
	}
	low, high := observed(s, m.Cluster, j)
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
func observed(s *score.Scorer, k, j int) (low, high float64) {
	if s.Peers() != nil {
		if low, high = s.Peers().Range(k, j); low <= high {
			return low, high
		}
	}
	low, high = math.NaN(), math.NaN()
	churn, ok := s.Churn().(interface{ Terms() []additive.Term })
	if !ok {
		return low, high
	}
	for _, term := range churn.Terms() {
		if len(term.Fields) == 1 && term.Fields[0] == s.Fields()[j].Name && len(term.Axes[0].Cuts) > 0 {
			return term.Axes[0].Cuts[0], slices.Max(term.Axes[0].Cuts)
		}
	}
	return low, high
}

// ladder lists low, high and the round numbers between them, of a step so that
// there are at most some whatIfSteps.
func ladder(low, high float64) []float64 {
	values := append(make([]float64, 0, whatIfSteps+4), low)
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
