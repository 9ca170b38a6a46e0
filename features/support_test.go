package features

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// day0 is the first day of every hand-made world.
var day0 = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// on returns midnight of a day of the hand-made world.
func on(day int) time.Time { return day0.AddDate(0, 0, day) }

// at returns a moment of a day.
func at(day int, hour float64) time.Time {
	return on(day).Add(time.Duration(hour * float64(time.Hour)))
}

// row is an event as tests write it.
type row struct {
	account  int32
	kind     string
	at, seen time.Time // seen zero: at
	value    float64
	count    float64 // 0: 1
	user     uint64
}

// stream makes an event stream, in batches of a few rows.
func stream(rows []row) *datasets.MemoryEvents {
	m := &datasets.MemoryEvents{}
	for _, r := range rows {
		if r.seen.IsZero() {
			r.seen = r.at
		}
		m.Append(r.account, r.kind, r.at, r.seen, r.value, r.count, r.user)
	}
	return m
}

// use is one event of a type without value or user.
func use(account int32, kind string, when time.Time) row {
	return row{account: account, kind: kind, at: when, value: datasets.NoValue}
}

// accounts makes accounts created on the given days.
func accounts(days ...int) []datasets.Account {
	list := make([]datasets.Account, len(days))
	for i, day := range days {
		list[i] = datasets.Account{ID: fmt.Sprintf("account-%d", i), CreatedAt: on(day)}
	}
	return list
}

// catalogOf makes a catalogue or fails the test.
func catalogOf(t testing.TB, tables *datasets.Tables, c Config) *catalog.Catalog {
	t.Helper()
	catalog, err := NewCatalog(context.Background(), tables, c, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

// older adds what catalogues once had of every counted type, and the models made
// with them still read.
func older(c *catalog.Catalog) *catalog.Catalog {
	for _, d := range slices.Clone(c.Definitions) {
		if d.Measure != catalog.MeasureRate {
			continue
		}
		kind := strings.TrimSuffix(d.Name, ".rate")
		for _, one := range []catalog.Definition{
			{Name: kind + ".count_7d", Measure: catalog.MeasureCount, Window: 7},
			{Name: kind + ".trend", Measure: catalog.MeasureTrend},
			{Name: kind + ".recency_days", Measure: catalog.MeasureRecency},
			{Name: kind + ".answered", Measure: catalog.MeasureAnswered, Window: answerWindow},
		} {
			if one.Type = d.Type; c.Index(one.Name) < 0 {
				c.Definitions = append(c.Definitions, one)
			}
		}
	}
	return c
}

// buildOf builds features or fails the test.
func buildOf(t testing.TB, c *catalog.Catalog, tables *datasets.Tables, snapshots []Snapshot) (*Matrix, *Journey) {
	t.Helper()
	m, j, err := Build(context.Background(), c, tables, snapshots, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m, j
}

// value returns one feature of one snapshot.
func (m *Matrix) value(t testing.TB, name string, row int) float64 {
	t.Helper()
	j := m.Catalog.Index(name)
	if j < 0 {
		t.Fatalf("no feature %q; the nearest is %q", name, m.Catalog.Nearest(name))
	}
	return m.Columns[j][row]
}

// same reports whether two numbers are the same, a missing one like another.
func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// differences lists the entries in which two results differ, at most five.
func differences(a, b *Matrix, ja, jb *Journey) []string {
	var list []string
	say := func(name string, i int, x, y float64) {
		if !same(x, y) && len(list) < 5 {
			list = append(list, fmt.Sprintf("%s of snapshot %d: %v and %v", name, i, x, y))
		}
	}
	for j := range a.Columns {
		for i := range a.Columns[j] {
			say(a.Catalog.Definitions[j].Name, i, a.Columns[j][i], b.Columns[j][i])
		}
	}
	for j := range ja.Reached {
		for i := range ja.Reached[j] {
			say("milestone "+ja.Milestones[j], i, ja.Reached[j][i], jb.Reached[j][i])
		}
	}
	for i := range ja.Tenure {
		say("journey tenure", i, ja.Tenure[i], jb.Tenure[i])
	}
	return list
}

// kinds of the random world: product use, support, a survey, seats, and one
// that the catalogue does not read.
var randomKinds = []string{"report_viewed", "export_run", "login", "ticket_opened", "nps", "seats_changed", "noise"}

// randomConfig goes with randomTables.
func randomConfig() Config {
	return Config{
		Events: map[string]Rule{"noi*": {Theme: catalog.Support}},
		Drop:   []string{"noise.*"},
		Milestones: []catalog.MilestoneRule{
			{Name: "first_export", Event: "export_run"},
			{Name: "ten_reports", Event: "report_viewed", Nth: 10},
			{Name: "three_users", Users: 3},
			{Name: "two_exporters", Event: "export_run", Users: 2},
		},
	}
}

// randomTables draws a small world: accounts created at different times, some
// tracked late, events in any order, some aggregated, some ingested late, some
// before their account existed.
func randomTables(r *rand.Rand, size int) (*datasets.Tables, []row) {
	t := &datasets.Tables{Attributes: []datasets.Attribute{{Name: "plan", Categorical: true}, {Name: "arr_now"}}}
	n := 1 + r.IntN(5)
	tracked := make([]int, n)
	for i := range n {
		created := r.IntN(200)
		tracked[i] = created + []int{0, 0, 50, 200}[r.IntN(4)] - r.IntN(2)*10
		a := datasets.Account{ID: fmt.Sprint(i), CreatedAt: at(created, float64(r.IntN(24))), Attributes: make([]datasets.Value, 2)}
		if r.IntN(4) > 0 {
			a.Attributes[0] = datasets.Value{Text: []string{"small", "large"}[r.IntN(2)], Known: true}
			a.Attributes[1] = datasets.Value{Number: float64(r.IntN(9)), Known: true}
		}
		t.Accounts = append(t.Accounts, a)
		for range r.IntN(3) {
			day := created + r.IntN(200)
			t.Milestones = append(t.Milestones, datasets.Milestone{Account: int32(i), Name: []string{"trained", "live"}[r.IntN(2)],
				ReachedAt: at(day, 9), IngestedAt: at(day+r.IntN(3)*20, 10)})
		}
	}
	// Each type must exist for the configuration to name it.
	rows := []row{use(0, "export_run", at(150, 1)), use(0, "report_viewed", at(151, 1)), use(0, "noise", at(1, 1))}
	for range r.IntN(size) {
		a := r.IntN(n)
		one := use(int32(a), randomKinds[r.IntN(len(randomKinds))], at(tracked[a]+r.IntN(420), float64(r.IntN(24))))
		one.seen = one.at.Add(time.Duration(r.IntN(3)*r.IntN(40)) * 24 * time.Hour)
		switch {
		case one.kind == "nps" || one.kind == "seats_changed":
			one.value = float64(r.IntN(11)) + .1*float64(r.IntN(3))
		case r.IntN(3) == 0:
			one.count = float64(1+r.IntN(8)) / 4
		}
		if r.IntN(4) > 0 {
			one.user = uint64(1 + r.IntN(4))
		}
		rows = append(rows, one)
	}
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	t.Events = stream(rows)
	return t, rows
}

// randomSnapshots draws snapshots of any account at any date, in any order.
func randomSnapshots(r *rand.Rand, t *datasets.Tables) []Snapshot {
	list := make([]Snapshot, 1+r.IntN(12))
	for i := range list {
		list[i] = Snapshot{Account: int32(r.IntN(len(t.Accounts))), AsOf: on(r.IntN(700)), Renewal: -1}
		if r.IntN(3) > 0 {
			list[i].DueOn = list[i].AsOf.AddDate(0, 0, r.IntN(200))
		}
	}
	return list
}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }
