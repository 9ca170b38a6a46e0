package web

import (
	"context"
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

// A fall between the answers of two models says so; it may be the model's.
func TestFallsOfAnotherModel(t *testing.T) {
	store := filledStore(t)
	ctx := context.Background()
	e := pages(t, store, testScorer(t))
	const say = ", by another model"
	if strings.Contains(get(t, e, "/").Body.String(), say) {
		t.Error("one model answered, and two are spoken of")
	}
	sn, err := store.Latest(ctx, "acc-007")
	if err != nil {
		t.Fatal(err)
	}
	sn.AsOf, sn.Model, sn.Health = sn.AsOf.AddDate(0, 1, 0), "2026-12-01-1", max(0, sn.Health-60)
	if _, err := store.Write(ctx, history.Batch{Actor: "test", Snapshots: []history.Snapshot{sn}}); err != nil {
		t.Fatal(err)
	}
	if page := get(t, e, "/").Body.String(); strings.Count(page, say) != 1 {
		t.Errorf("another model is spoken of %d times", strings.Count(page, say))
	}
}
