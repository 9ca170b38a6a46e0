package history_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

func TestWritingTheSameAgainChangesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		batch := history.Batch{
			Actor:         "nightly",
			Model:         history.Model{Version: "v1", TrainedAt: noon, PromotedAt: noon.Add(time.Hour), Fingerprint: "f1"},
			Accounts:      []history.Account{{ID: "a", Name: "Acme", Owner: "Ada", Parent: "p", CreatedAt: noon, DueOn: on(6, 1), ARR: 12.5}, {ID: "b", ARR: math.NaN()}},
			Snapshots:     []history.Snapshot{snap("a", on(1, 1), 50), snap("b", on(1, 1), 60), snap("a", on(2, 1), 55)},
			Interventions: []history.Intervention{{AccountID: "a", At: noon, Kind: "training", Owner: "Ada"}, {AccountID: "only called", At: noon, Kind: "call"}},
		}
		equal(t, "first", write(t, s, batch), history.Written{Inserted: 3, Accounts: 3, Interventions: 2})
		before := everything(t, s)
		equal(t, "again", write(t, s, batch), history.Written{Unchanged: 3})
		equal(t, "after writing again", everything(t, s), before)

		changed := snap("a", on(2, 1), 55)
		changed.Values[1] = 0
		batch.Snapshots[2] = changed
		batch.Accounts[0].ARR = 13
		equal(t, "changed", write(t, s, batch), history.Written{Unchanged: 2, Replaced: 1, Accounts: 1})
		got, err := s.Latest(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		want := asRead(changed)
		want.Since = on(1, 1) // of the band of the date before
		equal(t, "latest", got, want)
		a, err := s.Account(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "account", a, batch.Accounts[0])
		models, err := s.Models(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "models", models, []history.Model{batch.Model})
		if page, err := s.List(ctx, history.Query{Sort: history.SortAccount}); err != nil || ids(page) != "a b" {
			t.Errorf("the portfolio holds %q (%v); an account that was only called has no answer", ids(page), err)
		}
	})
}

// everything is all that a history can be asked.
func everything(t *testing.T, s *history.Store) []any {
	t.Helper()
	var all []any
	note := func(v any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	page, err := s.List(ctx, history.Query{Sort: history.SortAccount, Limit: history.MaxLimit})
	note(page, err)
	for _, r := range page.Rows {
		v1, err := s.Timeline(ctx, r.ID)
		note(v1, err)
		v2, err := s.Interventions(ctx, r.ID)
		note(v2, err)
		v3, err := s.Overrides(ctx, r.ID)
		note(v3, err)
	}
	sum, err := s.Summary(ctx, history.Query{})
	note(sum, err)
	models, err := s.Models(ctx)
	note(models, err)
	owners, err := s.Owners(ctx)
	note(owners, err)
	audit, err := s.Audit(ctx, 100)
	note(audit, err)
	return all
}

// Of two models at one date the last written stands, and what moved follows:
// for a new date, an older one, a date in between and a second model.
func TestMovedFollowsEveryWrite(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		under := func(model string, sn history.Snapshot) history.Snapshot { sn.Model = model; return sn }
		for _, step := range []struct {
			name     string
			write    history.Snapshot
			moved    float64
			model    string
			previous time.Time
		}{
			{"first", snap("a", on(2, 1), 50), math.NaN(), "v1", time.Time{}},
			{"backfill", snap("a", on(1, 1), 40), 10, "v1", on(1, 1)},
			{"older still", snap("a", on(1, 1).AddDate(-1, 0, 0), 90), 10, "v1", on(1, 1)},
			{"in between", snap("a", on(1, 15), 45), 5, "v1", on(1, 15)},
			{"new date", snap("a", on(3, 1), 20), -30, "v1", on(2, 1)},
			{"second model: not compared with the first", under("v2", snap("a", on(3, 1), 80)), math.NaN(), "v2", on(2, 1)},
			{"second model before", under("v2", snap("a", on(2, 1), 75)), 5, "v2", on(2, 1)},
			{"first model again, unchanged", snap("a", on(3, 1), 20), math.NaN(), "v1", on(2, 1)},
			{"replaced", snap("a", on(2, 1), 15), 5, "v1", on(2, 1)},
		} {
			write(t, s, history.Batch{Snapshots: []history.Snapshot{step.write}})
			r, err := s.Row(ctx, "a")
			if err != nil {
				t.Fatal(err)
			}
			equal(t, step.name, []any{r.Moved, r.Model, r.Previous}, []any{step.moved, step.model, step.previous})
			latest, err := s.Latest(ctx, "a")
			if err != nil {
				t.Fatal(err)
			}
			equal(t, step.name+": row and latest", []any{r.Health, r.Model, r.AsOf}, []any{latest.Health, latest.Model, latest.AsOf})
		}
	})
}

// A portfolio larger than a chunk is one transaction: seen by readers as a
// whole or not at all.
func TestLargeWriteIsOneTransaction(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		const accounts = 4_000 // more than are written with the sort indexes in place
		s := open(t, p.dsn(t))
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a00000", on(1, 1), 99)}})
		w, err := s.Begin(ctx, "nightly")
		if err != nil {
			t.Fatal(err)
		}
		defer w.Rollback()
		for i := range accounts {
			id := fmt.Sprintf("a%05d", i)
			if err := w.Account(history.Account{ID: id, Name: fmt.Sprint("Company ", i), ARR: float64(i)}); err != nil {
				t.Fatal(err)
			}
			sn := snap(id, on(2, 1), float64(i%100))
			if err := w.Snapshot(&sn); err != nil {
				t.Fatal(err)
			}
		}
		if page, err := s.List(ctx, history.Query{Sort: history.SortHealth}); err != nil || ids(page) != "a00000" || page.Rows[0].Health != 99 {
			t.Fatalf("before the commit readers see %v, %v", page.Rows, err)
		}
		n, err := w.Commit()
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "written", n, history.Written{Inserted: accounts, Accounts: accounts})
		sum, err := s.Summary(ctx, history.Query{})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "sums", []any{sum.Accounts, sum.ARR, sum.Down}, []any{accounts, float64(accounts) * float64(accounts-1) / 2, 1})
		for _, sort := range sorts {
			if page, err := s.List(ctx, history.Query{Sort: sort, Limit: 3}); err != nil || len(page.Rows) != 3 || page.Next == "" {
				t.Errorf("sorted by %s: %v, %v", sort, page, err)
			}
		}
		if page, err := s.List(ctx, history.Query{Sort: history.SortARR, Desc: true, Search: "company 1999"}); err != nil || page.Rows[0].ID != "a01999" {
			t.Errorf("searched: %v, %v", ids(page), err)
		}
	})
}

func TestAWriterIsDoneAfterAnErrorAndAfterItsEnd(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		w, err := s.Begin(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		good, bad := snap("a", on(1, 1), 50), snap("", on(1, 1), 50)
		if err := w.Snapshot(&good); err != nil {
			t.Fatal(err)
		}
		if err := w.Snapshot(&bad); !errors.Is(err, history.ErrInput) {
			t.Fatal(err)
		}
		if _, err := w.Commit(); !errors.Is(err, history.ErrInput) {
			t.Errorf("commit after an error: %v", err)
		}
		if err := w.Rollback(); err != nil {
			t.Error(err)
		}
		if _, err := s.Latest(ctx, "a"); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("half of a write is there: %v", err)
		}
		if w, err = s.Begin(ctx, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(); err != nil {
			t.Error("an empty write:", err)
		}
		if err := w.Snapshot(&good); !errors.Is(err, history.ErrClosed) {
			t.Errorf("after the end: %v", err)
		}
		if err := w.Rollback(); err != nil {
			t.Error(err)
		}
	})
}

// Writers take turns, in one process and across; none loses what it wrote.
func TestWritersTakeTurns(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		stores := []*history.Store{open(t, dsn), open(t, dsn)}
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				for j := range 5 {
					_, err := stores[i%2].Write(ctx, history.Batch{Snapshots: []history.Snapshot{snap(fmt.Sprintf("a%d", i), on(1, 1+j), 50), snap("shared", on(1, 1+j), float64(i))}})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		for i := range 8 {
			list, err := stores[0].Timeline(ctx, fmt.Sprintf("a%d", i))
			if err != nil || len(list) != 5 {
				t.Errorf("writer %d: %d snapshots, %v", i, len(list), err)
			}
		}
		if list, err := stores[1].Timeline(ctx, "shared"); err != nil || len(list) != 5 {
			t.Errorf("shared: %d snapshots, %v", len(list), err)
		}
	})
}

func TestASecondWriterGivesUp(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		first := open(t, dsn)
		second, err := history.Open(ctx, dsn, history.Options{Clock: clock, Wait: 250 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		write(t, first, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}})
		for name, holder := range map[string]*history.Store{"another process": first, "the same process": second} {
			w, err := holder.Begin(ctx, "holder")
			if err != nil {
				t.Fatal(err)
			}
			batch := history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 2), 50)}}
			if _, err := second.Write(ctx, batch); !errors.Is(err, history.ErrBusy) {
				t.Errorf("beside %s: %v, want ErrBusy", name, err)
			}
			if _, err := second.Latest(ctx, "a"); err != nil {
				t.Errorf("reading beside %s: %v", name, err)
			}
			if err := w.Rollback(); err != nil {
				t.Fatal(err)
			}
		}
		write(t, second, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 2), 50)}})
	})
}

func TestACancelledWriteIsUndone(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		cancelled, cancel := context.WithCancel(ctx)
		w, err := s.Begin(cancelled, "")
		if err != nil {
			t.Fatal(err)
		}
		for i := range 600 {
			sn := snap(fmt.Sprint("a", i), on(1, 1), 50)
			if err := w.Snapshot(&sn); err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		if _, err := w.Commit(); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want context.Canceled", err)
		}
		if err := w.Rollback(); err != nil {
			t.Error(err)
		}
		if page, err := s.List(ctx, history.Query{}); err != nil || len(page.Rows) > 0 {
			t.Errorf("%d accounts of a cancelled write are there: %v", len(page.Rows), err)
		}
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 2), 50)}})
	})
}
