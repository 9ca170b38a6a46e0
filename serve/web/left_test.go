package web

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

// Accounts that have left are in a list of their own, and their page says so.
func TestAccountsThatLeft(t *testing.T) {
	store := filledStore(t)
	ctx := context.Background()
	sn, err := store.Latest(ctx, "acc-007")
	if err != nil {
		t.Fatal(err)
	}
	sn.AsOf = sn.AsOf.AddDate(0, 1, 0)
	if _, err := store.Write(ctx, history.Batch{Actor: "test", Snapshots: []history.Snapshot{sn}, Whole: sn.AsOf}); err != nil {
		t.Fatal(err)
	}
	e := pages(t, store, testScorer(t))
	here, gone := get(t, e, "/").Body.String(), get(t, e, "/?left=yes&q=acc-008").Body.String()
	if !strings.Contains(here, `href="/?left=yes#list"`) || !strings.Contains(here, "/accounts/acc-007") || strings.Contains(here, "/accounts/acc-008") {
		t.Error("the portfolio is not of those who are there, or leads not to the others")
	}
	if !strings.Contains(gone, "/accounts/acc-008") || strings.Contains(gone, "/accounts/acc-007") || strings.Contains(gone, "Call first") || !strings.Contains(gone, "Accounts that have left") {
		t.Errorf("the list of those who left reads\n%s", textOf(gone))
	}
	if page := textOf(get(t, e, "/accounts/acc-008").Body.String()); !strings.Contains(page, "This account has left") {
		t.Error("the account's page does not say that it has left")
	}
	if w := get(t, e, "/?left=no"); w.Code != 400 {
		t.Errorf("left=no: %d", w.Code)
	}
}

// A change between the answers of two models is no fall, but for what the account did by
// one model.
func TestFallsOfAnotherModel(t *testing.T) {
	store := filledStore(t)
	ctx := context.Background()
	e := pages(t, store, testScorer(t))
	before := textOf(get(t, e, "/").Body.String())
	if strings.Contains(before, "another model") {
		t.Error("one model answered, and two are spoken of")
	}
	sn, err := store.Latest(ctx, "acc-007")
	if err != nil {
		t.Fatal(err)
	}
	from, model := sn.AsOf, sn.Model
	write := func() string {
		t.Helper()
		if _, err := store.Write(ctx, history.Batch{Actor: "test", Snapshots: []history.Snapshot{sn}}); err != nil {
			t.Fatal(err)
		}
		return textOf(get(t, e, "/").Body.String())
	}
	sn.AsOf, sn.Model, sn.Health = sn.AsOf.AddDate(0, 1, 0), "2026-12-01-1", max(0, sn.Health-60)
	if page := write(); strings.Count(page, "another model: not compared") != 2 {
		t.Errorf("what is not compared is not counted once and listed once:\n%s", page)
	}
	sn.Movement = &history.Movement{From: from, FromModel: model, Moved: -36.5, Model: -3, Verdict: history.VerdictMoved, Points: math.NaN()}
	page := write()
	for _, want := range []string{", another model besides: −3.0 · beyond its usual", "1 beyond its usual"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if strings.Contains(page, "not compared") {
		t.Error("an account that was compared is listed as one that was not")
	}
	if page := get(t, e, "/?verdict=moved").Body.String(); !strings.Contains(page, "/accounts/acc-007") || strings.Contains(page, "/accounts/acc-003") {
		t.Error("those that really moved are not the one that did")
	}
	if w := get(t, e, "/?verdict=fell"); w.Code != 400 {
		t.Errorf("verdict=fell: %d", w.Code)
	}
}
