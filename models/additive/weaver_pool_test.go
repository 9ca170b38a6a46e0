package additive

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// pooledSearch has bags that know some mains, ready to look for sets.
func pooledSearch(t *testing.T, rows int) *search {
	t.Helper()
	s, z := truth{fields: 6}.draw(3, rows)
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
	e, mains, _, err := r.shared(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return &search{run: r, ensemble: e, lattice: r.newLattice(mains), few: e.bags}
}

// A pool is a part of a bag, with the bag's labels and log-odds; where the
// rarer kind is scarce there is none.
func TestDrawPool(t *testing.T) {
	s := pooledSearch(t, 6000)
	b := s.bags[1]
	rows := b.drawPool(1000, 7, 1)
	v := &weaver{whole: s.lattice, bag: b, held: b.held, label: b.label, weighted: b.weighted}
	l := v.narrow(rows)
	if learned := len(rows) - len(v.held); learned < 850 || learned > 1150 || len(v.held) < 850 {
		t.Errorf("a pool of %d rows and %d held out, want about 1000 each", learned, len(v.held))
	}
	for at, i := range rows {
		_, out := slices.BinarySearch(b.held, i)
		if v.z[at] != b.z[i] || v.label[at] != b.label[i] || l.churned[at] != s.run.churned[i] || l.coarse[2][at] != s.coarse[2][i] || out != slices.Contains(v.held, int32(at)) {
			t.Fatalf("row %d of the pool is not row %d", at, i)
		}
	}
	if slices.Equal(rows, s.bags[2].drawPool(1000, 7, 2)) {
		t.Error("two bags have the same pool")
	}
	if b.drawPool(0, 7, 1) != nil || b.drawPool(4000, 7, 1) != nil {
		t.Error("a pool of all rows, or of nearly all")
	}
	for i := range b.label {
		b.label[i] = 0
		if i < 60 {
			b.label[i] = 1
		}
	}
	if b.drawPool(1000, 7, 1) != nil {
		t.Error("sixty accounts that churned are thinned out")
	}
}

// What pooled trees say of the rows held out is what they say when every row
// hears of every tree; and it is worth nearly as much.
func TestPoolsAnswerForAll(t *testing.T) {
	statistics(t)
	s := pooledSearch(t, 12_000)
	alone := s.outOfFold(s.run.rows())
	grow := func(pool int) *loom {
		plan := detection(60, true)
		plan.rows, plan.pool = 1000, pool
		l, err := s.weave(t.Context(), s.bags, plan)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	all, pooled := grow(0), grow(2500)
	if all.weavers[0].pooled || !pooled.weavers[0].pooled {
		t.Fatal("the wrong one is pooled")
	}
	v := pooled.weavers[2]
	whole := slices.Clone(v.bag.z)
	for i := range v.trees {
		s.apply(&v.trees[i], whole)
	}
	told := v.replay()
	for _, i := range v.bag.held {
		if told[i] != whole[i] {
			t.Fatalf("row %d: %v, and %v when all rows hear", i, told[i], whole[i])
		}
	}
	// A bag without a pool among bags that have one: what it grew after the best
	// moment is forgotten too.
	v = all.weavers[1]
	v.trees = v.trees[:20]
	mixed := &loom{weavers: []*weaver{pooled.weavers[0], v}}
	cut := slices.Clone(v.bag.z)
	for i := range v.trees {
		s.apply(&v.trees[i], cut)
	}
	out := mixed.outOfFold()
	for _, i := range v.bag.held {
		if !slices.Contains(mixed.weavers[0].bag.held, i) && out[i] != float64(cut[i]) {
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
	a, b, c := loss(alone), loss(all.best.out), loss(pooled.best.out)
	t.Logf("log-loss %.4f of the mains, %.4f with trees from all rows, %.4f from pools", a, b, c)
	if math.IsNaN(c) || c-b > (a-b)/4 {
		t.Errorf("log-loss %.4f of the mains, %.4f with trees from all rows, %.4f from pools", a, b, c)
	}
}
