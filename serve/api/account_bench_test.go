package api

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// BenchmarkAccounts keeps a portfolio in a SQLite file and prints a table of how
// long its questions take, each sent to the HTTP handler. The latest date was
// answered by two models, those before by the older, so that the usual
// explanation has all its parts. Two variables choose the size, as
// for the benchmark of the history itself:
//
//	ETAPPE_BENCH_ACCOUNTS   accounts, 10000 by default
//	ETAPPE_BENCH_DATES      dates, 12 by default, at least 3
func BenchmarkAccounts(b *testing.B) {
	accounts, dates := benchSize(b, "ETAPPE_BENCH_ACCOUNTS", 10_000), max(3, benchSize(b, "ETAPPE_BENCH_DATES", 12))
	clock := func() time.Time { return now }
	store, err := history.Open(b.Context(), filepath.Join(b.TempDir(), "history.db"), history.Options{Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	old, current := oldScorer(b), testScorer(b)
	start := time.Now()
	benchWrite(b, store, []*score.Scorer{old, current}, accounts, dates)
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "%d accounts × %d dates, written in %.0f s\tp50 ms\tp99 ms\tmax ms\t\n", accounts, dates, time.Since(start).Seconds())
	server := NewServer(ServerOptions{Clock: clock, History: store, Models: func(version string) (*score.Scorer, error) {
		if version == oldMeta.Version {
			return old, nil
		}
		return nil, fmt.Errorf("%w: %s", artifact.ErrNotFound, version)
	}})
	server.Swap(current)
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, q := range benchQuestions(accounts, dates) {
		var took []float64
		for range 300 {
			target := q.target(rnd)
			start := time.Now()
			w := request(server, "GET", target, nil, nil)
			took = append(took, time.Since(start).Seconds()*1000)
			if w.Code != 200 {
				b.Fatalf("%s: %d %s", target, w.Code, w.Body)
			}
		}
		slices.Sort(took)
		at := func(share float64) float64 { return took[int(share*float64(len(took)-1))] }
		fmt.Fprintf(table, "%s\t%.2f\t%.2f\t%.2f\t\n", q.name, at(.5), at(.99), at(1))
	}
	table.Flush()
	fmt.Println(out.String()) // b.Log would cut it short
	for b.Loop() {
		request(server, "GET", "/v1/accounts", nil, nil)
	}
}

func benchSize(b *testing.B, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("%s is %q, not a number of at least 1", name, text)
	}
	return n
}

// benchPool is how many different accounts the portfolio repeats.
const benchPool = 4096

func benchDate(d int) time.Time { return january.AddDate(0, d-11, 0) }

func benchAccount(i int) string { return fmt.Sprintf("acc-%07d", i) }

// benchWrite stores a portfolio in one transaction, account by account.
func benchWrite(b *testing.B, store *history.Store, scorers []*score.Scorer, accounts, dates int) {
	b.Helper()
	var pool [][]history.Snapshot
	score := func(s *score.Scorer, d int) {
		in := testInput(s, min(benchPool, accounts), uint64(100+d))
		for i := range in.AsOf {
			in.AsOf[i] = benchDate(d)
		}
		list, err := account.Snapshots(s, in)
		if err != nil {
			b.Fatal(err)
		}
		pool = append(pool, list)
	}
	for d := range dates {
		score(scorers[0], d)
	}
	score(scorers[1], dates-1)
	w, err := store.Begin(b.Context(), "bench")
	if err != nil {
		b.Fatal(err)
	}
	defer w.Rollback()
	for i := range accounts {
		a := history.Account{ID: benchAccount(i), Name: fmt.Sprintf("Company %d", i*7919%accounts), Owner: fmt.Sprintf("csm-%d", i%(1+accounts/1000)),
			DueOn: benchDate(dates).AddDate(0, 0, i*31%365), ARR: float64(500 + i*7919%100_000)}
		if i%10 == 0 {
			a.DueOn, a.ARR = time.Time{}, math.NaN()
		}
		if err := w.Account(a); err != nil {
			b.Fatal(err)
		}
		for _, list := range pool {
			sn := list[i%len(list)]
			sn.AccountID = a.ID
			if err := w.Snapshot(&sn); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := w.Commit(); err != nil {
		b.Fatal(err)
	}
}

type benchQuestion struct {
	name   string
	target func(*rand.Rand) string
}

// benchQuestions are about a random account, or a random page.
func benchQuestions(accounts, dates int) []benchQuestion {
	list := func(rnd *rand.Rand) url.Values {
		sort := []string{"renewal", "health", "-churn", "-arr", "moved", "account"}[rnd.IntN(6)]
		return url.Values{"sort": {sort}}
	}
	account := func(rnd *rand.Rand, rest string) string {
		return "/v1/accounts/" + benchAccount(rnd.IntN(accounts)) + rest
	}
	of := func(rest string) func(*rand.Rand) string {
		return func(rnd *rand.Rand) string { return account(rnd, rest) }
	}
	return []benchQuestion{
		{"list", func(rnd *rand.Rand) string { return "/v1/accounts?" + list(rnd).Encode() }},
		{"list, filtered", func(rnd *rand.Rand) string {
			q := list(rnd)
			if rnd.IntN(2) == 0 {
				q.Set("band", []string{"sick", "at_risk", "healthy"}[rnd.IntN(3)])
			}
			if rnd.IntN(2) == 0 {
				q.Set("owner", fmt.Sprintf("csm-%d", rnd.IntN(1+accounts/1000)))
			}
			if rnd.IntN(3) == 0 {
				q.Set("due_before", benchDate(dates).AddDate(0, 1+rnd.IntN(3), 0).Format(time.DateOnly))
			}
			return "/v1/accounts?" + q.Encode()
		}},
		{"list, searched", func(rnd *rand.Rand) string { return fmt.Sprintf("/v1/accounts?q=company+%d", rnd.IntN(accounts)) }},
		{"health", of("/health")},
		{"timeline", of("/history")},
		{"explanation, by two models", of("/explanation")},
		{"explanation, by one model", func(rnd *rand.Rand) string {
			to := 1 + rnd.IntN(dates-2)
			return account(rnd, "/explanation?from="+benchDate(rnd.IntN(to)).Format(time.DateOnly)+"&to="+benchDate(to).Format(time.DateOnly))
		}},
		{"explanation, against the cluster", of("/explanation?reference=cluster")},
	}
}
