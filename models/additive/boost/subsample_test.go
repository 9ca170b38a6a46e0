package boost

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// Bags that learn from a part of many rows know as much together.
func TestSubsampledBags(t *testing.T) {
	statistics(t)
	s, _ := modelstest.World{Fields: 6}.Draw(5, 12_000)
	test, _ := modelstest.World{Fields: 6}.Draw(6, 6000)
	loss := func(trainer Trainer, s *models.Sample) (float64, *additive.Model) {
		m := fit(t, trainer, s)
		z, err := m.LogOdds(test.Frame)
		if err != nil {
			t.Fatal(err)
		}
		return models.LogLoss(z, test.Churned, nil), m
	}
	whole, all := loss(Trainer{Sets: -1}, s)
	thin, part := loss(Trainer{Sets: -1, BagRows: 3000}, s)
	fewer, _ := loss(Trainer{Sets: -1}, s.Select(upTo(1500)))
	t.Logf("log-loss %.4f with all rows, %.4f with a quarter in each bag, %.4f with an eighth in all", whole, thin, fewer)
	if all.Parts().Subsample != 0 || part.Parts().Subsample != 0.25 {
		t.Errorf("shares of %v and %v", all.Parts().Subsample, part.Parts().Subsample)
	}
	if thin-whole > 0.25*(fewer-whole) {
		t.Errorf("thin bags lose %.4f, an eighth of the rows %.4f", thin-whole, fewer-whole)
	}
	state, err := part.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := additive.FromState(state)
	if err != nil || again.Parts().Subsample != part.Parts().Subsample {
		t.Errorf("read back: share %v, %v", again.Parts().Subsample, err)
	}
	low, _, _ := part.Interval(test.Frame, 0.9)
	if same, _, _ := again.Interval(test.Frame, 0.9); !slices.Equal(low, same) {
		t.Error("read back, the intervals differ")
	}
}

func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// Accounts stay whole, bags differ, and rare churn is not thinned out.
func TestSubsample(t *testing.T) {
	s, _ := modelstest.World{Fields: 6}.Draw(5, 8000)
	for i := range s.Churned {
		s.Group = append(s.Group, int32(i%2000))
	}
	of := func(rows int) *run {
		trainer, err := Trainer{BagRows: rows}.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		r := &run{Trainer: trainer, sample: s}
		if err := r.prepare(); err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := of(2000)
	a, heldA := r.subsample(0, r.subsampleRate)
	b, _ := r.subsample(1, r.subsampleRate)
	if n := float64(a.rows()); math.Abs(n-2000) > 300 || len(heldA) != a.rows() {
		t.Errorf("a quarter of 8000 rows is %v, %d marks", n, len(heldA))
	}
	if a.rows()%4 != 0 {
		t.Errorf("%d rows of accounts of four rows each", a.rows())
	}
	if slices.Equal(a.codes[0], b.codes[0]) {
		t.Error("two bags have the same rows")
	}
	for i := range s.Churned {
		s.Churned[i] = i%2000 < 20 // four rows each of twenty accounts
	}
	if share := of(2000).subsampleRate; share != 1 {
		t.Errorf("with twenty accounts that churned a bag has %v of all", share)
	}
}
