package boost

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// sixClusters are as uneven as real ones.
var sixClusters = []int{150, 300, 600, 1200, 2500, 5000}

// apart moves every cluster's fields by its own amount: clusters are groups of
// accounts that are used differently, whether or not they churn for other
// reasons. The truth stays a function of the fields and the cluster.
func apart(w modelstest.World, by float64, seed uint64, sizes ...int) (*models.Sample, []float64) {
	s, z := w.Draw(seed, sizes...)
	random, x := rand.New(rand.NewPCG(seed, 78)), make([]float64, w.Fields)
	for i, k := range s.Cluster {
		for j := range x {
			if j%len(sizes) == int(k) {
				s.Columns[j][i] += by
			}
			x[j] = s.Columns[j][i]
		}
		z[i] = w.LogOdds(x, int(k))
		s.Churned[i] = random.Float64() < models.Sigmoid(z[i])
	}
	return s, z
}

// pooling is what a pooled model gains over a model without clusters, fitted on
// the same rows, in expected log-loss under the known truth.
type pooling struct {
	gain    [][]float64 // [cluster][seed]
	overall []float64   // [seed] all clusters, each by its size
	parts   int         // clusters that have a part of their own
}

func pooled(t *testing.T, trainer Trainer, w modelstest.World, by float64, seeds int, sizes []int) *pooling {
	t.Helper()
	p := &pooling{gain: make([][]float64, len(sizes)), overall: make([]float64, seeds)}
	probes := make([]int, len(sizes))
	for k := range probes {
		probes[k] = 2000
	}
	for seed := range uint64(seeds) {
		s, _ := apart(w, by, 300+seed, sizes...)
		probe, want := apart(w, by, 9300+seed, probes...)
		global, own := trainer, trainer
		global.Seed, own.Seed, own.Clusters = seed, seed, len(sizes)
		m := fit(t, own, s)
		with, without := score(t, m, probe.Frame), score(t, fit(t, global, s), probe.Frame)
		for k, n := range sizes {
			g := modelstest.ExpectedLoss(without, want, probe.Cluster, k) - modelstest.ExpectedLoss(with, want, probe.Cluster, k)
			p.gain[k] = append(p.gain[k], g)
			p.overall[seed] += g * float64(n) / float64(s.Rows())
			if m.Cluster(k).Lambda > 0 {
				p.parts++
			}
		}
	}
	return p
}

// harmed returns the share of clusters that lose more than so much.
func (p *pooling) harmed(than float64) float64 {
	harmed := 0.0
	for _, gains := range p.gain {
		for _, g := range gains {
			if g < -than {
				harmed++
			}
		}
	}
	return harmed / float64(len(p.gain)*len(p.overall))
}

func (p *pooling) table(sizes []int) string {
	out := fmt.Sprintf("%8s %9s %9s %9s\n", "accounts", "mean gain", "worst", "best")
	for k, n := range sizes {
		out += fmt.Sprintf("%8d %+9.5f %+9.5f %+9.5f\n", n, meanOf(p.gain[k]), slices.Min(p.gain[k]), slices.Max(p.gain[k]))
	}
	return out + fmt.Sprintf("all %+.5f nats; harmed by more than .001: %.3f of the clusters; with a part of their own: %d of %d",
		meanOf(p.overall), p.harmed(0.001), p.parts, len(sizes)*len(p.overall))
}

// Pooled against global, both fitted: no harm where clusters are used
// differently but churn alike. proof_long_test.go has the whole protocol.
func TestPooledHarmsNoCluster(t *testing.T) {
	statistics(t)
	sizes := sixClusters[:4]
	p := pooled(t, Trainer{Sets: -1}, modelstest.World{Fields: 6}, 1, 2, sizes)
	t.Log("\n" + p.table(sizes))
	if p.harmed(0.001) > 0 {
		t.Error("a cluster loses more than .001 nats")
	}
}
