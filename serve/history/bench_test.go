package history_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// BenchmarkHistory builds a history and prints a table of how long its answers
// take and how fast it is written. Two variables choose the size:
//
//	ETAPPE_BENCH_ACCOUNTS   accounts, 10000 unless set
//	ETAPPE_BENCH_DATES      dates, 12 unless set, at least 3
//
// It runs on SQLite, and on Postgres where ETAPPE_POSTGRES names one.
func BenchmarkHistory(b *testing.B) {
	accounts, dates := sizeOf(b, "ETAPPE_BENCH_ACCOUNTS", 10_000), max(3, sizeOf(b, "ETAPPE_BENCH_DATES", 12))
	b.Run("sqlite", func(b *testing.B) { measure(b, filepath.Join(b.TempDir(), "history.db"), accounts, dates) })
	b.Run("postgres", func(b *testing.B) { measure(b, postgresSchema(b), accounts, dates) })
}

func sizeOf(b *testing.B, name string, otherwise int) int {
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

func measure(b *testing.B, dsn string, accounts, dates int) {
	s, err := history.Open(ctx, dsn, history.Options{Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "%d accounts × %d dates\t\t\t\t\n", accounts, dates)
	fmt.Fprintln(table, "write\tseconds\tsnapshots/s\tCPU µs a snapshot\t")
	for _, w := range []struct {
		name     string
		from, to int
	}{{"accounts and all dates but two", 0, dates - 2}, {"the next date", dates - 2, dates - 1}, {"the last date", dates - 1, dates}} {
		n, before := float64(accounts*(w.to-w.from)), processor()
		took := portfolio(b, s, accounts, w.from, w.to)
		fmt.Fprintf(table, "%s\t%.1f\t%.0f\t%.1f\t\n", w.name, took.Seconds(), n/took.Seconds(), (processor()-before).Seconds()*1e6/n)
	}
	if info, err := os.Stat(dsn); err == nil {
		fmt.Fprintf(table, "file\t%.0f MB\t%.0f bytes a snapshot\t\t\n", float64(info.Size())/1e6, float64(info.Size())/float64(accounts*dates))
	}
	if bytes := fragmentIndex(b, dsn); bytes > 0 {
		fmt.Fprintf(table, "index of fragments\t%.0f MB\t%.0f bytes an account\t\t\n", float64(bytes)/1e6, float64(bytes)/float64(accounts))
	}
	fmt.Fprintln(table, "read\tp50 ms\tp99 ms\tmax ms\t")
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, r := range reads(s, accounts, dates) {
		var took []time.Duration
		for range 300 {
			start := time.Now()
			if err := r.read(rnd); err != nil {
				b.Fatalf("%s: %v", r.name, err)
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		ms := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1000 }
		fmt.Fprintf(table, "%s\t%.2f\t%.2f\t%.2f\t\n", r.name, ms(.5), ms(.99), ms(1))
	}
	for _, q := range []history.Query{{}, {DueBefore: on(7, 1)}} {
		start := time.Now()
		sum, err := s.Summary(ctx, q)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(table, "sums of %d, first time\t%.2f\t\t\t\n", sum.Accounts, time.Since(start).Seconds()*1000)
	}
	for _, q := range []history.Query{{}, {Owners: []string{"csm 0"}}} {
		start := time.Now()
		if _, err := s.Renewals(ctx, q, []time.Time{on(5, 1), on(6, 1), on(7, 1), on(8, 1), on(9, 1), on(10, 1)}); err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(table, "renewals ahead of %q, first time\t%.2f\t\t\t\n", q.Owners, time.Since(start).Seconds()*1000)
	}
	table.Flush()
	fmt.Println(out.String()) // b.Log would cut it short
	for b.Loop() {
		if _, err := s.List(ctx, history.Query{}); err != nil {
			b.Fatal(err)
		}
	}
}

// fragmentIndex is how many bytes the index of fragments of a file takes.
func fragmentIndex(b *testing.B, dsn string) (bytes int64) {
	if _, err := os.Stat(dsn); err != nil {
		return 0
	}
	if err := openSQL(b, "sqlite", dsn).QueryRowContext(ctx, `SELECT sum(length(block)) FROM account_text_data`).Scan(&bytes); err != nil {
		b.Fatal(err)
	}
	return bytes
}

// processor is the time that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// portfolio writes all accounts at some dates in one transaction: each account
// with all its dates, as a backfill does.
func portfolio(b *testing.B, s *history.Store, accounts, from, to int) time.Duration {
	start := time.Now()
	w, err := s.Begin(ctx, "bench")
	if err != nil {
		b.Fatal(err)
	}
	defer w.Rollback()
	rnd := rand.New(rand.NewPCG(uint64(from), 7))
	for i := range accounts {
		if from == 0 {
			if err := w.Account(benchAccount(i)); err != nil {
				b.Fatal(err)
			}
		}
		for date := from; date < to; date++ {
			if err := w.Snapshot(benchSnapshot(rnd, i, date)); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := w.Commit(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func benchID(i int) string { return fmt.Sprintf("acc-%07d", i) }

// benchWords make names of which some are common and some are rare.
var benchWords = strings.Fields("Alpen Bergmann Cobalt Delta Elbe Falken Granit Hansa Isar Juno Kessel Linden Merkur Nordsee Orion Pfeil Quarz Rhein Saale Tauber")

func benchAccount(i int) history.Account {
	a := history.Account{
		ID: benchID(i), Name: fmt.Sprintf("%s %s %d GmbH", benchWords[i%20], benchWords[i/20%20], i/400),
		Owner: fmt.Sprintf("csm %d", i%(1+i/1000)), CreatedAt: noon.AddDate(0, 0, -i%1500), ARR: float64(500 + i*7919%100_000),
	}
	if i%10 > 0 {
		a.DueOn = on(4, 1+i*31%365)
	}
	return a
}

// benchSnapshot has 40 features: counts, shares, days, and a fifth missing.
func benchSnapshot(rnd *rand.Rand, i, date int) *history.Snapshot {
	health := math.Min(100, math.Max(0, 65+18*rnd.NormFloat64()))
	sn := snap(benchID(i), on(1, 1).AddDate(0, date, 0), health)
	sn.Churn = 1 / (1 + math.Exp((health-40)/12+rnd.NormFloat64()/2))
	sn.ClusterID = fmt.Sprint("c", 1+i*2654435761>>16%5) // of no pattern in common with name or ARR
	sn.ClusterName = "desired outcome " + sn.ClusterID
	sn.TopTheme = []string{"usage", "support", "billing", "people", "path"}[rnd.IntN(5)]
	sn.Low, sn.High = sn.Churn*.7, sn.Churn+(1-sn.Churn)*.3
	sn.Outlook, sn.Path, sn.Membership = health+rnd.Float64(), health-rnd.Float64(), .5+rnd.Float64()/2
	sn.Values = make([]float64, 40)
	for j := range sn.Values {
		switch {
		case j%5 == 0:
			sn.Values[j] = math.NaN()
		case j%5 == 1:
			sn.Values[j] = rnd.Float64()
		default:
			sn.Values[j] = float64(rnd.IntN(400))
		}
	}
	return &sn
}

type benchRead struct {
	name string
	read func(*rand.Rand) error
}

// reads are what the pages ask for, each of a chance account or filter.
func reads(s *history.Store, accounts, dates int) []benchRead {
	list := func(name string, query func(*rand.Rand) history.Query) benchRead {
		return benchRead{name, func(rnd *rand.Rand) error { _, err := s.List(ctx, query(rnd)); return err }}
	}
	var all []benchRead
	for _, sort := range sorts[1:] {
		all = append(all, list("page by "+string(sort), func(rnd *rand.Rand) history.Query {
			return history.Query{Sort: sort, Desc: rnd.IntN(2) == 0}
		}), list("page by "+string(sort)+", filtered", func(rnd *rand.Rand) history.Query {
			q := history.Query{Sort: sort, Desc: rnd.IntN(2) == 0}
			if rnd.IntN(2) == 0 {
				q.Bands = []string{[]string{"sick", "at_risk", "healthy"}[rnd.IntN(3)]}
			}
			if rnd.IntN(2) == 0 {
				q.Clusters = []string{fmt.Sprint("c", 1+rnd.IntN(5))}
			}
			if rnd.IntN(3) == 0 {
				q.Themes = []string{[]string{"usage", "support", "billing"}[rnd.IntN(3)]}
			}
			if rnd.IntN(4) == 0 {
				q.Owners = []string{fmt.Sprintf("csm %d", rnd.IntN(1+accounts/1000))}
			}
			return q
		}))
	}
	return append(all,
		benchRead{"ten pages on", func(rnd *rand.Rand) error {
			q := history.Query{Sort: sorts[1+rnd.IntN(6)]}
			for range 10 {
				page, err := s.List(ctx, q)
				if err != nil || page.Next == "" {
					return err
				}
				q.Cursor = page.Next
			}
			return nil
		}},
		list("search, common word", func(rnd *rand.Rand) history.Query { return history.Query{Search: benchWords[rnd.IntN(20)]} }),
		list("search, two words", func(rnd *rand.Rand) history.Query {
			return history.Query{Search: benchWords[rnd.IntN(20)] + " " + fmt.Sprint(rnd.IntN(1+accounts/400))}
		}),
		list("search, id", func(rnd *rand.Rand) history.Query { return history.Query{Search: benchID(rnd.IntN(accounts))} }),
		list("search, part of a word", func(rnd *rand.Rand) history.Query {
			word := benchWords[rnd.IntN(20)]
			return history.Query{Search: word[1:min(len(word), 5)]}
		}),
		list("search, digits of an id", func(rnd *rand.Rand) history.Query { return history.Query{Search: fmt.Sprint(100 + rnd.IntN(900))} }),
		list("search, four digits", func(rnd *rand.Rand) history.Query { return history.Query{Search: fmt.Sprint(1000 + rnd.IntN(9000))} }),
		list("search, one or two characters", func(rnd *rand.Rand) history.Query {
			return history.Query{Search: []string{"a", "7", "al", "98", "zz", "日", "q"}[rnd.IntN(7)]}
		}),
		list("search, two words and a band", func(rnd *rand.Rand) history.Query {
			return history.Query{Search: benchWords[rnd.IntN(20)] + " gmbh", Bands: []string{"sick"}}
		}),
		list("search, nothing found", func(*rand.Rand) history.Query { return history.Query{Search: "gmbh zzz"} }),
		benchRead{"timeline", func(rnd *rand.Rand) error { _, err := s.Timeline(ctx, benchID(rnd.IntN(accounts))); return err }},
		benchRead{"snapshot", func(rnd *rand.Rand) error {
			_, err := s.Snapshot(ctx, benchID(rnd.IntN(accounts)), on(1, 1).AddDate(0, rnd.IntN(dates), 0), "")
			return err
		}},
		benchRead{"owners", func(*rand.Rand) error { _, err := s.Owners(ctx); return err }},
	)
}
