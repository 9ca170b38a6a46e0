package serve

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models/path"
)

// worth is what one entry moved: log-odds of churn and points of health.
type worth struct{ logOdds, points float64 }

// flow is what moved the score between two dates under one model.
//
// With ō the mean of the two outlook weights (see Answer) and c a cluster:
//
//	feature    ō · points of models.Explainer's Move, a Shapley value
//	cut        ō · (cut₁ − cut₀)
//	milestone  (1−ō) · ½ Σ_c (share(x₁, c) − share(x₀, c)),   c the cluster then and now
//	cluster    ō · points of Move's cluster + (1−ō) · ½ Σ_x (path(x, c₁) − path(x, c₀))
//
// Where the path is measured at one date only, what is left is path's.
type flow struct {
	features           []worth // [field]
	milestones         []worth // [milestone]; nil: the path is not measured at both dates
	path, cluster, cut worth
}

// flow splits the movement from a to b. It is worked out in one direction only
// and turned for the other, so that the way back is the opposite to the last bit.
func (s *Scorer) flow(a, b *measured) (*flow, error) {
	if compareInputs(a.in, b.in) > 0 {
		f, err := s.forth(b, a)
		if err != nil {
			return nil, err
		}
		f.each(func(w *worth) { w.logOdds, w.points = -w.logOdds, -w.points })
		return f, nil
	}
	return s.forth(a, b)
}

// each calls do on every entry.
func (f *flow) each(do func(w *worth)) {
	for _, list := range [][]worth{f.features, f.milestones} {
		for i := range list {
			do(&list[i])
		}
	}
	do(&f.path)
	do(&f.cluster)
	do(&f.cut)
}

func (s *Scorer) forth(a, b *measured) (*flow, error) {
	move, err := s.churn.Move(a.frame, b.frame)
	if err != nil {
		return nil, fmt.Errorf("%w: movement: %w", ErrAnswer, err)
	}
	r0, r1 := &a.rows[0], &b.rows[0]
	weight := (r0.outlookWeight + r1.outlookWeight) / 2
	worthOf := func(logOdds float64) worth { return worth{logOdds, weight * s.points.Share(logOdds)} }
	f := &flow{features: make([]worth, len(s.fields)), cluster: worthOf(move.Cluster[0])}
	for j := range f.features {
		f.features[j] = worthOf(move.Share[j][0])
	}
	f.cut.points = weight * (r1.cut - r0.cut)
	switch {
	case r0.measured && r1.measured:
		s.milestoneFlow(a, b, f)
	case r0.measured != r1.measured:
		f.path.points = r1.health - r0.health - weight*((r1.outlook+r1.cut)-(r0.outlook+r0.cut))
	}
	return f, nil
}

// milestoneFlow splits the path side, and adds to the cluster what it moved there.
func (s *Scorer) milestoneFlow(a, b *measured, f *flow) {
	at := s.pathScores(a, b)
	weight := 1 - b.rows[0].outlookWeight
	f.cluster.points += weight * ((at[0][1].Path - at[0][0].Path) + (at[1][1].Path - at[1][0].Path)) / 2
	f.milestones = make([]worth, len(s.milestones))
	for j := range f.milestones {
		share := ((at[1][0].Share[j] - at[0][0].Share[j]) + (at[1][1].Share[j] - at[0][1].Share[j])) / 2
		f.milestones[j].points = weight * share
	}
}

// pathScores measures both dates on the path of either date's cluster:
// [date][cluster].
func (s *Scorer) pathScores(a, b *measured) [2][2]path.Score {
	k0, k1 := a.frame.ClusterOf(0), b.frame.ClusterOf(0)
	return [2][2]path.Score{
		{a.rows[0].path, s.pathScore(a, 0, k1)},
		{s.pathScore(b, 0, k0), b.rows[0].path},
	}
}

// compareInputs puts one-row inputs in an order: by date, then by what they hold.
func compareInputs(a, b *Input) int {
	if order := cmp.Compare(a.date(0), b.date(0)); order != 0 {
		return order
	}
	if order := compareColumns(a.Frame.Columns, b.Frame.Columns); order != 0 || a.Journey == nil || b.Journey == nil {
		return order
	}
	return cmp.Or(slices.Compare(a.Journey.Tenure, b.Journey.Tenure), compareColumns(a.Journey.Reached, b.Journey.Reached))
}

func compareColumns(a, b [][]float64) int {
	return slices.CompareFunc(a, b, func(x, y []float64) int { return slices.Compare(x, y) })
}
