package train

import (
	"context"
	"math"
	"slices"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// The simulated world is the oracle: what it planted must come out.
var planted = sync.OnceValues(func() (*learnedWorld, error) {
	ctx := context.Background()
	w, err := world.Simulate(ctx, world.Config{Accounts: 2000, Seed: 5, Difference: 1}, nil)
	if err != nil {
		return nil, err
	}
	catalog, err := features.NewCatalog(ctx, w.Tables, features.Config{}, time.Time{})
	if err != nil {
		return nil, err
	}
	d, err := FromTables(ctx, w.Tables, catalog, features.Schedule{}, nil)
	if err != nil {
		return nil, err
	}
	a, r, err := Run(ctx, d, Options{Seed: 2})
	return &learnedWorld{w, d, a, r}, err
})

type learnedWorld struct {
	*world.World
	data     *Data
	artifact *artifact.Artifact
	report   *artifact.Report
}

func learnWorld(t *testing.T) *learnedWorld {
	t.Helper()
	if testing.Short() {
		t.Skip("trains on a whole world")
	}
	w, err := planted()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// levelLoss is a standard error of the difference between two variants on the
// renewals of this world.
const levelLoss = 0.003

// Pooled beats the one model for everyone and everything simpler on renewals that
// none of them has seen. Separate models of 500 accounts each, in the world where
// clusters differ most, come level (.3065 to .3082) and may not be clearly better.
func TestPooledBeatsGlobalAndSeparate(t *testing.T) {
	w := learnWorld(t)
	all := w.report.Segments[0]
	own, _ := all.Of(artifact.VariantEtappe)
	for _, other := range []string{artifact.VariantMajority, artifact.VariantScorecard, artifact.VariantLogistic, artifact.VariantTrees, artifact.VariantGlobal, artifact.VariantSeparate} {
		m, _ := all.Of(other)
		better := m.LogLoss - own.LogLoss
		if other == artifact.VariantSeparate {
			better += levelLoss
		}
		if better <= 0 {
			t.Errorf("out-of-time log-loss %.4f, %s %.4f", own.LogLoss, other, m.LogLoss)
		}
	}
	if err := Gate(w.report); err != nil {
		t.Error(err)
	}
}

// The learned clusters are the planted desired outcomes.
func TestClustersAreThePlantedOutcomes(t *testing.T) {
	w := learnWorld(t)
	if k := w.artifact.Clusters.K(); k != 4 {
		t.Fatalf("%d clusters, 4 desired outcomes were planted", k)
	}
	var purity [4][4]float64
	early := 0
	for i, k := range w.assigned(t) {
		if k == models.NoCluster {
			early++
			continue
		}
		purity[k][w.Truth.Accounts[w.data.Account[i]].Cluster]++
	}
	if share := float64(early) / float64(len(w.data.Account)); share > 0.2 {
		t.Errorf("%.1f %% of the snapshots have no cluster", 100*share)
	}
	right, total := 0.0, 0.0
	for _, row := range purity {
		for _, n := range row {
			total += n
		}
		right += slices.Max(row[:])
	}
	if right/total < 0.9 {
		t.Errorf("%.1f %% of the snapshots are in their outcome's cluster, want 90 %%", 100*right/total)
	}
}

func (w *learnedWorld) assigned(t *testing.T) []int32 {
	t.Helper()
	a, err := w.artifact.Clusters.Assign(w.data.Frame)
	if err != nil {
		t.Fatal(err)
	}
	return a.Cluster
}

// In each cluster the strongest planted driver comes out on top, and the ranking
// of all by what they contribute follows the planted one: features are added up
// by the driver that they carry, and importance is compared with the truth's mean
// absolute share. The floors are what 2,000 accounts carry; the bar of .8 in
// every cluster is reached by the clearest one only (see the README's limits).
func TestPlantedDriversComeOutOnTop(t *testing.T) {
	w := learnWorld(t)
	frame := *w.data.Frame
	frame.Cluster = w.assigned(t)
	c, err := w.artifact.Churn.Contributions(&frame)
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.0
	for k := range w.artifact.Clusters.K() {
		learned, truth := w.importance(c, frame.Cluster, int32(k))
		rho := spearman(learned, truth)
		mean += rho / float64(w.artifact.Clusters.K())
		t.Logf("cluster %s: rank correlation %.2f\nlearned %.2f\nplanted %.2f", w.artifact.Names[k], rho, learned, truth)
		top := slices.Index(truth, slices.Max(truth))
		if learned[top] < slices.Max(learned) {
			t.Errorf("cluster %s: the strongest planted driver (%d) is not the strongest learned one", w.artifact.Names[k], top)
		}
		if rho < 0.5 {
			t.Errorf("cluster %s: rank correlation with the planted drivers %.2f", w.artifact.Names[k], rho)
		}
	}
	if mean < 0.65 {
		t.Errorf("mean rank correlation with the planted drivers %.2f", mean)
	}
	if rho := spearman([]float64{1, 2, 3, 4}, []float64{4, 3, 2, 1}); rho != -1 {
		t.Errorf("the opposite order correlates %.2f", rho)
	}
}

// importance returns each driver's mean absolute contribution in cluster k, as
// learned and as planted, over the drivers that some feature carries.
func (w *learnedWorld) importance(c *models.Contributions, assigned []int32, k int32) (learned, truth []float64) {
	for n, driver := range w.Truth.Drivers {
		var carriers []int
		for j, def := range w.data.Catalog.Definitions {
			if driver.Carries(string(def.Measure), def.Type, def.Attribute) {
				carriers = append(carriers, j)
			}
		}
		if len(carriers) == 0 {
			continue
		}
		var mine, planted, rows float64
		for i, cluster := range assigned {
			if cluster != k {
				continue
			}
			s, ok := w.TruthAt(w.data.Account[i], w.data.AsOf[i])
			if !ok {
				continue
			}
			sum := 0.0
			for _, j := range carriers {
				sum += c.Share[j][i]
			}
			mine, planted, rows = mine+math.Abs(sum), planted+math.Abs(s.Shares[n]), rows+1
		}
		learned, truth = append(learned, mine/rows), append(truth, planted/rows)
	}
	return learned, truth
}

// spearman is Pearson's correlation of ranks, ties averaged.
func spearman(a, b []float64) float64 {
	x, y := ranks(a), ranks(b)
	n := float64(len(x))
	var sx, sy, sxx, syy, sxy float64
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		sxx, syy, sxy = sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	return (n*sxy - sx*sy) / math.Sqrt((n*sxx-sx*sx)*(n*syy-sy*sy))
}

func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return v[order[a]] < v[order[b]] })
	r := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && v[order[j]] == v[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			r[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return r
}
