package boost

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// harm fits one pooled model and returns, for each cluster, what its own part
// gains over the shared model in expected log-loss.
func poolGain(t *testing.T, w modelstest.World, seed uint64, sizes ...int) ([]float64, *additive.Model) {
	t.Helper()
	s, _ := w.Draw(seed, sizes...)
	probe, want := w.Draw(seed+1000, 2000, 2000, 2000, 2000)
	m := fit(t, Trainer{Clusters: len(sizes), Seed: seed}, s)
	parts := m.Parts()
	parts.Clusters = slices.Clone(parts.Clusters)
	for k := range parts.Clusters {
		parts.Clusters[k].Info.Lambda = 0
	}
	alike := additive.New(parts, additive.Rows{Codes: make([][]uint8, len(parts.Fields))})
	pooled, shared := score(t, m, probe.Frame), score(t, alike, probe.Frame)
	gain := make([]float64, len(sizes))
	for k := range gain {
		gain[k] = modelstest.ExpectedLoss(shared, want, probe.Cluster, k) - modelstest.ExpectedLoss(pooled, want, probe.Cluster, k)
	}
	return gain, m
}

// Where clusters do not differ, a part of their own must not cost anything.
func TestPoolingIsSafe(t *testing.T) {
	statistics(t)
	harmed := 0
	for seed := range uint64(5) {
		gain, _ := poolGain(t, modelstest.World{Fields: 8}, seed+1, 150, 300, 600, 2000)
		for k, g := range gain {
			if g < -0.001 {
				harmed++
				t.Logf("seed %d: cluster %d loses %.4f nats", seed, k, -g)
			}
		}
	}
	if harmed > 1 {
		t.Errorf("%d of 20 clusters lose more than .001 nats", harmed)
	}
}

// Where they differ a lot, it must pay, for small clusters too.
func TestPoolingPays(t *testing.T) {
	statistics(t)
	var sum float64
	for seed := range uint64(2) {
		gain, m := poolGain(t, modelstest.World{Fields: 8, Difference: 1}, seed+1, 300, 600, 1500, 2000)
		for k, g := range gain {
			sum += g / 8
			if g < -0.001 {
				t.Errorf("seed %d: cluster %d loses %.4f nats", seed, k, -g)
			}
			if info := m.Cluster(k); g > 0.02 && (info.Lambda == 0 || info.Gain < 2*info.GainSE || info.Events < 30) {
				t.Errorf("seed %d: cluster %d gains %.4f on %+v", seed, k, g, info)
			}
		}
	}
	if sum < 0.02 {
		t.Errorf("the mean gain is %.4f nats, want .02", sum)
	}
}

// A last time slice that speaks against a cluster's part drops it; without the
// planted change of mind it stays.
func TestLastSliceVetoes(t *testing.T) {
	w := modelstest.World{Fields: 6, Difference: 1.5}
	s, z := w.Draw(3, 1500, 1500)
	veto := make([]bool, s.Rows())
	for i := range veto {
		veto[i] = i%4 == 0
	}
	if kept := fit(t, Trainer{Clusters: 2, Veto: veto, Bags: 4}, s); kept.Cluster(0).Lambda == 0 || kept.Cluster(0).Vetoed {
		t.Fatalf("nothing to veto: %+v", kept.Cluster(0))
	}
	for i := range veto {
		if veto[i] && s.Cluster[i] == 0 {
			x := make([]float64, w.Fields)
			for j := range x {
				x[j] = s.Columns[j][i]
			}
			// The mirror image of what the cluster used to be.
			common := modelstest.World{Fields: w.Fields}.LogOdds(x, 0)
			s.Churned[i] = models.Sigmoid(2*common-z[i]) > math.Mod(float64(i)*math.Phi, 1)
		}
	}
	if m := fit(t, Trainer{Clusters: 2, Veto: veto, Bags: 4}, s); !m.Cluster(0).Vetoed || m.Cluster(0).Lambda != 0 || m.Cluster(1).Vetoed {
		t.Errorf("the slice does not veto: %+v, %+v", m.Cluster(0), m.Cluster(1))
	}
}

// Lambda 0 is exactly the shared model: the rows score the same in a cluster
// too small for a part of its own as in one without.
func TestTinyClustersShare(t *testing.T) {
	s, _ := modelstest.World{Fields: 6, Difference: 2}.Draw(5, 1500, 12)
	m := fit(t, Trainer{Clusters: 3, Bags: 4}, s)
	probe := s.Select([]int{1, 2, 1, 2})
	probe.Cluster = []int32{1, 1, 2, 2}
	z := score(t, m, probe.Frame)
	if z[0] != z[2] || z[1] != z[3] || m.Cluster(1).Lambda != 0 || m.Cluster(2).Rows != 0 {
		t.Errorf("clusters of 12 and of no rows: %v, %+v", z, m.Cluster(1))
	}
}

// A group of rows is one account when it comes to standard errors.
func TestPairedErrorCountsAccounts(t *testing.T) {
	var gain, weight []float64
	var account, row []int32
	for i := range 40 {
		gain, weight = append(gain, float64(i/4%2)-0.1*float64(i%4)), append(weight, 1)
		account, row = append(account, int32(i/4)), append(row, int32(i))
	}
	byAccount, byRow := pairedGain(gain, weight, account), pairedGain(gain, weight, row)
	if byAccount.mean != byRow.mean || byAccount.se < 1.7*byRow.se {
		t.Errorf("by account %+v, by row %+v", byAccount, byRow)
	}
}

// The log-odds of a cluster hold λ times its own tables; λ grows with its events.
func TestShrinkageMultipliesOwnTables(t *testing.T) {
	s, _ := modelstest.World{Fields: 8, Difference: 1.5}.Draw(3, 150, 600)
	m := fit(t, Trainer{Clusters: 2, Bags: 4, Rounds: 200, Sets: -1}, s)
	own := m.Parts()
	for k := range 2 {
		info := m.Cluster(k)
		if !(info.Lambda > 0 && info.Lambda < 1) || k == 1 && info.Lambda <= m.Cluster(0).Lambda {
			t.Errorf("cluster %d of %d events: λ = %v, of %d events %v", k, info.Events, info.Lambda, m.Cluster(0).Events, m.Cluster(0).Lambda)
		}
		row := s.Select([]int{150 * k})
		z := score(t, m, row.Frame)
		parts := own
		parts.Clusters = slices.Clone(own.Clusters)
		parts.Clusters[k].Info.Lambda = 0
		codes := make([][]uint8, len(parts.Fields))
		shared := score(t, additive.New(parts, additive.Rows{Codes: codes}), row.Frame)
		var difference float64
		for _, v := range own.Clusters[k].Intercepts {
			difference += v / float64(len(own.Clusters[k].Intercepts))
		}
		for _, o := range own.Clusters[k].Own {
			j := o.Fields[0]
			difference += o.Mean[binOf(t, parts.Binnings[j], row.Columns[j][0])]
		}
		want := info.Lambda * difference
		if got := z[0] - shared[0]; math.Abs(got-want) > 1e-9 || math.Abs(want) < 1e-3 {
			t.Errorf("cluster %d: its part moves log-odds by %v, want λ·%v = %v", k, got, difference, want)
		}
	}
}
