package additive

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// unplaced is the frame with every row out of its cluster.
func unplaced(f *models.Frame) *models.Frame {
	out := *f
	out.Cluster = slices.Repeat([]int32{models.NoCluster}, f.Rows())
	return &out
}

// A row without a cluster is scored by the shared model alone, in every view.
func TestNoClusterIsTheSharedModelAlone(t *testing.T) {
	m, s := explained(t)
	f := unplaced(s.Frame)
	z := score(t, m, f)
	shared := m.Parts()
	shared.Clusters = slices.Clone(shared.Clusters)
	for k := range shared.Clusters {
		shared.Clusters[k].Info.Lambda = 0
	}
	bare := *m
	bare.clusters = shared.Clusters
	bare.derive()
	for i, want := range score(t, &bare, s.Frame) {
		if math.Abs(z[i]-want) > 1e-12 {
			t.Fatalf("row %d: %v, the shared model gives %v", i, z[i], want)
		}
	}
	low, high, err := m.Interval(f, .9)
	if err != nil {
		t.Fatal(err)
	}
	c, err := m.Contributions(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range z {
		sum := c.Baseline[i]
		for _, share := range c.Share {
			sum += share[i]
		}
		if math.Abs(sum-z[i]) > 1e-9 || !(low[i] < z[i] && z[i] < high[i]) {
			t.Fatalf("row %d: contributions give %v, log-odds %v between %v and %v", i, sum, z[i], low[i], high[i])
		}
		if c.Baseline[i] != c.Baseline[0] {
			t.Fatalf("row %d: another baseline", i)
		}
	}
}

// Coming into a cluster is the cluster's share of a move, exactly, and back.
func TestMoveIntoTheFirstCluster(t *testing.T) {
	m, s := explained(t)
	from, to := unplaced(s.Frame), s.Frame
	move, err := m.Move(from, to)
	if err != nil {
		t.Fatal(err)
	}
	back, err := m.Move(to, from)
	if err != nil {
		t.Fatal(err)
	}
	before, after := score(t, m, from), score(t, m, to)
	moved := 0.0
	for i := range before {
		if math.Abs(move.Cluster[i]-(after[i]-before[i])) > 1e-9 || math.Abs(move.Cluster[i]+back.Cluster[i]) > 1e-12 {
			t.Fatalf("row %d: the cluster moved %v and back %v, the log-odds %v", i, move.Cluster[i], back.Cluster[i], after[i]-before[i])
		}
		moved += math.Abs(move.Cluster[i])
	}
	if moved == 0 {
		t.Error("no cluster differs: nothing was tested")
	}
	errors, err := m.MoveError(from, to)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(errors, math.IsNaN) || slices.Max(errors) == 0 {
		t.Errorf("standard errors up to %v", slices.Max(errors))
	}
}

// A saved model scores rows without a cluster to the bit as it did.
func TestNoClusterAfterARoundTrip(t *testing.T) {
	m, s := explained(t)
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	f := unplaced(s.Frame)
	want, err := m.Contributions(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Contributions(f)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Baseline, want.Baseline) || !slices.Equal(got.Share[0], want.Share[0]) || !slices.Equal(score(t, again, f), score(t, m, f)) {
		t.Error("the model read back gives other numbers")
	}
}
