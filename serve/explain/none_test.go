package explain

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/serve/score"
)

// placedLater is one account before and after the window of its usage pattern was
// observed, with all else the same.
func placedLater(s *score.Scorer, in *score.Input) (from, to *score.Input) {
	from, to = row(in, 0), row(in, 0)
	to.AsOf = slices.Clone(from.AsOf)
	to.AsOf[0] = from.AsOf[0].AddDate(0, 0, 30)
	from.Frame.Columns = slices.Clone(from.Frame.Columns)
	for _, name := range s.Clusters().Space().Shares {
		from.Frame.Columns[at(s, name)] = []float64{math.NaN()}
	}
	return from, to
}

// Coming into a first cluster is no movement of the account, however far the score
// goes: its bars are cluster and data. And the way back is the opposite.
func TestTheFirstClusterIsMeasuredDifferently(t *testing.T) {
	s := testScorer(t)
	pool := testInput(s, 40, 5)
	differently := 0
	for i := range pool.AccountIDs {
		from, to := placedLater(s, row(pool, i))
		e, err := Explain(s, from, to, now)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Explain(s, to, from, now)
		if err != nil {
			t.Fatal(err)
		}
		if !e.From.Cluster.None() || e.To.Cluster.None() || back.Change != -e.Change || back.Verdict != e.Verdict {
			t.Fatalf("row %d: from %+v to %+v, change %v and back %v", i, e.From.Cluster, e.To.Cluster, e.Change, back.Change)
		}
		if e.Verdict == VerdictMoved {
			t.Errorf("row %d: %v, %+v", i, e.Verdict, e.Bars)
		}
		if e.Verdict == VerdictDifferently {
			differently++
		}
		at := slices.IndexFunc(e.Bars, func(b Bar) bool { return b.Kind == KindCluster })
		if at < 0 || e.Bars[at].From != nil || e.Bars[at].To != e.To.Cluster.ID {
			t.Errorf("row %d: no bar of the cluster: %+v", i, e.Bars)
		}
	}
	if differently == 0 {
		t.Error("no change was large enough: nothing was tested")
	}
}

// Without a cluster there is no stage of its own, no next milestone and no peers.
func TestNoClusterHasNoPath(t *testing.T) {
	s := testScorer(t)
	in, _ := placedLater(s, row(testInput(s, 1, 5), 0))
	m, err := s.Row(in)
	if err != nil {
		t.Fatal(err)
	}
	var wrong *PathError
	if _, err := StageOf(s, m, -1); !errors.As(err, &wrong) || wrong.Why != score.WhyNoOwnCluster {
		t.Errorf("a stage: %v", err)
	}
	if next := Next(s, m); next != nil {
		t.Errorf("a next milestone: %+v", next)
	}
	if _, err := Against(s, in, ReferenceRenewedPeers, now); !errors.Is(err, score.ErrInput) {
		t.Errorf("peers: %v", err)
	}
	if e, err := Against(s, in, ReferenceCluster, now); err != nil || slices.ContainsFunc(e.Reasons, func(r MoveReason) bool { return r.Bar.Kind == KindDataQuality }) {
		t.Errorf("%v: reasons that are missing: %+v", err, e.Reasons)
	}
	if _, err := WhatIfs(s, m, 3, 0); err != nil {
		t.Errorf("what-ifs: %v", err)
	}
}
