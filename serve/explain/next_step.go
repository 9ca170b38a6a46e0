package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// NextStep is a what-if that leads somewhere: another value of one feature that can be
// acted on, inside of what renewed peers do, at which the score would read higher,
// nothing else changed. A sensitivity, not a promise.
type NextStep struct {
	Feature string `json:"feature"`
	Label   string `json:"label"` // written by package serve/text
	Unit    string `json:"unit"`
	From    any    `json:"from"` // as it is now
	To      any    `json:"to"`
	// Distance is To less From; nil: a level.
	Distance         *float64 `json:"distance"`
	HealthScore      float64  `json:"health_score"` // with To
	ChurnProbability float64  `json:"churn_probability"`
	// Points is how much higher the score would read: the difference of the two scores
	// as displayed, with one decimal.
	Points float64 `json:"points"`
	Text   string  `json:"text"` // written by package serve/text

	Definition *catalog.Definition `json:"-"`
	group      string
}

// How many curves are looked at for steps, and how far a score must move by a step
// to be one.
const (
	stepCurves = 16
	leastStep  = 0.1
)

// steps finds the steps of a row that raise its score most, one of each group of
// features that show the same thing. Of the values between the 5 % and the 95 %
// quantile of renewed peers a step leads to the nearest that gains mostOfIt of what
// the best gains (canStep: to which it may lead). None where there are no renewed peers,
// and none from a value that is missing.
func steps(s *score.Scorer, m *score.Row) ([]NextStep, error) {
	if s.Peers() == nil {
		return []NextStep{}, nil
	}
	var fields []int
	for _, j := range whatIfFields(s) {
		if low, high := s.Peers().Range(m.Cluster, j); low <= high && !math.IsNaN(m.Frame.Columns[j][0]) {
			fields = append(fields, j)
		}
	}
	fields, err := strongestFields(s, m, fields, stepCurves, leastStep)
	if err != nil {
		return nil, err
	}
	all, err := whatIfs(s, m, curvesOf(s, m, fields))
	if err != nil {
		return nil, err
	}
	list := make([]NextStep, 0, len(all))
	for _, w := range all {
		if one := stepOf(w); one != nil {
			j, _ := s.FeatureIndex(w.Feature)
			_, one.group = s.FeatureCode(j)
			list = append(list, *one)
		}
	}
	slices.SortStableFunc(list, func(a, b NextStep) int { return cmp.Compare(b.Points, a.Points) })
	return oneOfEach(list), nil
}

// oneOfEach keeps the first step of every group, at most mostSteps.
func oneOfEach(list []NextStep) []NextStep {
	kept := list[:0]
	for _, one := range list {
		if len(kept) < mostSteps && !slices.ContainsFunc(kept, func(k NextStep) bool { return k.group == one.group }) {
			kept = append(kept, one)
		}
	}
	return kept
}

// mostOfIt is the share of the best value's gain with which a nearer value will do: half of
// it is often had within a fraction of the way.
const mostOfIt = 0.5

// stepOf is the step of one curve; nil where no value reads higher.
func stepOf(w *WhatIf) *NextStep {
	now, known := w.Value.(float64)
	if !known {
		return nil
	}
	best := now
	gain := 0.0
	var candidates []*WhatIfPoint
	for i := range w.Points {
		p := &w.Points[i]
		if to, number := p.Value.(float64); !number || !canStep(w.Definition, now, to) {
			continue
		}
		candidates, gain = append(candidates, p), max(gain, p.HealthScore-w.HealthScore)
	}
	var chosen *WhatIfPoint
	for _, p := range candidates {
		to := p.Value.(float64)
		if p.HealthScore-w.HealthScore >= mostOfIt*gain && (chosen == nil || math.Abs(to-now) < math.Abs(best-now)) {
			chosen, best = p, to
		}
	}
	if chosen == nil {
		return nil
	}
	points, distance := round1(round1(chosen.HealthScore)-round1(w.HealthScore)), best-now
	if points < leastStep {
		return nil
	}
	return &NextStep{Feature: w.Feature, Definition: w.Definition, Unit: w.Unit, From: w.Value, To: best, Distance: &distance,
		HealthScore: chosen.HealthScore, ChurnProbability: chosen.ChurnProbability, Points: points}
}

// canStep is whether a step may lead from one value of a feature to another: counts
// to whole numbers, and use, by how many and how broad it is, to more of it (of days
// since the last use: fewer), for nobody sets out to be used less.
func canStep(d *catalog.Definition, now, to float64) bool {
	if to == now || whole(d) && to != math.Trunc(to) {
		return false
	}
	switch d.Theme {
	case catalog.Adoption, catalog.Breadth, catalog.People:
		less := d.Measure == catalog.MeasureRecency || d.Measure == catalog.MeasureLastSeen || d.Measure == catalog.MeasureConcentration
		return (to < now) == less
	}
	return true
}

// whole is whether values of a feature are whole numbers.
func whole(d *catalog.Definition) bool {
	switch d.Measure {
	case catalog.MeasureCount, catalog.MeasureActiveUsers, catalog.MeasureActiveDays, catalog.MeasureBreadth:
		return true
	}
	return false
}
