package explain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/serve/score"
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

// flowOf splits the movement from a to b. It is computed in one direction only
// and turned for the other, so that the way back is the opposite to the last bit.
func flowOf(s *score.Scorer, a, b *score.Row) (*flow, error) {
	if compareInputs(a.In, b.In) > 0 {
		f, err := forward(s, b, a)
		if err != nil {
			return nil, err
		}
		f.each(func(w *worth) { w.logOdds, w.points = -w.logOdds, -w.points })
		return f, nil
	}
	return forward(s, a, b)
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

// forward is flowOf in the order in which it is computed.
func forward(s *score.Scorer, a, b *score.Row) (*flow, error) {
	move, err := s.Churn().Move(a.Frame, b.Frame)
	if err != nil {
		return nil, fmt.Errorf("%w: movement: %w", score.ErrAnswer, err)
	}
	r0, r1 := a, b
	weight := (r0.Weight + r1.Weight) / 2
	worthOf := func(logOdds float64) worth { return worth{logOdds, weight * s.Points().Share(logOdds)} }
	f := &flow{features: make([]worth, len(s.Fields())), cluster: worthOf(move.Cluster[0])}
	for j := range f.features {
		f.features[j] = worthOf(move.Share[j][0])
	}
	f.cut.points = weight * (r1.Cut - r0.Cut)
	switch {
	case r0.Measured && r1.Measured:
		addMilestones(s, a, b, f)
	case r0.Measured != r1.Measured:
		f.path.points = r1.Health - r0.Health - weight*((r1.Outlook+r1.Cut)-(r0.Outlook+r0.Cut))
	}
	return f, nil
}

// addMilestones splits the path side, and adds to the cluster what it moved there.
func addMilestones(s *score.Scorer, a, b *score.Row, f *flow) {
	at := pathScores(a, b)
	weight := 1 - b.Weight
	f.cluster.points += weight * ((at[0][1].Path - at[0][0].Path) + (at[1][1].Path - at[1][0].Path)) / 2
	f.milestones = make([]worth, len(s.Milestones()))
	for j := range f.milestones {
		share := ((at[1][0].Share[j] - at[0][0].Share[j]) + (at[1][1].Share[j] - at[0][1].Share[j])) / 2
		f.milestones[j].points = weight * share
	}
}

// pathScores measures both dates on the path of either date's cluster:
// [date][cluster].
func pathScores(a, b *score.Row) [2][2]path.Score {
	k0, k1 := a.Cluster, b.Cluster
	return [2][2]path.Score{
		{a.Path, a.PathIn(k1)},
		{b.PathIn(k0), b.Path},
	}
}

// compareInputs puts one-row inputs in an order: by date, then by what they hold.
func compareInputs(a, b *score.Input) int {
	if order := cmp.Compare(a.Date(0), b.Date(0)); order != 0 {
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
