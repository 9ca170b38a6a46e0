package history_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// Accounts displayed in another band than at the date before, in any order of writing, and
// those with an override as long as it holds.
func TestChangedAndOverridden(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		s, err := history.Open(ctx, p.dsn(t), history.Options{Clock: func() time.Time { return now }, Wait: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		found := func(q history.Query, want string) {
			t.Helper()
			q.Sort = history.SortAccount
			page, err := s.List(ctx, q)
			if err != nil || ids(page) != want {
				t.Errorf("%+v: %q, %v, want %q", q, ids(page), err, want)
			}
			if n := sums(t, s, q).Accounts; n != len(page.Rows) {
				t.Errorf("%+v: sums of %d accounts", q, n)
			}
		}
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("new", on(1, 2), 20), snap("fell", on(1, 2), 20), snap("stays", on(1, 2), 52), snap("fell", on(1, 1), 90), snap("stays", on(1, 1), 50)}})
		found(history.Query{Changed: true}, "fell")
		found(history.Query{Changed: true, Bands: []string{"healthy", "at_risk"}}, "")
		found(history.Query{Override: true}, "")
		if _, err := s.AddOverride(ctx, history.Override{AccountID: "new", Band: "healthy", Reason: "just begun", Owner: "Ada", Expires: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		found(history.Query{Override: true}, "new")
		now = now.Add(2 * time.Hour)
		found(history.Query{Override: true}, "")
	})
	nan := math.NaN()
	if _, err := open(t, sqliteFile(t)).List(ctx, history.Query{ARRFrom: &nan}); !errors.Is(err, history.ErrInput) {
		t.Errorf("an ARR that is no number: %v", err)
	}
}
