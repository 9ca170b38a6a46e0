package history_test

import (
	"errors"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

func TestAccountsThatLeft(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		put := func(name string, whole time.Time, want history.Written, list ...history.Snapshot) {
			t.Helper()
			equal(t, name, write(t, s, history.Batch{Whole: whole, Snapshots: list}), want)
		}
		displayed := func(name, there, left string) {
			t.Helper()
			for _, q := range []history.Query{{Sort: history.SortAccount}, {Sort: history.SortAccount, Left: true}} {
				want := map[bool]string{false: there, true: left}[q.Left]
				page, err := s.List(ctx, q)
				if err != nil || ids(page) != want {
					t.Errorf("%s: left=%v: %q, want %q, %v", name, q.Left, ids(page), want, err)
				}
				sum, err := s.Summary(ctx, q)
				if err != nil || sum.Accounts != len(page.Rows) {
					t.Errorf("%s: left=%v: %d summed, %v", name, q.Left, sum.Accounts, err)
				}
			}
		}
		first := []history.Snapshot{snap("a", on(1, 1), 50), snap("b", on(1, 1), 50), snap("c", on(1, 1), 50)}
		put("the first portfolio", on(1, 1), history.Written{Inserted: 3, Accounts: 3}, first...)
		put("one account alone", time.Time{}, history.Written{Inserted: 1}, snap("a", on(1, 2), 50))
		displayed("nobody has left", "a b c", "")
		second := []history.Snapshot{snap("a", on(2, 1), 50), snap("d", on(2, 1), 50)}
		put("the second portfolio", on(2, 1), history.Written{Inserted: 2, Accounts: 1, Left: 2}, second...)
		displayed("two have left", "a d", "b c")
		put("the same again", on(2, 1), history.Written{Unchanged: 2}, second...)
		put("no portfolio at all", on(4, 1), history.Written{})
		displayed("the same two have left", "a d", "b c")
		put("one is answered before it left", time.Time{}, history.Written{Inserted: 1}, snap("b", on(1, 15), 50))
		displayed("which brings nobody back", "a d", "b c")
		r, err := s.Row(ctx, "b")
		if err != nil || !r.LeftOn.Equal(on(2, 1)) || !r.AsOf.Equal(on(1, 15)) {
			t.Errorf("b left on %s, answered at %s, %v", r.LeftOn, r.AsOf, err)
		}
		list, err := s.Timeline(ctx, "b")
		if err != nil || len(list) != 2 {
			t.Errorf("%d answers of an account that left, %v", len(list), err)
		}
		put("one is back", time.Time{}, history.Written{Inserted: 1, Back: 1}, snap("b", on(2, 2), 50))
		displayed("c alone has left", "a b d", "c")
		put("a portfolio in between", on(1, 20), history.Written{Inserted: 1}, snap("a", on(1, 20), 50))
		a, err := s.Account(ctx, "c")
		if err != nil || !a.LeftOn.Equal(on(1, 20)) {
			t.Errorf("c left on %s, %v", a.LeftOn, err)
		}
		displayed("and has left earlier", "a b d", "c")
		put("a later portfolio", on(3, 1), history.Written{Inserted: 1, Left: 2}, snap("a", on(3, 1), 50))
		displayed("two more have left", "a", "b c d")
		log, err := s.Audit(ctx, 3)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "audit", []string{log[0].Detail, log[2].Detail}, []string{
			"inserted=1 replaced=0 unchanged=0 accounts=0 interventions=0 left=2",
			"inserted=1 replaced=0 unchanged=0 accounts=0 interventions=0 back=1"})
		if _, err := s.Erase(ctx, "b", "test"); err != nil {
			t.Fatal(err)
		}
		displayed("one is erased", "a", "c d")
		if _, err := s.Keep(ctx, history.Retention{Months: 1, Left: true}, "test"); err != nil { // what is before 1 February
			t.Fatal(err)
		}
		displayed("those that left go when they are old", "a", "d")
		put("the last is gone", on(3, 2), history.Written{Inserted: 1, Accounts: 1, Left: 1}, snap("e", on(3, 2), 50))
		displayed("a new one is there", "e", "a d")
	})
}

// A date that is written again is replaced: who is missing from it has left, and is
// back when a whole portfolio of the date has it again.
func TestADateWrittenAgain(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		put := func(name string, at time.Time, want history.Written, list ...history.Snapshot) {
			t.Helper()
			equal(t, name, write(t, s, history.Batch{Whole: at, Snapshots: list}), want)
		}
		displayed := func(name, there, left string) {
			t.Helper()
			for _, q := range []history.Query{{Sort: history.SortAccount}, {Sort: history.SortAccount, Left: true}} {
				want := map[bool]string{false: there, true: left}[q.Left]
				page, err := s.List(ctx, q)
				if err != nil || ids(page) != want {
					t.Errorf("%s: left=%v: %q, want %q, %v", name, q.Left, ids(page), want, err)
				}
				if sum, err := s.Summary(ctx, q); err != nil || sum.Accounts != len(page.Rows) {
					t.Errorf("%s: left=%v: %d summed, %v", name, q.Left, sum.Accounts, err)
				}
			}
		}
		put("first", on(2, 1), history.Written{Inserted: 2, Accounts: 2}, snap("a", on(2, 1), 50), snap("b", on(2, 1), 50))
		put("corrected", on(2, 1), history.Written{Unchanged: 1, Left: 1}, snap("a", on(2, 1), 50))
		displayed("b is missing", "a", "b")
		put("an older answer", time.Time{}, history.Written{Inserted: 1}, snap("b", on(1, 1), 50))
		displayed("b is missing as before", "a", "b")
		put("corrected back", on(2, 1), history.Written{Unchanged: 2, Back: 1}, snap("a", on(2, 1), 50), snap("b", on(2, 1), 50))
		displayed("both are there", "a b", "")
	})
}

func TestAWholePortfolioAtNoDay(t *testing.T) {
	s := open(t, sqliteFile(t))
	if _, err := s.Write(ctx, history.Batch{Whole: noon}); !errors.Is(err, history.ErrInput) {
		t.Errorf("%v, want ErrInput", err)
	}
}
