package serve

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// renumbered is a retrain on accounts of which fewer report: the clusters are the
// same groups, but the other one is the largest now.
var renumbered = sync.OnceValues(func() (*artifact.Artifact, error) {
	ctx := context.Background()
	before, err := fitted()
	if err != nil {
		return nil, err
	}
	sample, journey := simulated(1500, 8)
	assigned, err := before.Clusters.Assign(sample.Frame)
	if err != nil {
		return nil, err
	}
	var rows []int
	for i, k := range assigned.Cluster {
		if k == 1 || i%3 == 0 {
			rows = append(rows, i)
		}
	}
	sample = sample.Select(rows)
	clusters, _, err := cluster.Fit(ctx, sample.Frame, before.Clusters.Space(), sample.Churned, cluster.Options{MaxK: 2, Bootstraps: 5, Restarts: 2, Seed: 1})
	if err != nil {
		return nil, err
	}
	if assigned, err = clusters.Assign(sample.Frame); err != nil {
		return nil, err
	}
	sample.Cluster = assigned.Cluster
	model, err := additive.Trainer{Bags: 3, Rounds: 60, Smooth: 10, Seed: 2, Clusters: clusters.K(), Bins: 32}.Fit(ctx, sample)
	if err != nil {
		return nil, err
	}
	course := &models.Journey{Milestones: journey.Milestones, Tenure: models.Pick(journey.Tenure, rows)}
	for _, reached := range journey.Reached {
		course.Reached = append(course.Reached, models.Pick(reached, rows))
	}
	renewed := make([]bool, len(rows))
	for i, churned := range sample.Churned {
		renewed[i] = !churned
	}
	path, err := path.Fit(course, assigned.Cluster, clusters.K(), renewed, path.Options{})
	if err != nil {
		return nil, err
	}
	after := *before
	after.Churn, after.Clusters, after.Path, after.Names = model.(*additive.Model), clusters, path, []string{"exporting", "reporting"}
	return &after, nil
})

// A retrain that numbers clusters anew moves no account to another cluster: with
// the ids handed on, both dates name one cluster and no bar says otherwise. An
// account that changed its group has the bar, between ids that mean the same on
// both sides.
func TestARenumberedClusterIsNoChange(t *testing.T) {
	a, err := renumbered()
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
	meta := Meta{Version: "2026-03-25-1", TrainedAt: testMeta.TrainedAt.AddDate(0, 0, 6)}
	retrained := func(a *artifact.Artifact) [2]*Scorer {
		after, err := NewScorer(a, meta, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return [2]*Scorer{before, after}
	}
	pool := testInput(before, 60, 19)
	for i := range pool.AccountIDs {
		pool.AccountIDs[i] = "acme"
	}
	stayed, changed, misled := 0, 0, 0
	for i := range pool.Frame.Rows() - 1 {
		from, to := pool.row(i), pool.row(i+1)
		one, other := groupAt(t, before, from), groupAt(t, before, to)
		e := compared(t, retrained(&next), from, to)
		if e.From.Cluster.ID != one || e.To.Cluster.ID != other {
			t.Errorf("row %d: from %+v to %+v, it is in %s and %s", i, e.From.Cluster, e.To.Cluster, one, other)
		}
		bar := slices.IndexFunc(e.Bars, func(b Bar) bool { return b.Kind == KindCluster })
		switch {
		case one != other && bar >= 0:
			changed++
			if b := e.Bars[bar]; b.From != one || b.To != other {
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
func groupAt(t *testing.T, s *Scorer, in *Input) string {
	t.Helper()
	answers, err := s.Score(in, now)
	if err != nil {
		t.Fatal(err)
	}
	return answers[0].Cluster.ID
}

// compared explains the way from one row to another, across two models that read
// the same catalogue.
func compared(t *testing.T, s [2]*Scorer, from, to *Input) *Explanation {
	t.Helper()
	e, err := Compare([2][2]*Input{{from, from}, {to, to}}, s, CompareOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
