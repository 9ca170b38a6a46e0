package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

// benchAccounts is how large the portfolio of the benchmark is.
const benchAccounts = 100_000

// largeStore holds benchAccounts at two dates.
func largeStore(b *testing.B) *history.Store {
	b.Helper()
	store := testStore(b)
	w, err := store.Begin(context.Background(), "bench")
	if err != nil {
		b.Fatal(err)
	}
	defer w.Rollback()
	for i := range benchAccounts {
		id := fmt.Sprintf("acc-%06d", i)
		err := w.Account(history.Account{ID: id, Name: fmt.Sprintf("Company %d", i*7919%benchAccounts), Owner: fmt.Sprintf("Owner %d", i%40),
			DueOn: testDates[2].AddDate(0, 0, i*31%365), ARR: float64(1000 + i*37%90_000)})
		if err != nil {
			b.Fatal(err)
		}
		for d := range 2 {
			health := math.Mod(float64(i)*0.7+float64(d*(i%13)), 100)
			if err := w.Snapshot(&history.Snapshot{AccountID: id, AsOf: testDates[1+d], Model: "2026-09-19-1", Fingerprint: "f", Values: []float64{1},
				Tenure: 400, Health: health, Outlook: health, Path: math.NaN(), Churn: 1 - health/100, Low: 0, High: 1, Band: bands[min(int(health/40), 2)],
				ClusterID: fmt.Sprintf("c%d", 1+i%4), ClusterName: "x", Membership: 1, TopTheme: []string{"people", "adoption", "path"}[i%3], TopReason: "PEOPLE.ACTIVE_USERS_28D"}); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := w.Commit(); err != nil {
		b.Fatal(err)
	}
	return store
}

// BenchmarkPages asks for pages of a portfolio of 100,000 accounts: "first" right
// after a write, when no sum is known yet, then as readers find it.
func BenchmarkPages(b *testing.B) {
	store := largeStore(b)
	e := pages(b, store, testScorer(b))
	ask := func(b *testing.B, path string) {
		if w := get(b, e, path); w.Code != http.StatusOK {
			b.Fatalf("%s: %d", path, w.Code)
		}
	}
	b.Run("first", func(b *testing.B) {
		for i := range b.N {
			b.StopTimer()
			_, err := store.Write(context.Background(), history.Batch{Actor: "bench", Accounts: []history.Account{{ID: "acc-000000",
				Name: fmt.Sprintf("Renamed %d", i), DueOn: testDates[2], ARR: float64(i)}}})
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			ask(b, "/")
		}
	})
	for name, path := range map[string]string{"portfolio": "/", "filtered": "/?owner=Owner+7&band=sick&sort=churn", "search": "/?q=company+77", "cluster": "/clusters/c1", "model": "/model"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ask(b, path)
			}
		})
	}
}
