package history_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// What describes an account at a date belongs to that date; the current one is the
// latest date's, whatever the order of writing.
func TestWhatDescribesAnAccountBelongsToItsDate(t *testing.T) {
	older := history.Account{ID: "a", Name: "Old GmbH", Owner: "bob", DueOn: on(1, 20), ARR: 1000, AsOf: on(1, 1)}
	newer := history.Account{ID: "a", Name: "New AG", Owner: "ada", DueOn: on(9, 1), ARR: 2000, AsOf: on(2, 1)}
	onEach(t, func(t *testing.T, p place) {
		for _, order := range [][]history.Account{{older, newer}, {newer, older}, {newer, older, newer, older}} {
			s := open(t, p.dsn(t))
			for _, a := range order {
				write(t, s, history.Batch{Accounts: []history.Account{a}, Snapshots: []history.Snapshot{snap("a", a.AsOf, 50)}, Whole: a.AsOf})
			}
			bare := func(a history.Account) history.Account { a.AsOf = time.Time{}; return a }
			now, err := s.Account(ctx, "a")
			equal(t, "now", now, bare(newer))
			if err != nil {
				t.Fatal(err)
			}
			for at, want := range map[time.Time]history.Account{on(1, 1): bare(older), on(1, 31): bare(older), on(2, 1): bare(newer), on(3, 1): bare(newer),
				on(1, 1).AddDate(0, 0, -1): {ID: "a", Name: "New AG", ARR: math.NaN()}} {
				got, past, err := s.AccountAt(ctx, "a", at)
				if err != nil || past != at.Before(on(2, 1)) {
					t.Errorf("%s: past %v, %v", at, past, err)
				}
				equal(t, at.String(), got, want)
			}
			sum, err := s.Summary(ctx, history.Query{})
			if err != nil || sum.ARR != 2000 {
				t.Errorf("ARR %v, %v", sum.ARR, err)
			}
			for q, want := range map[string]int{"new": 1, "old": 0} {
				if page, err := s.List(ctx, history.Query{Search: q}); err != nil || len(page.Rows) != want {
					t.Errorf("search %s: %d, %v", q, len(page.Rows), err)
				}
			}
			before, err := s.Audit(ctx, 10)
			if err != nil {
				t.Fatal(err)
			}
			write(t, s, history.Batch{Accounts: []history.Account{older, newer}})
			if log, err := s.Audit(ctx, 10); err != nil || len(log) != len(before) {
				t.Errorf("written again: %v, %v", log, err)
			}
		}
	})
}

func TestAnAccountAtNoDay(t *testing.T) {
	s := open(t, sqliteFile(t))
	if _, err := s.Write(ctx, history.Batch{Accounts: []history.Account{{ID: "a", AsOf: noon}}}); !errors.Is(err, history.ErrInput) {
		t.Errorf("%v, want ErrInput", err)
	}
	if _, _, err := s.AccountAt(ctx, "a", on(1, 1)); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
}

// An override of a past date is one that held at the end of that day.
func TestActiveOn(t *testing.T) {
	o := history.Override{AddedAt: on(3, 4).Add(time.Hour), Expires: on(3, 10)}
	for day, want := range map[time.Time]bool{on(3, 3): false, on(3, 4): true, on(3, 8): true, on(3, 9): true, on(3, 10): false} {
		if o.ActiveOn(day) != want {
			t.Errorf("%s: %v", day, !want)
		}
	}
}
