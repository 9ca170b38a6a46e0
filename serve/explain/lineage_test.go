package explain

import (
	"github.com/etappe/etappe/serve/score"
	"slices"
	"testing"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/servetest"
)

// A retrain that numbers clusters anew moves no account to another cluster: with
// the ids handed on, both dates name one cluster and no bar says otherwise. An
// account that changed its group has the bar, between ids that mean the same on
// both sides.
func TestARenumberedClusterIsNoChange(t *testing.T) {
	a, err := servetest.Renumbered()
	if err != nil {
		t.Fatal(err)
	}
	before, next := testScorer(t), *a
	if next.Clusters, next.Lineage, err = artifact.Descend(testArtifact(t), testMeta.Version, a.Clusters); err != nil {
		t.Fatal(err)
	}
	if ids := next.Clusters.IDs(); !slices.Equal(ids, []string{"c2", "c1"}) {
		t.Fatalf("the retrain did not turn the order of the clusters: %v", ids)
	}
	meta := score.Meta{Version: "2026-03-25-1", TrainedAt: testMeta.TrainedAt.AddDate(0, 0, 6)}
	retrained := func(a *artifact.Artifact) [2]*score.Scorer {
		after, err := score.New(a, meta, score.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return [2]*score.Scorer{before, after}
	}
	pool := testInput(before, 60, 19)
	for i := range pool.AccountIDs {
		pool.AccountIDs[i] = "acme"
	}
	stayed, changed, misled := 0, 0, 0
	for i := range pool.Frame.Rows() - 1 {
		from, to := row(pool, i), row(pool, i+1)
		one, other := groupAt(t, before, from), groupAt(t, before, to)
		e := compared(t, retrained(&next), from, to)
		if e.From.Cluster.ID != one || e.To.Cluster.ID != other {
			t.Errorf("row %d: from %+v to %+v, it is in %s and %s", i, e.From.Cluster, e.To.Cluster, one, other)
		}
		bar := slices.IndexFunc(e.Bars, func(b Bar) bool { return b.Kind == KindCluster })
		switch {
		case one != other && bar >= 0:
			changed++
			if b := e.Bars[bar]; b.From != clusterValue(score.Cluster{ID: one}) || b.To != clusterValue(score.Cluster{ID: other}) {
				t.Errorf("row %d: a bar from %v to %v, it went from %s to %s", i, b.From, b.To, one, other)
			}
		case one == other:
			stayed++
			if bar >= 0 {
				t.Errorf("row %d stayed in %s and has the bar %+v", i, one, e.Bars[bar])
			}
			// The control: without a line, the same account seems to have moved.
			if bare := compared(t, retrained(a), from, to); bare.From.Cluster.ID != bare.To.Cluster.ID {
				misled++
			}
		}
	}
	if stayed < 10 || changed < 10 || misled != stayed {
		t.Errorf("%d stayed, %d changed; without ids handed on, %d seem to have changed that did not", stayed, changed, misled)
	}
}

// groupAt is the id of the row's cluster in a model.
func groupAt(t interface {
	Helper()
	Fatal(...any)
}, s *score.Scorer, in *score.Input) string {
	t.Helper()
	answers, err := s.Score(in, now)
	if err != nil {
		t.Fatal(err)
	}
	return answers[0].Cluster.ID
}

// compared explains the way from one row to another, across two models that read
// the same catalogue.
func compared(t *testing.T, s [2]*score.Scorer, from, to *score.Input) *Explanation {
	t.Helper()
	e, err := Compare([2][2]*score.Input{{from, from}, {to, to}}, s, CompareOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
