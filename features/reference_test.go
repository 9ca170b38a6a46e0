package features

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// reference computes features the slow way: for one snapshot, over a list of
// all rows that it may read, straight from the measures' definitions.
type reference struct {
	c     *catalog.Catalog
	t     *datasets.Tables
	s     Snapshot
	known []row // of all accounts, of types that the catalogue reads
	own   []row
}

func newReference(c *catalog.Catalog, t *datasets.Tables, rows []row, s Snapshot) *reference {
	x := &reference{c: c, t: t, s: s}
	for _, r := range rows {
		if r.at.Before(s.AsOf) && (r.seen.IsZero() || r.seen.Before(s.AsOf)) && x.reads(r.kind) {
			x.known = append(x.known, r)
			if r.account == s.Account {
				x.own = append(x.own, r)
			}
		}
	}
	return x
}

func (x *reference) reads(kind string) bool {
	return slices.Contains(x.c.Usage, kind) ||
		slices.ContainsFunc(x.c.Definitions, func(d catalog.Definition) bool { return d.Type == kind })
}

func midnightOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (x *reference) daysSince(t time.Time) float64 {
	return x.s.AsOf.Sub(midnightOf(t)).Hours() / 24
}

// span returns the days since the first row that fits, −1 if none does.
func (x *reference) span(rows []row, fits func(row) bool) float64 {
	longest := -1.0
	for _, r := range rows {
		if fits(r) {
			longest = max(longest, x.daysSince(r.at))
		}
	}
	return longest
}

func (x *reference) usage(r row) bool { return slices.Contains(x.c.Usage, r.kind) }

func (x *reference) created() float64 { return x.daysSince(x.t.Accounts[x.s.Account].CreatedAt) }

// observedUse is how long use was recorded: since anybody's first, or since the
// account's own where its users were seen elsewhere before.
func (x *reference) observedUse() float64 {
	own, elsewhere := x.span(x.own, x.usage), x.span(x.own, func(r row) bool { return !x.usage(r) && r.user != 0 })
	if elsewhere > own {
		return min(x.created(), own)
	}
	return min(x.created(), x.span(x.known, x.usage))
}

func (x *reference) observed(kind string) float64 {
	span := min(x.created(), x.span(x.known, func(r row) bool { return r.kind == kind }))
	if slices.Contains(x.c.Usage, kind) {
		span = min(span, x.observedUse())
	}
	return span
}

func occurrences(r row) float64 {
	if r.count == 0 {
		return 1
	}
	return r.count
}

// in returns the account's rows of the last days that fit.
func (x *reference) in(days int, fits func(row) bool) []row {
	var list []row
	for _, r := range x.own {
		if fits(r) && !r.at.Before(x.s.AsOf.AddDate(0, 0, -days)) {
			list = append(list, r)
		}
	}
	return list
}

func total(rows []row) float64 {
	sum := 0.0
	for _, r := range rows {
		sum += occurrences(r)
	}
	return sum
}

func unless(bad bool, v float64) float64 {
	if bad {
		return math.NaN()
	}
	return v
}

func (x *reference) value(d catalog.Definition) float64 {
	of := func(r row) bool { return r.kind == d.Type }
	logRatio := func(fits func(row) bool) float64 {
		return math.Log((total(x.in(28, fits)) + 1) / (total(x.in(84, fits))/3 + 1))
	}
	answers := func() []row { return x.in(180, func(r row) bool { return of(r) && !math.IsNaN(r.value) }) }
	switch d.Measure {
	case catalog.MeasureCount:
		return unless(x.observed(d.Type) < float64(d.Window), total(x.in(d.Window, of)))
	case catalog.MeasureRate:
		sum, whole := 0.0, 0.0
		for i := range 3 {
			if x.observed(d.Type) >= float64(28*(i+1)) {
				weight := math.Pow(2, -float64(i))
				whole += weight
				sum += weight * (total(x.in(28*(i+1), of)) - total(x.in(28*i, of)))
			}
		}
		return sum / whole // 0/0 is missing
	case catalog.MeasureTrend:
		return unless(x.observed(d.Type) < 84, logRatio(of))
	case catalog.MeasureRecency:
		last := math.Inf(1)
		for _, r := range x.own {
			if of(r) {
				last = min(last, x.daysSince(r.at))
			}
		}
		if math.IsInf(last, 1) {
			last = x.observed(d.Type) + .5
		}
		return unless(last < 0, min(last, 365))
	case catalog.MeasureMean:
		sum := 0.0
		for _, r := range answers() {
			sum += r.value * occurrences(r)
		}
		return sum / total(answers()) // 0/0 is missing
	case catalog.MeasureAnswered:
		return unless(len(answers()) == 0 && x.observed(d.Type) < 180, min(1, float64(len(answers()))))
	case catalog.MeasureLast:
		return x.last(d.Type, d.Window)
	}
	return x.wholeValue(d, logRatio)
}

func (x *reference) last(kind string, window int) float64 {
	var list []row
	for _, r := range x.own {
		if r.kind == kind && !math.IsNaN(r.value) && (window == 0 || !r.at.Before(x.s.AsOf.AddDate(0, 0, -window))) {
			list = append(list, r)
		}
	}
	if len(list) == 0 {
		return math.NaN()
	}
	slices.SortFunc(list, func(a, b row) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		if c := a.seen.Compare(b.seen); c != 0 {
			return c
		}
		return int(math.Copysign(1, a.value-b.value))
	})
	return list[len(list)-1].value
}

func (x *reference) wholeValue(d catalog.Definition, logRatio func(func(row) bool) float64) float64 {
	short := x.in(28, x.usage)
	byUser := map[uint64]float64{}
	for _, r := range short {
		if r.user != 0 {
			byUser[r.user] += occurrences(r)
		}
	}
	usersSince := x.span(x.known, func(r row) bool { return r.user != 0 && x.usage(r) })
	noUsers := x.observedUse() < 28 || usersSince < 28 || len(byUser) == 0 && len(short) > 0
	switch d.Measure {
	case catalog.MeasureActiveDays:
		days := map[time.Time]bool{}
		for _, r := range x.in(d.Window, x.usage) {
			days[midnightOf(r.at)] = true
		}
		return unless(x.observedUse() < float64(d.Window), float64(len(days)))
	case catalog.MeasureActiveUsers:
		return unless(noUsers, float64(len(byUser)))
	case catalog.MeasureConcentration:
		sum, most := 0.0, 0.0
		for _, n := range byUser {
			sum, most = sum+n, max(most, n)
		}
		return unless(noUsers, most/sum)
	case catalog.MeasureSeats:
		seats := x.last(d.Type, 0)
		return unless(noUsers || !(seats > 0), float64(len(byUser))/seats)
	case catalog.MeasureBreadth:
		kinds := map[string]bool{}
		for _, r := range x.in(d.Window, x.usage) {
			kinds[r.kind] = true
		}
		return unless(x.observedUse() < float64(d.Window), float64(len(kinds)))
	case catalog.MeasureTotalTrend:
		return unless(x.observedUse() < 84, logRatio(x.usage))
	case catalog.MeasureLastSeen:
		last := math.Inf(1)
		for _, r := range x.own {
			if x.usage(r) {
				last = min(last, x.daysSince(r.at))
			}
		}
		if math.IsInf(last, 1) {
			last = x.observedUse() + .5
		}
		return unless(last < 0, min(last, 365))
	case catalog.MeasureTenure:
		return x.created()
	case catalog.MeasureDaysToRenewal:
		return unless(x.s.DueOn.IsZero(), x.s.DueOn.Sub(x.s.AsOf).Hours()/24)
	case catalog.MeasureAttribute:
		return x.attribute(d)
	}
	panic("no reference for " + string(d.Measure))
}

func (x *reference) attribute(d catalog.Definition) float64 {
	for j, a := range x.t.Attributes {
		if a.Name != d.Attribute {
			continue
		}
		v := x.t.Accounts[x.s.Account].Attributes[j]
		if a.Categorical {
			return unless(!v.Known, float64(slices.Index(d.Levels, v.Text)))
		}
		return unless(!v.Known, v.Number)
	}
	panic("no attribute " + d.Attribute)
}

// reached is the slow way to a milestone.
func (x *reference) reached(m catalog.MilestoneRule) float64 {
	var days []time.Time // one entry per occurrence that counts, as a quarter of one
	if m.FromTable() {
		for _, r := range x.t.Milestones {
			if r.Account == x.s.Account && r.Name == m.Name && r.ReachedAt.Before(x.s.AsOf) && r.IngestedAt.Before(x.s.AsOf) {
				days = append(days, r.ReachedAt, r.ReachedAt, r.ReachedAt, r.ReachedAt)
			}
		}
	}
	own := slices.Clone(x.own)
	slices.SortFunc(own, func(a, b row) int { return a.at.Compare(b.at) })
	seen := map[uint64]bool{0: true}
	for _, r := range own {
		if m.FromTable() || m.Event != "" && r.kind != m.Event || m.Event == "" && !x.usage(r) || m.Users > 0 && seen[r.user] {
			continue
		}
		quarters := int(4 * occurrences(r))
		if m.Users > 0 {
			seen[r.user] = true
			quarters = 4
		}
		for range quarters {
			days = append(days, r.at)
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	if need := 4 * max(1, m.Nth, m.Users); len(days) >= need {
		return max(0, x.created()-x.daysSince(days[need-1]))
	}
	return math.NaN()
}

// compared counts what a world's comparison found not missing, by measure.
type compared map[catalog.Measure]int

// world holds Build against the slow way on the random world of a seed; it
// returns the first disagreement.
func (seen compared) world(t *testing.T, seed uint64) error {
	r := random(seed)
	tables, rows := randomTables(r, 250)
	c := older(catalogOf(t, tables, randomConfig()))
	snapshots := randomSnapshots(r, tables)
	m, j := buildOf(t, c, tables, snapshots)
	for i, s := range snapshots {
		x := newReference(c, tables, rows, s)
		for k, d := range c.Definitions {
			want, got := x.value(d), m.Columns[k][i]
			if !same(want, got) && !(math.Abs(want-got) <= 1e-12*math.Abs(want)) {
				return fmt.Errorf("%s of account %d on %s: %v, the slow way gives %v", d.Name, s.Account, s.AsOf.Format("2006-01-02"), got, want)
			}
			if low, high := d.Bounds(); (got < low || got > high) && d.Theme != catalog.Calendar { // of dates drawn at random
				return fmt.Errorf("%s: %v lies outside its bounds, %v to %v", d.Name, got, low, high)
			}
			if !math.IsNaN(got) {
				seen[d.Measure]++
			}
		}
		for k, rule := range c.Milestones {
			if want, got := x.reached(rule), j.Reached[k][i]; !same(want, got) {
				return fmt.Errorf("milestone %s of account %d on %s: %v, the slow way gives %v", rule.Name, s.Account, s.AsOf.Format("2006-01-02"), got, want)
			}
			if !math.IsNaN(j.Reached[k][i]) {
				seen[catalog.Measure("milestone "+rule.Name)]++
			}
		}
	}
	return nil
}

// Every measure and milestone agrees with the slow way, on random worlds.
func TestBuildAgreesWithReference(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		if err := (compared{}).world(t, rapid.Uint64().Draw(rt, "seed")); err != nil {
			rt.Fatal(err)
		}
	})
}

// The comparison is not one of missing values alone, which would prove nothing.
// The worlds are always the same ones: chance must not decide what is covered.
func TestReferenceComparesEverything(t *testing.T) {
	seen := compared{}
	for seed := range uint64(60) {
		if err := seen.world(t, seed); err != nil {
			t.Fatalf("world %d: %v", seed, err)
		}
	}
	for _, name := range []catalog.Measure{catalog.MeasureCount, catalog.MeasureRate, catalog.MeasureTrend, catalog.MeasureRecency, catalog.MeasureMean, catalog.MeasureLast, catalog.MeasureAnswered,
		catalog.MeasureActiveDays, catalog.MeasureActiveUsers, catalog.MeasureBreadth, catalog.MeasureConcentration, catalog.MeasureSeats, catalog.MeasureTotalTrend,
		catalog.MeasureLastSeen, catalog.MeasureTenure, catalog.MeasureDaysToRenewal, catalog.MeasureAttribute, "milestone first_export", "milestone ten_reports",
		"milestone three_users", "milestone two_exporters", "milestone trained"} {
		if seen[name] < 5 {
			t.Errorf("%s was compared %d times: %s", name, seen[name], fmt.Sprint(seen))
		}
	}
}
