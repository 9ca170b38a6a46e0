package features

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// weekOf is the week before a snapshot in which a row lies; below 0: before them.
func weekOf(s Snapshot, r row) int {
	days := int(s.AsOf.Sub(midnightOf(r.at)).Hours() / 24)
	return WeeklyWeeks - 1 - (days-1)/7
}

// often is how many occurrences a row stands for.
func (r row) often() float64 { return cmp.Or(r.count, 1) }

// weeklyPerson is somebody's weeks.
type weeklyPerson struct{ Acts, Days []float64 }

// rounded rounds weeks: what is counted in parts adds up first.
func rounded(weeks []float64) {
	for w := range weeks {
		weeks[w] = math.Round(weeks[w])
	}
}

// peopleOf computes Weekly.Acts the slow way, from the rows that a snapshot may read.
func (x *reference) peopleOf(role string) []weeklyPerson {
	total, by := map[uint64]float64{}, map[uint64]weeklyPerson{}
	var users []uint64
	for _, r := range x.own {
		w := weekOf(x.s, r)
		if r.kind != role || r.user == 0 || w < 0 {
			continue
		}
		if _, ok := by[r.user]; !ok {
			by[r.user] = weeklyPerson{make([]float64, WeeklyWeeks), make([]float64, WeeklyWeeks)}
			users = append(users, r.user)
		}
		by[r.user].Acts[w] += r.often()
		total[r.user] += r.often()
	}
	slices.SortFunc(users, func(a, b uint64) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b)) })
	var out []weeklyPerson
	for _, user := range users[:min(len(users), WeeklyPeople)] {
		days := map[float64]bool{}
		for _, r := range x.own {
			day, w := x.daysSince(r.at), weekOf(x.s, r)
			if r.user == user && w >= 0 && slices.Contains(x.c.Usage, r.kind) && !days[day] {
				days[day] = true
				by[user].Days[w]++
			}
		}
		rounded(by[user].Acts)
		out = append(out, by[user])
	}
	return out
}

// portfolioOf computes Weekly.Portfolio and Weekly.Observed the slow way, from the rows
// that the snapshot may read.
func (x *reference) portfolioOf(types []string) (total [][]float64, there []float64, observed int) {
	there = make([]float64, WeeklyWeeks)
	for _, kind := range types {
		weeks := make([]float64, WeeklyWeeks)
		for _, r := range x.known {
			if w := weekOf(x.s, r); r.kind == kind && r.at.Before(x.s.AsOf) && w >= 0 {
				weeks[w] += r.often()
			}
		}
		total = append(total, weeks)
	}
	for a := range x.t.Accounts {
		first, last := math.Inf(-1), math.Inf(1) // days before the snapshot
		for _, r := range x.known {
			if r.account != int32(a) {
				continue
			}
			last = min(last, x.daysSince(r.at))
			if slices.Contains(x.c.Usage, r.kind) {
				first = max(first, x.daysSince(r.at))
			}
		}
		for back := 1.0; back <= 7*WeeklyWeeks; back++ {
			if back <= first && back > last-presentDays {
				there[WeeklyWeeks-1-int(back-1)/7] += 1. / 7
			}
		}
		if int32(a) == x.s.Account {
			since := min(first, x.daysSince(x.t.Accounts[a].CreatedAt))
			observed = int(max(0, min(WeeklyWeeks, math.Floor(since/7))))
		}
	}
	return total, there, observed
}

// Weeks of any world are those of the slow way.
func TestWeeklyIsTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := random(rapid.Uint64().Draw(t, "seed"))
		tables, rows := randomTables(r, 300)
		c, err := NewCatalog(t.Context(), tables, randomConfig(), on(9999))
		if err != nil {
			t.Fatal(err)
		}
		rows = slices.DeleteFunc(rows, func(r row) bool { return r.kind == "noise" })
		tables.Events = stream(rows)
		snapshots := randomSnapshots(r, tables)
		roles := []string{"export_run", "login"}
		y, err := BuildWeekly(t.Context(), tables, c, roles, snapshots)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(y.Types, "nps") || !slices.Contains(y.Types, "export_run") {
			t.Fatalf("types %v", y.Types)
		}
		for i, s := range snapshots {
			checkWeekly(t, y, i, newReference(c, tables, rows, s))
		}
	})
}

func checkWeekly(t *rapid.T, y *Weekly, i int, x *reference) {
	counts := make([][]float64, len(y.Types))
	for k, kind := range y.Types {
		counts[k] = make([]float64, WeeklyWeeks)
		for _, r := range x.own {
			if w := weekOf(x.s, r); r.kind == kind && w >= 0 {
				counts[k][w] += r.often()
			}
		}
	}
	for k, weeks := range y.Counts(i) {
		rounded(counts[k])
		if !slices.Equal(weeks, counts[k]) {
			t.Fatalf("snapshot %d, %s: %v, want %v", i, y.Types[k], weeks, counts[k])
		}
	}
	for k, role := range y.Roles {
		want := []weeklyPerson(nil)
		if slices.Contains(y.Types, role) {
			want = x.peopleOf(role)
		}
		var got []weeklyPerson
		acts, days := y.Acts(i, k)
		for n := range acts {
			got = append(got, weeklyPerson{acts[n], days[n]})
		}
		if !slices.EqualFunc(got, want, func(a, b weeklyPerson) bool { return slices.Equal(a.Acts, b.Acts) && slices.Equal(a.Days, b.Days) }) {
			t.Fatalf("snapshot %d, people of %s: %v, want %v", i, role, got, want)
		}
	}
	total, there, observed := x.portfolioOf(y.Types)
	gotTotal, gotThere := y.Portfolio(i)
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
	for k := range total {
		if !slices.EqualFunc(gotTotal[k], total[k], near) {
			t.Fatalf("snapshot %d, all accounts' %s: %v, want %v", i, y.Types[k], gotTotal[k], total[k])
		}
	}
	if !slices.EqualFunc(gotThere, there, near) {
		t.Fatalf("snapshot %d, accounts: %v, want %v", i, gotThere, there)
	}
	if got := y.Observed(i); got != observed {
		t.Fatalf("snapshot %d: observed in %d weeks, want %d", i, got, observed)
	}
}

// A row is known from the day after it came in, and a week begins seven whole days
// before the date.
func TestWeeklyAtTheEdges(t *testing.T) {
	c := &catalog.Catalog{Usage: []string{"view"}, Definitions: []catalog.Definition{{Name: "view.rate", Type: "view", Measure: catalog.MeasureRate}}}
	late := use(0, "view", at(99, 1))
	late.seen = at(100, 1)
	tables := &datasets.Tables{Accounts: accounts(0), Events: stream([]row{use(0, "view", at(92, 23)), use(0, "view", on(93)), use(0, "view", at(99, 23)), use(0, "view", on(100)), late})}
	y, err := BuildWeekly(t.Context(), tables, c, nil, []Snapshot{{AsOf: on(100)}, {AsOf: on(101)}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{{0, 1, 2}, {0, 2, 3}} { // on day 101, day 93 is in the week before
		if weeks := y.Counts(i)[0][WeeklyWeeks-3:]; !slices.Equal(weeks, want) {
			t.Errorf("on day %d: %v, want %v", 100+i, weeks, want)
		}
	}
}
