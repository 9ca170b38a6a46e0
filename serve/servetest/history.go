package servetest

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// The dates of the test history.
var (
	January  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	February = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	March    = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
)

// Accounts are those of the test history.
var Accounts = []string{"acme-17", "<script>alert(1)</script>", "Müller/Söhne GmbH #1?", "..", "a%2Fb", "c5", "c6", "c7"}

// Store opens an empty history that ends with the test.
func Store(t testing.TB) *history.Store {
	t.Helper()
	store, err := history.Open(context.Background(), filepath.Join(t.TempDir(), "history.db"), history.Options{Clock: func() time.Time { return Now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// Write stores snapshots of accounts, each with an owner, some with a renewal
// and ARR, and one call to the first account.
func Write(t testing.TB, store *history.Store, ids []string, list []history.Snapshot) {
	t.Helper()
	batch := history.Batch{Snapshots: list, Actor: "test"}
	for i, id := range ids {
		a := history.Account{ID: id, Owner: fmt.Sprint("csm-", i%2), CreatedAt: January.AddDate(-1, 0, i), ARR: math.NaN()}
		if i%3 > 0 {
			a.ARR, a.DueOn = float64(1000*i), March.AddDate(0, i, 0)
		}
		batch.Accounts = append(batch.Accounts, a)
	}
	batch.Interventions = []history.Intervention{{AccountID: Accounts[0], At: February.Add(9 * time.Hour), Kind: "call", Owner: "csm-0"}}
	if _, err := store.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}
