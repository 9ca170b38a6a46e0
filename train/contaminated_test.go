package train

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/artifact"
)

// Only interventions on or after the as-of date and before the decision count.
func TestContacts(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	tables := &datasets.Tables{
		Renewals: []datasets.Renewal{
			{Account: 0, DueOn: day(100), DecidedOn: day(90), Outcome: datasets.Renewed},
			{Account: 1, DueOn: day(100), DecidedOn: day(130), Outcome: datasets.Renewed},
		},
		Interventions: []datasets.Intervention{
			{Account: 0, At: day(39), Kind: "early"}, {Account: 0, At: day(40), Kind: "call"}, {Account: 0, At: day(60), Kind: "call"},
			{Account: 0, At: day(89), Kind: "audit"}, {Account: 0, At: day(90), Kind: "late"}, {Account: 1, At: day(110), Kind: "after due"},
		},
	}
	got := contacts(tables, []features.Snapshot{
		{Account: 0, AsOf: day(40), DueOn: day(100), Renewal: 0}, {Account: 0, AsOf: day(70), DueOn: day(100), Renewal: 0},
		{Account: 1, AsOf: day(40), DueOn: day(100), Renewal: 1},
	})
	if !slices.Equal(got[0], []string{"audit", "call"}) || !slices.Equal(got[1], []string{"audit"}) || len(got[2]) != 0 {
		t.Errorf("%q", got)
	}
}

// Renewals count once, churned ones not at all; the quality is that of the rows
// that are left.
func TestContaminationCountsDecisions(t *testing.T) {
	d := dataOf(t, 12, 1)
	d.Renewal = []int32{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3}
	d.Churned = []bool{false, false, false, true, true, true, false, false, false, false, false, false}
	d.Contacts = [][]string{{"call", "visit"}, {"call"}, nil, {"call"}, nil, nil, nil, nil, {"visit"}, nil, nil, nil}
	l := &predictions{logOdds: []float64{1, 2, -1, 3, 2, 1, -2, -2, -2, -1, -1, math.NaN()}}
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	c := contamination(d, l, all)
	if c.Renewed != 3 || c.Saved != 2 || math.Abs(c.Share-2./3) > 1e-12 {
		t.Errorf("%d of %d, share %v", c.Saved, c.Renewed, c.Share)
	}
	if len(c.Kinds) != 2 || c.Kinds[0] != (artifact.SavedByKind{Kind: "visit", Saved: 2, Share: 2. / 3}) || c.Kinds[1] != (artifact.SavedByKind{Kind: "call", Saved: 1, Share: 1. / 3}) {
		t.Errorf("kinds %+v", c.Kinds)
	}
	if c.With.Rows != 11 || c.Without.Rows != 8 || c.Without != judge(d, l, []int{2, 3, 4, 5, 6, 7, 9, 10}) {
		t.Errorf("with %+v, without %+v", c.With, c.Without)
	}
	// The rows of the danger that passed are gone: the model looks better.
	if !(c.Without.AUC > c.With.AUC && c.Without.LogLoss < c.With.LogLoss) {
		t.Errorf("with %+v, without %+v", c.With, c.Without)
	}
	// One of four renewals, however many rows each has left.
	if p := 1. / 4; math.Abs(float64(c.Without.BaseLogLoss)+p*math.Log(p)+(1-p)*math.Log(1-p)) > 1e-12 {
		t.Errorf("base rate %v", c.Without.BaseLogLoss)
	}
	d.Contacts = make([][]string, 12)
	if c := contamination(d, l, all); c != nil {
		t.Errorf("no intervention, and %+v", c)
	}
}

// In the simulated world: those who were helped are a known part of the table.
func TestContaminationOfTheVillage(t *testing.T) {
	w, d, _ := settle(t)
	l := &predictions{logOdds: make([]float64, len(d.Churned))}
	c := contamination(d, l, []int{0, 1, 2})
	saved := map[int32]bool{}
	for i, r := range d.Renewal {
		for _, v := range w.Tables.Interventions {
			if v.Account == d.Account[i] && !v.At.Before(d.AsOf[i]) && v.At.Before(d.Decided[i]) && !d.Churned[i] {
				saved[r] = true
			}
		}
	}
	if c.Saved != len(saved) || len(saved) == 0 || len(c.Kinds) != 3 {
		t.Errorf("%d contaminated, counted %d; kinds %+v", c.Saved, len(saved), c.Kinds)
	}
}
