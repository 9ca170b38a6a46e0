package score

import (
	"math"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/servetest"
)

// between makes a batch of accounts, some of them half-way from reporting to
// exporting.
func between(t *testing.T, s *Scorer, rows int) *Input {
	t.Helper()
	in := testInput(s, rows, 60)
	servetest.Between(t, s.clusters, in.Frame)
	return in
}

// An account between two clusters carries the score that it would have in the
// second one, computed here from the model's parts.
func TestSecond(t *testing.T) {
	s := testScorer(t)
	a := testArtifact(t)
	in := between(t, s, 40)
	answers := scoreAll(t, s, in)
	assigned, err := a.Clusters.Assign(in.Frame)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i, one := range answers {
		if (one.Second != nil) != (one.Cluster.Membership < secondBelow) {
			t.Fatalf("membership %v, second %+v", one.Cluster.Membership, one.Second)
		}
		if one.Second == nil {
			continue
		}
		found++
		row := in.row(i)
		k := assigned.Second[i]
		row.Frame.Cluster = []int32{k}
		z, err := a.Churn.LogOdds(row.Frame)
		if err != nil {
			t.Fatal(err)
		}
		path := a.Path.Score(row.Journey.Tenure[0], []float64{row.Journey.Reached[0][0], row.Journey.Reached[1][0]}, int(k))
		want := (path.Path + min(max(a.Points.Outlook(z[0]), 0), 100)) / 2
		if math.Abs(one.Second.HealthScore-want) > 1e-9 || math.Abs(one.Second.ChurnProbability-models.Sigmoid(z[0])) > 1e-12 ||
			one.Second.ID == one.Cluster.ID || one.Second.Band != a.Points.Band(want) {
			t.Errorf("%+v, want a score of %v", one.Second, want)
		}
		r, err := s.Row(row)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := r.Second(); err != nil || second == nil || *second != *one.Second {
			t.Errorf("the row has %+v, the answer %+v, %v", second, one.Second, err)
		}
	}
	if found == 0 {
		t.Error("no account is between two clusters")
	}
}
