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

// whatIfFields lists the features that can be acted on, in the catalogue's order.
func whatIfFields(s *score.Scorer) []int {
	var fields []int
	for j := range s.Fields() {
		if s.Definition(j).Actionable {
			fields = append(fields, j)
		}
	}
	return fields
}

// WhatIfs computes how the health score of one row depends on each of the n
// actionable features by which it moves most, of those that move it by at least
// some points over what was observed, in the catalogue's order. More than n where
// several move it alike.
//
// Values lie between the 5 % and the 95 % quantile of the renewed accounts of the
// row's cluster (peers.Peers.Range), where the model has no peers between its
// outermost cuts; the account's own value is always among them, unless it is
// missing. A feature that was never observed has no what-if.
func WhatIfs(s *score.Scorer, m *score.Row, n int, least float64) ([]*WhatIf, error) {
	fields, err := strongestFields(s, m, whatIfFields(s), n, least)
	if err != nil {
		return nil, err
	}
	return whatIfs(s, m, curvesOf(s, m, fields))
}

// curves are the values of some fields to compute the score for.
type curves struct {
	fields []int
	values [][]float64 // [n] of fields[n], in order
}

// room is memory for a number to each value.
func (c *curves) room() (all []float64, of [][]float64) {
	rows := 0
	for _, v := range c.values {
		rows += len(v)
	}
	all, of = make([]float64, rows), make([][]float64, len(c.values))
	for n, at := 0, 0; n < len(c.values); n++ {
		of[n] = all[at : at+len(c.values[n])]
		at += len(c.values[n])
	}
	return all, of
}

// curvesOf lists the values of each of some fields; those that were never observed
// are left out.
func curvesOf(s *score.Scorer, m *score.Row, fields []int) *curves {
	c := &curves{fields: make([]int, 0, len(fields)), values: make([][]float64, 0, len(fields))}
	rows := 0
	for _, j := range fields {
		rows += len(s.Ladder(m.Cluster, j).Values) + 1
	}
	room := make([]float64, 0, rows)
	for _, j := range fields {
		at := len(room)
		if room = appendValues(room, s.Ladder(m.Cluster, j).Values, m.Frame.Columns[j][0], s.Definition(j).Categorical()); len(room) > at {
			c.fields, c.values = append(c.fields, j), append(c.values, room[at:len(room):len(room)])
		}
	}
	return c
}

// appendValues appends a ladder with the account's own value in its place.
func appendValues(to, ladder []float64, now float64, levels bool) []float64 {
	if levels || ladder == nil || math.IsNaN(now) {
		return append(to, ladder...)
	}
	at, present := slices.BinarySearch(ladder, now)
	to = append(to, ladder[:at]...)
	if !present {
		to = append(to, now)
	}
	return append(to, ladder[at:]...)
}

// spanner is a churn model that computes how far other values of one field move the
// log-odds, but for rounding.
type spanner interface {
	Span(f *models.Frame, fields []int, bins [][]uint8, low, high []float64) error
}

// rounding bounds, in points of health, what a Span leaves out.
const rounding = 1e-6

// strongestFields keeps the features by which the score moves most, as WhatIfs
// documents it. A score only falls with the log-odds, so its range follows from
// theirs; all is kept where the churn model computes no ranges.
func strongestFields(s *score.Scorer, m *score.Row, fields []int, n int, least float64) ([]int, error) {
	churn, ok := s.Churn().(spanner)
	if !ok {
		return fields, nil
	}
	known, bins := make([]int, 0, len(fields)), make([][]uint8, 0, len(fields))
	for _, j := range fields {
		if l := s.Ladder(m.Cluster, j); len(l.Bins) > 0 {
			known, bins = append(known, j), append(bins, l.Bins)
		}
	}
	low, high := make([]float64, len(known)), make([]float64, len(known))
	if err := churn.Span(m.Frame, known, bins, low, high); err != nil {
		return nil, fmt.Errorf("%w: what-if: %w", score.ErrAnswer, err)
	}
	reach := make([]float64, len(known))
	for i, j := range known {
		if d := s.Definition(j); !d.Categorical() && !math.IsNaN(m.Frame.Columns[j][0]) { // its own value is on the curve
			low[i], high[i] = min(low[i], 0), max(high[i], 0)
		}
		reach[i] = healthAt(s, m, m.LogOdds+low[i]) - healthAt(s, m, m.LogOdds+high[i]) + rounding
	}
	if n < len(reach) {
		sorted := slices.Clone(reach)
		slices.Sort(sorted)
		least = max(least, sorted[len(sorted)-n]-2*rounding)
	}
	kept := known[:0]
	for i, j := range known {
		if reach[i] >= least {
			kept = append(kept, j)
		}
	}
	return kept, nil
}

// healthAt is the row's health score with other log-odds.
func healthAt(s *score.Scorer, m *score.Row, logOdds float64) float64 {
	path := math.NaN()
	if m.Measured {
		path = m.Path.Path
	}
	return s.Points().Health(path, logOdds)
}

// whatIfs computes the scores of some curves. All their values are rows of one
// batch.
func whatIfs(s *score.Scorer, m *score.Row, c *curves) ([]*WhatIf, error) {
	z, err := withValues(s, m, c)
	if err != nil {
		return nil, err
	}
	list := make([]*WhatIf, 0, len(c.fields))
	for n, j := range c.fields {
		d := s.Definition(j)
		w := &WhatIf{
			Feature: d.Name, Definition: d, Unit: d.Unit, Value: score.ValueOf(d, m.Frame.Columns[j][0]),
			HealthScore: m.Health, Peers: typical(s, m.Cluster, j), Points: make([]WhatIfPoint, len(c.values[n])),
		}
		for i, x := range c.values[n] {
			w.Points[i] = WhatIfPoint{
				Value: score.ValueOf(d, x), HealthScore: healthAt(s, m, z[n][i]), ChurnProbability: models.Sigmoid(z[n][i]),
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
func withValues(s *score.Scorer, m *score.Row, c *curves) ([][]float64, error) {
	all, z := c.room()
	if churn, ok := s.Churn().(varier); ok {
		if err := churn.Vary(m.Frame, c.fields, c.values, z); err != nil {
			return nil, fmt.Errorf("%w: what-if: %w", score.ErrAnswer, err)
		}
		return z, nil
	}
	rows := len(all)
	frame := &models.Frame{Fields: m.Frame.Fields, Columns: make([][]float64, len(s.Fields()))}
	for j, column := range m.Frame.Columns {
		frame.Columns[j] = slices.Repeat(column[:1], rows)
	}
	if m.Frame.Cluster != nil {
		frame.Cluster = slices.Repeat(m.Frame.Cluster[:1], rows)
	}
	at := 0
	for n, j := range c.fields {
		at += copy(frame.Columns[j][at:], c.values[n])
	}
	if err := s.Churn().Answer(frame, 0, rows, &additive.Answers{LogOdds: all}); err != nil {
		return nil, fmt.Errorf("%w: what-if: %w", score.ErrAnswer, err)
	}
	return z, nil
}
