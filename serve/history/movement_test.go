package history_test

import (
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// withoutMovements takes out what the migration of movements made.
var withoutMovements = func() []string {
	list := []string{"DROP INDEX snapshot_moved", "DROP INDEX by_verdict"}
	for table, columns := range map[string][]string{
		"snapshot":       {"from_on", "from_model", "moved", "model_moved", "verdict", "move_reason", "move_points"},
		"account":        {"previous_model", "model_moved", "verdict", "move_reason", "move_points"},
		"rollup":         {"real_up", "real_down", "other"},
		"renewal_rollup": {"real_up", "real_down", "other"},
	} {
		for _, column := range columns {
			list = append(list, "ALTER TABLE "+table+" DROP COLUMN "+column)
		}
	}
	return list
}()

// movedBy is a snapshot by a model, with its movement.
func movedBy(model string, sn history.Snapshot, m history.Movement) history.Snapshot {
	sn.Model, sn.Movement = model, &m
	return sn
}

func sums(t *testing.T, s *history.Store, q history.Query) history.Sums {
	t.Helper()
	sum, err := s.Summary(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	return sum.Sums
}

// A movement that was computed when an answer was given is what lists show and sums count,
// for as long as the answer before is the one that it starts from.
func TestMovementIsStored(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		move := history.Movement{From: on(1, 1), FromModel: "v1", Moved: -7.5, Model: 20, Verdict: "moved", Reason: "BEHAVIOUR.LOGIN", Points: -6}
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), snap("b", on(1, 1), 50), snap("c", on(1, 1), 50)}})
		calm := history.Movement{From: on(1, 1), FromModel: "v1", Moved: 3, Model: 0, Verdict: "normal_variation", Points: math.NaN()}
		unlike := history.Movement{From: on(1, 1), FromModel: "v1", Moved: math.NaN(), Model: 9, Verdict: "another_model", Reason: "MODEL.CHANGED", Points: 9}
		batch := history.Batch{Snapshots: []history.Snapshot{movedBy("v2", snap("a", on(2, 1), 62.5), move), movedBy("v2", snap("b", on(2, 1), 53), calm), movedBy("v2", snap("c", on(2, 1), 59), unlike)}}
		write(t, s, batch)
		r, err := s.Row(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "row", []any{r.Moved, r.OtherModel, r.PreviousModel, r.ModelMoved, r.Verdict, r.MoveReason, r.MovePoints},
			[]any{-7.5, true, "v1", 20.0, "moved", "BEHAVIOUR.LOGIN", -6.0})
		latest, err := s.Latest(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "snapshot", latest.Movement, &move)
		want := history.Sums{Accounts: 3, NoARR: 3, Up: 1, Down: 1, RealDown: 1, Other: 1}
		equal(t, "sums", sums(t, s, history.Query{}), want)
		equal(t, "sums of a filter", sums(t, s, history.Query{Verdict: "moved"}), history.Sums{Accounts: 1, NoARR: 1, Down: 1, RealDown: 1})
		page, err := s.List(ctx, history.Query{Verdict: "moved", Sort: history.SortMoved})
		if err != nil || ids(page) != "a" {
			t.Errorf("really moved: %q, %v", ids(page), err)
		}
		if w := write(t, s, batch); w.Unchanged != 3 {
			t.Errorf("written again: %+v", w)
		}
		equal(t, "sums", sums(t, s, history.Query{}), want)
		// An answer in between: what was computed is of another pair of dates.
		write(t, s, history.Batch{Snapshots: []history.Snapshot{func() history.Snapshot { sn := snap("a", on(1, 15), 60); sn.Model = "v2"; return sn }()}})
		if r, err = s.Row(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		equal(t, "row with another date before", []any{r.Moved, r.OtherModel, r.Verdict, r.MoveReason}, []any{2.5, false, "", ""})
		equal(t, "sums with another date before", sums(t, s, history.Query{}), history.Sums{Accounts: 3, NoARR: 3, Up: 2, Other: 1})
	})
}

// An older history is opened without movements: between two models' answers nothing
// moved, and the sums have it so.
func TestMovementsOfAnOlderHistory(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		s := open(t, dsn)
		second := snap("b", on(2, 1), 80)
		second.Model = "v2"
		due := func(id string) history.Account {
			return history.Account{ID: id, DueOn: on(6, 1), ARR: math.NaN()}
		}
		write(t, s, history.Batch{Accounts: []history.Account{due("a"), due("b")}, Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), snap("b", on(1, 1), 50)}})
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(2, 1), 40), second}})
		before, ahead := sums(t, s, history.Query{}), sums(t, s, history.Query{DueBefore: on(7, 1)})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		driver := "sqlite"
		if p.name == "postgres" {
			driver = "pgx"
		}
		db := openSQL(t, driver, dsn)
		for _, statement := range append([]string{"UPDATE account SET moved = 30 WHERE id = 'b'", "UPDATE rollup SET up = 1", "UPDATE renewal_rollup SET up = 1", "DELETE FROM history_version WHERE version_id > 4"}, withoutMovements...) {
			execSQL(t, db, statement)
		}
		s = open(t, dsn)
		equal(t, "sums", sums(t, s, history.Query{}), before)
		equal(t, "sums of renewals", sums(t, s, history.Query{DueBefore: on(7, 1)}), ahead)
		equal(t, "sums", before, history.Sums{Accounts: 2, NoARR: 2, Down: 1, Other: 1})
		r, err := s.Row(ctx, "b")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "row", []any{math.IsNaN(r.Moved), r.OtherModel, r.PreviousModel, r.Previous, r.Verdict}, []any{true, true, "v1", time.Time(on(1, 1)), ""})
	})
}
