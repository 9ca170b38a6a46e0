package history_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// Retention counts from the latest answers, and leaves each account its latest one.
func TestKeepRemovesWhatIsTooOld(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t)) // the latest answer is of 2026-03-04: three months back is 2025-12-04
		edge := time.Date(2025, 12, 4, 0, 0, 0, 0, time.UTC)
		write(t, s, history.Batch{
			Accounts: []history.Account{{ID: "old", Name: "Oldtimer"}, {ID: "a", Parent: "old"}},
			Snapshots: []history.Snapshot{
				snap("a", edge.AddDate(0, 0, -1), 30), snap("a", edge, 50), snap("b", edge.AddDate(0, 0, -1), 30), snap("b", on(1, 1), 60),
				snap("old", edge.AddDate(0, 0, -1), 50), snap("old", edge.AddDate(0, 0, -9), 50), snap("c", on(3, 4), 50),
			},
			Interventions: []history.Intervention{{AccountID: "a", At: edge.Add(-time.Second), Kind: "call"}, {AccountID: "a", At: edge, Kind: "call"}, {AccountID: "old", At: noon, Kind: "call"}},
		})
		if _, err := s.AddOverride(ctx, history.Override{AccountID: "old", Band: "healthy", Reason: "they told me", Owner: "Ada"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Keep(ctx, history.Retention{}, "ops"); !errors.Is(err, history.ErrInput) {
			t.Errorf("keep nothing: %v", err)
		}
		if remove, all, err := s.Excess(ctx, history.Retention{Months: 3}); remove != 3 || all != 7 || err != nil {
			t.Errorf("%d of %d are too old, want 3 of 7, %v", remove, all, err)
		}
		r, err := s.Keep(ctx, history.Retention{Months: 3}, "ops")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "removed", r, history.Removed{Snapshots: 3, Interventions: 1})
		page, err := s.List(ctx, history.Query{Sort: history.SortAccount})
		if err != nil || ids(page) != "a b c old" {
			t.Fatalf("left: %q, %v", ids(page), err)
		}
		for _, r := range page.Rows {
			equal(t, r.ID+" has no date before", r.Previous, time.Time{})
			if r.Moved == r.Moved {
				t.Errorf("%s moved by %g since a date that is gone", r.ID, r.Moved)
			}
		}
		for _, q := range []history.Query{{}, {DueBefore: on(12, 31)}} { // kept sums, and sums of the accounts
			sum, err := s.Summary(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			if sum.Up+sum.Down > 0 || q.DueBefore.IsZero() && sum.Accounts != 4 {
				t.Errorf("sums of %+v: %+v", q, sum)
			}
		}
		again, err := s.Keep(ctx, history.Retention{Months: 3}, "ops")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "removed again", again, history.Removed{})
		log, err := s.Audit(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "audit", log, []history.Entry{
			{At: noon, Actor: "ops", Action: history.ActionKeep, Detail: "months=3 snapshots=3 accounts=0 interventions=1 overrides=0"},
			{At: noon, Actor: "Ada", Action: history.ActionOverride, AccountID: "old", Subject: s.Subject("old"), Detail: "id=1 band=healthy reason=they told me"},
			{At: noon, Action: history.ActionWrite, Detail: "inserted=7 replaced=0 unchanged=0 accounts=4 interventions=3"},
		})
	})
}

// Nothing is removed for the time that passed: a portfolio that was stored once stays.
func TestKeepLeavesTheLatestPortfolio(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		at := on(1, 1).AddDate(-9, 0, 0)
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", at, 50), snap("b", at, 50)}, Whole: at})
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}}) // one account alone, years later
		r, err := s.Keep(ctx, history.Retention{Months: 12}, "ops")
		equal(t, "removed", r, history.Removed{})
		if err != nil {
			t.Error(err)
		}
		if empty := open(t, p.dsn(t)); true {
			if r, err := empty.Keep(ctx, history.Retention{Months: 1, Left: true}, "ops"); err != nil || r != (history.Removed{}) {
				t.Errorf("of nothing: %v, %v", r, err)
			}
		}
	})
}

// Accounts that have left go where that is wanted, with all that names them.
func TestKeepRemovesAccountsThatLeft(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		write(t, s, history.Batch{Whole: on(1, 1), Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), snap("old", on(1, 1), 50)},
			Accounts: []history.Account{{ID: "old", Name: "Oldtimer", AsOf: on(1, 1)}, {ID: "a", Parent: "old"}}})
		write(t, s, history.Batch{Whole: on(3, 1), Snapshots: []history.Snapshot{snap("a", on(3, 1), 50)}})
		retention := history.Retention{Months: 1, Left: true}
		if remove, all, err := s.Excess(ctx, retention); remove != 2 || all != 3 || err != nil {
			t.Errorf("%d of %d are too old, want 2 of 3, %v", remove, all, err)
		}
		r, err := s.Keep(ctx, retention, "ops")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "removed", r, history.Removed{Snapshots: 2, Accounts: 1})
		if a, err := s.Account(ctx, "a"); err != nil || a.Parent != "" {
			t.Errorf("still names the parent %q, %v", a.Parent, err)
		}
		for _, q := range []history.Query{{Left: true}, {Search: "oldtimer"}} {
			if page, err := s.List(ctx, q); err != nil || len(page.Rows) > 0 {
				t.Errorf("%+v: still %q, %v", q, ids(page), err)
			}
		}
	})
}

func TestEraseLeavesAHash(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		s := open(t, dsn)
		const secret = "account-of-Mr-Smith"
		batch := history.Batch{
			Accounts:      []history.Account{{ID: secret, Name: "Smithsonian Secret Ltd", Owner: "Ada"}, {ID: "child", Parent: secret}},
			Interventions: []history.Intervention{{AccountID: secret, At: noon, Kind: "call"}},
		}
		for i := range 300 {
			batch.Snapshots = append(batch.Snapshots, snap(fmt.Sprint("other", i), on(1, 1), 50))
		}
		batch.Snapshots = append(batch.Snapshots, snap(secret, on(1, 1), 50), snap(secret, on(1, 2), 60), snap("child", on(1, 1), 50))
		write(t, s, batch)
		if _, err := s.AddOverride(ctx, history.Override{AccountID: secret, Band: "healthy", Reason: "Mr Smith told me", Owner: "Ada"}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Erase(ctx, secret, "privacy office")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "removed", r, history.Removed{Snapshots: 2, Accounts: 1, Interventions: 1, Overrides: 1})
		if _, err := s.Erase(ctx, secret, "privacy office"); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("erased twice: %v", err)
		}
		erased := func(id string, want bool) {
			t.Helper()
			if got, err := s.Erased(ctx, id); err != nil || got != want {
				t.Errorf("%s erased: %v, %v", id, got, err)
			}
		}
		erased(secret, true)
		erased("child", false)
		erased("nobody", false)
		child, err := s.Account(ctx, "child")
		if err != nil || child.Parent != "" {
			t.Errorf("the child's parent is %q, %v", child.Parent, err)
		}
		log, err := s.Audit(ctx, 2)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "audit", log, []history.Entry{
			{At: noon, Actor: "privacy office", Action: history.ActionErase, Subject: s.Subject(secret), Detail: "snapshots=2 accounts=1 interventions=1 overrides=1"},
			{At: noon, Actor: "Ada", Action: history.ActionOverride, Subject: s.Subject(secret)},
		})
		if page, err := s.List(ctx, history.Query{Search: "smith"}); err != nil || len(page.Rows) > 0 {
			t.Errorf("still found: %v, %v", ids(page), err)
		}
		if p.name == "sqlite" {
			nowhereIn(t, dsn, "smith")
			checkFile(t, dsn)
		}
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap(secret, on(1, 3), 50)}})
		erased(secret, false) // whoever writes it again knows what they do
	})
}

// nowhereIn looks for a text in the bytes of a history's files.
func nowhereIn(t *testing.T, path, text string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if i := bytes.Index(bytes.ToLower(data), []byte(text)); i >= 0 {
			t.Errorf("byte %d of the file%s still says %q", i, suffix, data[max(0, i-20):min(len(data), i+40)])
		}
	}
}

// The hash is the history's own: it cannot be looked up in another's.
func TestSubjectsAreSalted(t *testing.T) {
	a, b := open(t, sqliteFile(t)), open(t, sqliteFile(t))
	if a.Subject("x") == b.Subject("x") || a.Subject("x") == a.Subject("y") {
		t.Error(a.Subject("x"), b.Subject("x"), a.Subject("y"))
	}
	if strings.Contains(a.Subject("x"), "x") || len(a.Subject("x")) != 32 {
		t.Errorf("subject %q", a.Subject("x"))
	}
}

// Erasing a SQLite history's account leaves no page free: what was on it would
// still stand in the file.
func TestEraseWritesTheFileAnew(t *testing.T) {
	path := sqliteFile(t)
	s := open(t, path)
	batch := history.Batch{Accounts: []history.Account{{ID: "large"}, {ID: "small"}}}
	for day := range 600 {
		batch.Snapshots = append(batch.Snapshots, snap("large", on(1, 1).AddDate(0, 0, day-600), 50))
	}
	batch.Snapshots = append(batch.Snapshots, snap("small", on(1, 1), 50))
	write(t, s, batch)
	if _, err := s.Erase(ctx, "large", "privacy office"); err != nil {
		t.Fatal(err)
	}
	var free int
	if err := openSQL(t, "sqlite", path).QueryRow("PRAGMA freelist_count").Scan(&free); err != nil || free > 0 {
		t.Errorf("%d pages are free, %v", free, err)
	}
}
