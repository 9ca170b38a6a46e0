package boost

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// pooledSearch has bags that know some mains, ready to look for sets.
func pooledSearch(t *testing.T, rows int) *search {
	t.Helper()
	s, z := modelstest.World{Fields: 6}.Draw(3, rows)
	random := rand.New(rand.NewPCG(3, 9))
	for i := range z { // with an interaction
		s.Churned[i] = random.Float64() < models.Sigmoid(z[i]+math.Copysign(1, s.Columns[0][i]*s.Columns[1][i]))
	}
	trainer, err := Trainer{Bags: 4, Seed: 7}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Trainer: trainer, sample: s, report: reporter(nil)}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	e, mains, _, err := r.fitMains(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return &search{run: r, ensemble: e, coarseData: r.newCoarseData(mains), probeBags: e.bags}
}

// A pool is a part of a bag, with the bag's labels and log-odds; where the
// rarer kind is scarce there is none.
func TestDrawPool(t *testing.T) {
	s := pooledSearch(t, 6000)
	b := s.bags[1]
	rows := b.drawRowSample(1000, 7, 1)
	v := &treeBooster{data: s.coarseData, bag: b, outOfBag: b.outOfBag, label: b.label, bagWeight: b.bagWeight}
	l := v.useSample(rows)
	if learned := len(rows) - len(v.outOfBag); learned < 850 || learned > 1150 || len(v.outOfBag) < 850 {
		t.Errorf("a pool of %d rows and %d held out, want about 1000 each", learned, len(v.outOfBag))
	}
	for at, i := range rows {
		_, out := slices.BinarySearch(b.outOfBag, i)
		if v.z[at] != b.z[i] || v.label[at] != b.label[i] || l.churned[at] != s.run.churned[i] || l.coarse[2][at] != s.coarse[2][i] || out != slices.Contains(v.outOfBag, int32(at)) {
			t.Fatalf("row %d of the pool is not row %d", at, i)
		}
	}
	if slices.Equal(rows, s.bags[2].drawRowSample(1000, 7, 2)) {
		t.Error("two bags have the same pool")
	}
	if b.drawRowSample(0, 7, 1) != nil || b.drawRowSample(4000, 7, 1) != nil {
		t.Error("a pool of all rows, or of nearly all")
	}
	for i := range b.label {
		b.label[i] = 0
		if i < 60 {
			b.label[i] = 1
		}
	}
	if b.drawRowSample(1000, 7, 1) != nil {
		t.Error("sixty accounts that churned are thinned out")
	}
}

// What pooled trees say of the rows held out is what they say when every row
// hears of every tree; and it is worth nearly as much.
func TestPoolsAnswerForAll(t *testing.T) {
	statistics(t)
	s := pooledSearch(t, 12_000)
	alone := s.outOfFold(s.run.rows())
	grow := func(pool int) *treeEnsemble {
		plan := detectionPlan(60, true)
		plan.subsample, plan.rowSample = 1000, pool
		l, err := s.boostTrees(t.Context(), s.bags, plan)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	all, pooled := grow(0), grow(2500)
	if all.boosters[0].sampled || !pooled.boosters[0].sampled {
		t.Fatal("the wrong one is pooled")
	}
	v := pooled.boosters[2]
	whole := slices.Clone(v.bag.z)
	for i := range v.trees {
		s.apply(&v.trees[i], whole)
	}
	replayed := v.replay()
	for _, i := range v.bag.outOfBag {
		if replayed[i] != whole[i] {
			t.Fatalf("row %d: %v, and %v when all rows are updated", i, replayed[i], whole[i])
		}
	}
	// A bag without a pool among bags that have one: what it grew after the best
	// moment is forgotten too.
	v = all.boosters[1]
	v.trees = v.trees[:20]
	mixed := &treeEnsemble{boosters: []*treeBooster{pooled.boosters[0], v}}
	cut := slices.Clone(v.bag.z)
	for i := range v.trees {
		s.apply(&v.trees[i], cut)
	}
	out := mixed.outOfFold()
	for _, i := range v.bag.outOfBag {
		if !slices.Contains(mixed.boosters[0].bag.outOfBag, i) && out[i] != float64(cut[i]) {
			t.Fatalf("row %d: %v, not %v, beside a bag with a pool", i, out[i], cut[i])
		}
	}
	loss := func(z []float64) float64 {
		sum := 0.0
		for i, v := range z {
			sum += logLoss(v, s.run.churned[i])
		}
		return sum / float64(len(z))
	}
	a, b, c := loss(alone), loss(all.best.outOfFold), loss(pooled.best.outOfFold)
	t.Logf("log-loss %.4f of the mains, %.4f with trees from all rows, %.4f from pools", a, b, c)
	if math.IsNaN(c) || c-b > (a-b)/4 {
		t.Errorf("log-loss %.4f of the mains, %.4f with trees from all rows, %.4f from pools", a, b, c)
	}
}
