package history_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/history"
)

var drawStretches = rapid.Custom(func(t *rapid.T) []time.Time {
	return []time.Time{on(6, rapid.IntRange(1, 2).Draw(t, "first")), on(6, 3), on(6, rapid.IntRange(4, 9).Draw(t, "last"))}
})

// compareRenewals holds the stretches against the sums of the accounts due
// before each of the days.
func compareRenewals(t *rapid.T, s *history.Store, b *book, q history.Query, days []time.Time) {
	got, err := s.Renewals(ctx, q, days)
	if err != nil {
		t.Fatal(err)
	}
	var start time.Time
	for i, end := range days {
		q.DueBefore = end
		want, bands := history.Sums{}, map[string]int{}
		for _, r := range b.list(q) {
			if r.DueOn.Before(start) {
				continue
			}
			bands[r.Band]++
			count(&want, r)
		}
		compareSums(t, &history.Summary{Sums: got[i].Sums, Bands: got[i].Bands, Clusters: got[i].Bands, Themes: got[i].Bands}, want)
		for _, g := range got[i].Bands {
			if g.Accounts != bands[g.ID] {
				t.Fatalf("%+v before %s: %d %s, want %d", q, end, g.Accounts, g.ID, bands[g.ID])
			}
		}
		start = end
	}
}

// count adds an account to sums.
func count(sums *history.Sums, r history.Row) {
	sums.Accounts++
	switch {
	case math.IsNaN(r.ARR):
		sums.NoARR++
	default:
		sums.ARR += r.ARR
		sums.ARRAtRisk += r.ARR * r.Churn
	}
	if r.Moved > 0 {
		sums.Up++
	}
	if r.Moved < 0 {
		sums.Down++
	}
	if r.OtherModel {
		sums.Other++
	}
}

func TestRenewalsFollowEveryWrite(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		days := []time.Time{on(6, 1), on(7, 1), on(8, 1)}
		displayed := func(what string, q history.Query, want ...int) {
			t.Helper()
			list, err := s.Renewals(ctx, q, days)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, stretch := range list {
				got = append(got, stretch.Accounts)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v accounts, want %v", what, got, want)
			}
		}
		displayed("nothing yet", history.Query{}, 0, 0, 0)
		accounts := []history.Account{{ID: "a", DueOn: on(5, 31), ARR: 10}, {ID: "b", DueOn: on(6, 1), ARR: math.NaN()}, {ID: "c", ARR: 1},
			{ID: "d", DueOn: on(8, 1), ARR: 1}, {ID: "e", Name: "not answered", DueOn: on(6, 1)}}
		write(t, s, history.Batch{Accounts: accounts, Snapshots: []history.Snapshot{snap("a", on(1, 1), 30), snap("b", on(1, 1), 60), snap("c", on(1, 1), 60), snap("d", on(1, 1), 60)}})
		displayed("as written", history.Query{}, 1, 1, 0)
		displayed("sick", history.Query{Bands: []string{"sick"}}, 1, 0, 0)
		displayed("searched", history.Query{Search: "b"}, 0, 1, 0)
		accounts[0].DueOn = on(7, 31)
		write(t, s, history.Batch{Accounts: accounts})
		displayed("one is put off", history.Query{}, 0, 1, 1)
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 2), 90), snap("e", on(1, 2), 90)}})
		displayed("one has recovered, one is answered", history.Query{Bands: []string{"healthy"}}, 0, 1, 1)
		displayed("no longer sick", history.Query{Bands: []string{"sick"}}, 0, 0, 0)
		if _, err := s.Erase(ctx, "b", "test"); err != nil {
			t.Fatal(err)
		}
		displayed("one is erased", history.Query{}, 0, 1, 1)
		write(t, s, history.Batch{Whole: on(3, 4), Snapshots: []history.Snapshot{snap("z", on(3, 4), 90)}})
		if _, err := s.Keep(ctx, history.Retention{Months: 1, Left: true}, "test"); err != nil {
			t.Fatal(err)
		}
		displayed("all are too old", history.Query{}, 0, 0, 0)
	})
}

func TestDaysOfRenewalsThatAreRefused(t *testing.T) {
	s := open(t, sqliteFile(t))
	for name, days := range map[string][]time.Time{"the same twice": {on(1, 1), on(1, 1)}, "not in order": {on(1, 2), on(1, 1)}, "not midnight": {noon}} {
		if _, err := s.Renewals(ctx, history.Query{}, days); !errors.Is(err, history.ErrInput) {
			t.Errorf("%s: %v, want ErrInput", name, err)
		}
	}
	if list, err := s.Renewals(ctx, history.Query{}, nil); err != nil || list != nil {
		t.Errorf("no days: %v, %v", list, err)
	}
}
