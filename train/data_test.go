package train

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// tableOf makes a feature table with two real drivers, one useless column and a
// categorical one; three rows an account, a month apart.
func tableOf(rows int, seed uint64) *datasets.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	t := &datasets.Table{Path: "made.csv", Columns: []datasets.TableColumn{
		{Name: "users"}, {Name: "tickets"}, {Name: "noise"}, {Name: "plan", Levels: []string{"basic", "pro"}}}}
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		users, tickets, noise, plan := rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(2))
		for j, v := range []float64{users, tickets, noise, plan} {
			t.Columns[j].Numbers = append(t.Columns[j].Numbers, v)
		}
		target := "no"
		if rng.Float64() < models.Sigmoid(-1-1.5*users+tickets) {
			target = "yes"
		}
		t.Target = append(t.Target, target)
		t.IDs = append(t.IDs, fmt.Sprintf("a%d", i/3))
		t.AsOf = append(t.AsOf, start.AddDate(0, 0, 30*(i%3)+i/10))
	}
	return t
}

// positive is a target of two values.
func positive(value string) datasets.TargetValues { return datasets.TargetValues{Positive: value} }

func dataOf(t *testing.T, rows int, seed uint64) *Data {
	t.Helper()
	d, err := FromTable(tableOf(rows, seed), positive("yes"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Rows that are not decided yet are in no part of the data, and what is left
// keeps its place in the table.
func TestOpenRowsAreLeftOut(t *testing.T) {
	table, whole := tableOf(90, 2), dataOf(t, 90, 2)
	for i := 0; i < 90; i += 3 {
		table.Target[i] = "open"
	}
	for i := range table.IDs {
		table.IDs[i] = fmt.Sprint("a", i/6)
	}
	table.IDs[0] = "nobody" // decided nowhere
	d, err := FromTable(table, positive("yes"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Churned) != 60 || d.Frame.Rows() != 60 || d.accounts != 15 || len(d.Notes) != 2 {
		t.Fatalf("%d rows, %d in the frame, %d accounts, notes %q", len(d.Churned), d.Frame.Rows(), d.accounts, d.Notes)
	}
	for n, i := range d.TableRow {
		if i%3 == 0 || d.Churned[n] != whole.Churned[i] || d.Frame.Columns[0][n] != whole.Frame.Columns[0][i] ||
			d.IDs[n] != table.IDs[i] || !d.AsOf[n].Equal(table.AsOf[i]) || !d.Decided[n].Equal(table.AsOf[i]) {
			t.Errorf("row %d of the data is not row %d of the table", n, i)
		}
	}
	for _, list := range []int{len(d.Weight), len(d.Account), len(d.Renewal), len(d.IDs), len(d.AsOf)} {
		if list != 60 {
			t.Errorf("a list of %d for 60 rows", list)
		}
	}
}

func TestTargetsThatMeanNothingAreRefused(t *testing.T) {
	table := tableOf(60, 1)
	table.Target[7] = "maybe"
	if _, err := FromTable(table, positive("yes"), nil); !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), `"maybe" (1 rows)`) {
		t.Errorf("a third value: %v", err)
	}
	if _, err := FromTable(&datasets.Table{}, positive("1"), nil); !errors.Is(err, datasets.ErrConfig) {
		t.Errorf("no target column: %v", err)
	}
}

func TestOneClassIsRefused(t *testing.T) {
	for _, c := range []struct {
		value, want string
	}{{"yes", "none of"}, {"no", "all"}} {
		table := tableOf(60, 1)
		for i := range table.Target {
			table.Target[i] = "no"
		}
		churned := "no"
		if c.value == "yes" {
			table.Target[0] = "yes"
			churned = "yes"
		}
		d, err := FromTable(table, positive(churned), nil)
		if err != nil {
			t.Fatal(err)
		}
		d.Churned[0] = c.value == "no"
		if err := d.check(); !errors.Is(err, models.ErrTraining) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

// Every renewal weighs 1, however many snapshots it has, and its label is its
// own outcome, never its account's next one.
func TestLabelsAndWeights(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	tables := &datasets.Tables{
		Accounts: []datasets.Account{{ID: "a", CreatedAt: day(-400)}, {ID: "b", CreatedAt: day(-400)}},
		Renewals: []datasets.Renewal{
			{Account: 0, DueOn: day(0), DecidedOn: day(0), Outcome: datasets.Renewed},
			{Account: 0, DueOn: day(365), DecidedOn: day(365), Outcome: datasets.Churned},
			{Account: 1, DueOn: day(365), Outcome: datasets.Open},
		},
		Events: &datasets.MemoryEvents{},
	}
	snapshots := features.Schedule{}.Training(tables)
	d := &Data{}
	d.label(tables, snapshots)
	weight := map[int32]float64{}
	for i, s := range snapshots {
		weight[s.Renewal] += d.Weight[i]
		if want := s.Renewal == 1; d.Churned[i] != want {
			t.Errorf("snapshot %v of renewal %d: churned %v", s.AsOf, s.Renewal, d.Churned[i])
		}
		if !d.AsOf[i].Before(d.Decided[i]) {
			t.Errorf("snapshot at %v knows a decision of %v", d.AsOf[i], d.Decided[i])
		}
	}
	if len(weight) != 2 || math.Abs(weight[0]-1) > 1e-12 || math.Abs(weight[1]-1) > 1e-12 {
		t.Errorf("weights by renewal %v, want 1 each and nothing for the open one", weight)
	}
}

func TestOutOfTimeSplitKeepsTheFutureOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := dataOf(t, rapid.IntRange(300, 600).Draw(rt, "rows"), rapid.Uint64().Draw(rt, "seed"))
		for i := range d.Decided {
			d.Decided[i] = d.AsOf[i].AddDate(0, 0, rapid.IntRange(1, 180).Draw(rt, "lead"))
		}
		share := rapid.Float64Range(0.1, 0.4).Draw(rt, "share")
		cut := d.cutOf(share)
		s, ok := d.outOfTimeFrom(cut)
		if !ok {
			return
		}
		for _, i := range s.train {
			if !d.Decided[i].Before(cut) {
				rt.Fatalf("learned from a decision of %v, cut %v", d.Decided[i], cut)
			}
		}
		for _, i := range s.test {
			if d.AsOf[i].Before(cut) {
				rt.Fatalf("judged on a snapshot of %v, cut %v", d.AsOf[i], cut)
			}
		}
	})
}

func TestOutOfTimeNeedsDatesAndOutcomes(t *testing.T) {
	d := dataOf(t, 600, 1)
	if _, ok, _ := d.split(Config{}); !ok {
		t.Fatal("600 rows with dates should carry an out-of-time test")
	}
	few := dataOf(t, 45, 1)
	if _, ok, _ := few.split(Config{}); ok {
		t.Error("9 test rows were taken for a test")
	}
	d.AsOf = nil
	if _, ok, _ := d.split(Config{}); ok {
		t.Error("no dates, but an out-of-time test")
	}
}

func TestFoldsNeverSplitAnAccount(t *testing.T) {
	d := dataOf(t, 300, 3)
	judged := make([]int, len(d.Churned))
	for _, s := range d.folds(5, 9) {
		in := map[int32]bool{}
		for _, i := range s.train {
			in[d.Account[i]] = true
		}
		for _, i := range s.test {
			judged[i]++
			if in[d.Account[i]] {
				t.Fatalf("account %d is on both sides", d.Account[i])
			}
		}
		if !d.enoughOf(s.test) {
			t.Errorf("a fold without churned or renewed rows: %d rows", len(s.test))
		}
	}
	for i, n := range judged {
		if n != 1 {
			t.Fatalf("row %d was judged %d times", i, n)
		}
	}
}

// enoughOf tells whether rows of both outcomes are there at all.
func (d *Data) enoughOf(rows []int) bool {
	churned := count(models.Pick(d.Churned, rows))
	return churned > 0 && churned < len(rows)
}

func TestLastSlice(t *testing.T) {
	d := dataOf(t, 300, 5)
	last := d.lastSlice(nil)
	latest := time.Time{}
	for i, l := range last {
		if !l && d.Decided[i].After(latest) {
			latest = d.Decided[i]
		}
	}
	for i, l := range last {
		if l && d.Decided[i].Before(latest) {
			t.Fatalf("row %d of %v is in the last slice, but %v is not", i, d.Decided[i], latest)
		}
	}
	if n := count(last); n < 30 || n > 80 {
		t.Errorf("%d of 300 rows in the last slice, want about a sixth", n)
	}
	if d.Decided = nil; d.lastSlice(nil) != nil {
		t.Error("a last slice without dates")
	}
}

func TestClusteringCountsADecisionOnce(t *testing.T) {
	d := dataOf(t, 9, 1)
	d.Renewal = []int32{0, 0, 0, 1, 1, 1, 1, 1, 2}
	if got := d.onePerRenewal([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}); !slices.Equal(got, []int{1, 5, 8}) {
		t.Errorf("got rows %v", got)
	}
}

// stored returns an artifact's report as it is read back from the artifact's files.
func stored(t testing.TB, a *artifact.Artifact) *artifact.Report {
	t.Helper()
	files, err := artifact.Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	back, err := artifact.Decode(files)
	if err != nil {
		t.Fatal(err)
	}
	return back.Report
}
