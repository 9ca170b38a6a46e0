package boost

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// rare draws rows of which one in so many churns.
func rare(seed uint64, rows, oneIn int) (*models.Sample, []float64) {
	w := modelstest.World{Fields: 8}
	s, z := w.Draw(seed, rows)
	// The level at which the mean probability is the wanted one, by bisection.
	low, high := -20.0, 20.0
	for range 60 {
		middle, p := (low+high)/2, 0.0
		for _, v := range z {
			p += models.Sigmoid(v+middle) / float64(rows)
		}
		if p*float64(oneIn) > 1 {
			high = middle
		} else {
			low = middle
		}
	}
	random := rand.New(rand.NewPCG(seed, 79))
	for i := range z {
		z[i] += low
		s.Churned[i] = random.Float64() < models.Sigmoid(z[i])
	}
	return s, z
}

// rareProof fits rows of which one in so many churns and holds the model
// against the truth.
func rareProof(t *testing.T, rows, oneIn int) {
	t.Helper()
	s, _ := rare(21, rows, oneIn)
	probe, want := rare(22, rows, oneIn)
	m := fit(t, Trainer{}, s)
	z := score(t, m, probe.Frame)
	own := score(t, m, s.Frame)
	var events, mean, variance, spread float64
	for i := range own {
		if math.IsNaN(own[i]) || math.IsInf(own[i], 0) || math.IsNaN(z[i]) {
			t.Fatalf("row %d: log-odds %v and %v", i, own[i], z[i])
		}
		p := models.Sigmoid(own[i])
		mean += p / float64(rows)
		variance += p * (1 - p)
		spread = max(spread, math.Abs(z[i]-want[i]))
		if s.Churned[i] {
			events++
		}
	}
	se := math.Sqrt(variance) / float64(rows)
	auc, best := models.AUC(z, probe.Churned, nil), models.AUC(want, probe.Churned, nil)
	excess := modelstest.ExpectedLoss(z, want, nil, -1) - modelstest.ExpectedLoss(want, want, nil, -1)
	none := modelstest.ExpectedLoss(filled(rows, models.Logit(events/float64(rows))), want, nil, -1) - modelstest.ExpectedLoss(want, want, nil, -1)
	sets := len(m.Terms()) - len(s.Fields)
	t.Logf("1 in %d, %d rows, %.0f events: mean probability %.6f, base rate %.6f (± %.6f), AUC %.4f of %.4f, %.2g nats from the truth (the base rate %.2g), %d sets, farthest log-odds off by %.1f",
		oneIn, rows, events, mean, events/float64(rows), se, auc, best, excess, none, sets, spread)
	if math.Abs(mean-events/float64(rows)) > se {
		t.Errorf("mean probability %.6f, base rate %.6f ± %.6f", mean, events/float64(rows), se)
	}
	if sets > 0 {
		t.Errorf("%d sets in a world without interactions", sets)
	}
	// What can be learned from the events at hand: twenty carry a direction, some
	// hundred nearly everything.
	if floor := best - 0.35/math.Sqrt(events); auc < floor || excess > 0.6*none {
		t.Errorf("AUC %.4f, needed %.4f; %.2g nats from the truth, the base rate %.2g", auc, floor, excess, none)
	}
}

func filled(n int, v float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// One in a hundred and one in a thousand: a model, the right level, no
// interactions out of nothing.
func TestRareChurn(t *testing.T) {
	modelstest.Long(t)
	statistics(t)
	rareProof(t, 8_000, 100)
	rareProof(t, 20_000, 1000)
}
