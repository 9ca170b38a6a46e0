package account

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/history"
)

// A call ranks the higher the more is at risk, the sooner the renewal, for a real drop,
// and where nobody is in contact: each alone, whatever the rest is.
func TestRankIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := Call{Days: rapid.IntRange(-60, 90).Draw(t, "days"), AtRisk: rapid.Float64Range(1, 1e7).Draw(t, "at risk"), Dropped: rapid.Bool().Draw(t, "dropped")}
		one.Churn = rapid.Float64Range(.01, 1).Draw(t, "churn")
		if rapid.Bool().Draw(t, "contacted") {
			one.Contact = &history.Intervention{}
		}
		more, later, real, alone := one, one, one, one
		more.AtRisk *= 1 + rapid.Float64Range(.01, 3).Draw(t, "more")
		later.Days = rapid.IntRange(one.Days, 120).Draw(t, "later")
		real.Dropped, alone.Contact = true, nil
		if !(more.Rank() > one.Rank()) || later.Rank() > one.Rank() || real.Rank() < one.Rank() || alone.Rank() < one.Rank() {
			t.Errorf("%+v ranks %v; more %v, later %v, real %v, alone %v", one, one.Rank(), more.Rank(), later.Rank(), real.Rank(), alone.Rank())
		}
		unknown := one
		unknown.AtRisk = math.NaN()
		if unknown.Rank() != 0 || unknown.before(&one) <= 0 {
			t.Errorf("an account without ARR ranks %v", unknown.Rank())
		}
	})
	for days, want := range map[int]float64{-5: 1, 0: 1, 30: 1, 60: .75, 90: .5} {
		if c := (Call{Days: days, AtRisk: 1}); c.Rank() != want {
			t.Errorf("%d days ahead: %v, want %v", days, c.Rank(), want)
		}
	}
}

// Accounts with a contact come later, also where it was logged after the newest scores;
// interventions of the future and of long ago do not count, and a drop is a fall whose verdict is "moved"; the first n are those of the
// whole list.
func TestCallFirst(t *testing.T) {
	a := chronicleAccounts(t)
	store := a.options.History
	w, err := store.Begin(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	today := march
	for i, id := range chronicled {
		if err := w.Account(history.Account{ID: id, AsOf: march, DueOn: today.AddDate(0, 0, 10+20*i), ARR: 1000}); err != nil {
			t.Fatal(err)
		}
		at := []time.Time{today.AddDate(0, 0, -40), today.AddDate(0, 0, -3), today.AddDate(0, 0, 1), a.now().AddDate(0, 0, 1)}[i%4] // the first has another, of February
		if err := w.Intervention(history.Intervention{AccountID: id, At: at, Kind: "call"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	all, err := a.CallFirst(t.Context(), history.Query{}, today, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 || !slices.IsSortedFunc(all, func(x, y Call) int { return x.before(&y) }) {
		t.Errorf("%d calls, not in order", len(all))
	}
	for _, c := range all {
		i := slices.Index(chronicled, c.ID)
		if (c.Contact != nil) != (i%4 == 1 || i%4 == 2 || i == 0) || c.Days != 10+20*i || math.Abs(c.AtRisk-1000*c.Churn) > 1e-9 || c.Band == "healthy" {
			t.Errorf("%+v", c)
		}
		e, err := a.Explanation(t.Context(), c.ID, time.Time{}, time.Time{}, "")
		if err != nil || c.Dropped != (e.Verdict == "moved" && e.Change < 0 && c.Moved < 0) {
			t.Errorf("%s: dropped %v, verdict %s by %v, %v", c.ID, c.Dropped, e.Verdict, e.Change, err)
		}
	}
	for n := range all {
		first, err := a.CallFirst(t.Context(), history.Query{}, today, n+1)
		if err != nil || len(first) != n+1 {
			t.Fatalf("%d of %d, %v", len(first), n+1, err)
		}
		for k := range first {
			if first[k].ID != all[k].ID || first[k].Dropped != all[k].Dropped {
				t.Errorf("place %d of %d: %s, want %s", k, n+1, first[k].ID, all[k].ID)
			}
		}
	}
}
