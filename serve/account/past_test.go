package account

import (
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// The answer of a past date shows the account and its overrides as they stood, also
// where the older date was stored after the newer one.
func TestAPastDateShowsThatDate(t *testing.T) {
	store, s := servetest.Store(t), scoretest.Scorer(t)
	for _, one := range []struct {
		at    time.Time
		owner string
		arr   float64
	}{{march, "ada", 2000}, {january, "bob", 1000}} {
		list, err := Snapshots(s, monthly(s, one.at, 1))
		if err != nil {
			t.Fatal(err)
		}
		batch := history.Batch{Snapshots: list, Whole: one.at}
		for _, id := range chronicled {
			batch.Accounts = append(batch.Accounts, history.Account{ID: id, Owner: one.owner, ARR: one.arr, DueOn: one.at.AddDate(0, 1, 0), AsOf: one.at})
		}
		if _, err := store.Write(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	id := chronicled[0]
	if _, err := store.AddOverride(t.Context(), history.Override{AccountID: id, Band: "healthy", Reason: "known", Owner: "ada"}); err != nil {
		t.Fatal(err)
	}
	a := New(Options{Clock: func() time.Time { return now }, History: store, Current: func() (*score.Scorer, error) { return s, nil }})
	for _, want := range []struct {
		at         time.Time
		owner, due string
		arr        float64
		overrides  int
	}{{january, "bob", "2026-02-01", 1000, 0}, {march, "ada", "2026-04-01", 2000, 1}, {time.Time{}, "ada", "2026-04-01", 2000, 1}} {
		h, err := a.Health(t.Context(), id, want.at)
		if err != nil {
			t.Fatal(err)
		}
		if c := h.Account; c.Owner != want.owner || c.DueOn != want.due || *c.ARR != want.arr || len(h.Overrides) != want.overrides {
			t.Errorf("at %s: %+v with %d overrides, want %+v", want.at, c, len(h.Overrides), want)
		}
	}
}

// The band of a file is the one that pages and the API show; that of the score alone
// is a column of its own.
func TestAFileHasTheDisplayedBand(t *testing.T) {
	s, store := scoretest.Scorer(t), servetest.Store(t)
	in := monthly(s, march, 1)
	list, err := Snapshots(s, in)
	if err != nil {
		t.Fatal(err)
	}
	before := list[0]
	before.AsOf, before.Band, before.Near = january, "other", "" // a band that is near to list[0]
	list[0].Near = "other"
	for _, batch := range [][]history.Snapshot{{before}, list} {
		if _, err := store.Write(t.Context(), history.Batch{Snapshots: batch}); err != nil {
			t.Fatal(err)
		}
	}
	displayed, err := store.DisplayedAt(t.Context(), march, s.Version())
	if err != nil || len(displayed) != len(list) || displayed[list[0].AccountID] != "other" {
		t.Fatalf("displayed %v, %v", displayed, err)
	}
	c := &score.Columns{Band: make([]string, len(list))}
	for i := range list {
		c.Band[i] = list[i].Band
	}
	shown := (&Scores{Displayed: displayed}).displayed(in, c)
	if shown[0] != "other" || shown[1] != list[1].Band || c.Band[0] != list[0].Band {
		t.Errorf("shown %v of %v", shown, c.Band)
	}
	if none, err := store.DisplayedAt(t.Context(), march, "nobody"); err != nil || len(none) > 0 {
		t.Errorf("of a model that never answered: %v, %v", none, err)
	}
}
