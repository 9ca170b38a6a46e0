package features

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// Limits of weekly counts.
const (
	WeeklyWeeks  = 26 // whole weeks before a date
	WeeklyPeople = 3  // people of a role
	weekDays     = 7
	presentDays  = 14 // after its last event that an account still counts as there
)

// Weekly is what accounts did in each of the WeeklyWeeks before a date, oldest first.
type Weekly struct {
	Types []string // event types
	Roles []string // event types of which it is kept who did them

	x        *cells
	counts   []float32 // [cell][type][week], unrounded
	firstUse []int32   // [cell] first day of product use; never: none
	people   map[roleCell][]personWeeks
	acted    map[roleCell]float64 // by all people of the account
	total    [][][]float64        // [date][type][week] of all accounts
	there    [][]float64          // [date][week] accounts, on an average day
}

type roleCell struct {
	cell int32
	role int32
}

// personWeeks is somebody's activity by week.
type personWeeks struct {
	user uint64
	acts [WeeklyWeeks]float32
	days [WeeklyWeeks]uint8 // a bit a day
}

// total is all acts.
func (p *personWeeks) total() float64 {
	n := 0.0
	for _, v := range p.acts {
		n += float64(v)
	}
	return n
}

// WeeklyTypes are the event types of a catalogue that count for how often they occur,
// sorted: no survey, no contract, and none that an account hardly ever has.
func WeeklyTypes(c *catalog.Catalog) []string {
	var types []string
	for i := range c.Definitions {
		d := &c.Definitions[i]
		if d.Measure == catalog.MeasureRate && d.Theme != catalog.Commercial && d.Theme != catalog.Calendar {
			types = append(types, d.Type)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// BuildWeekly counts event types by week for a list of snapshots, and for each role
// the people of the account who did it most. It reads a row for a snapshot as Build
// does, only if its date and its ingestion are both before the as-of date: all of it is
// what the same snapshot alone would give. It reads the events once, twice where there
// are roles. Memory is 104 bytes for each snapshot and type, and at most 256 MiB for
// the accounts that were there at each date.
func BuildWeekly(ctx context.Context, t *datasets.Tables, c *catalog.Catalog, roles []string, snapshots []Snapshot) (*Weekly, error) {
	return buildWeekly(ctx, t, c, roles, snapshots, true)
}

// buildWeekly is BuildWeekly; without attendance, on which days people were there is
// left out.
func buildWeekly(ctx context.Context, t *datasets.Tables, c *catalog.Catalog, roles []string, snapshots []Snapshot, attendance bool) (*Weekly, error) {
	x, err := newCells(t, snapshots)
	if err != nil {
		return nil, err
	}
	y := &Weekly{Types: WeeklyTypes(c), Roles: roles, x: x, firstUse: filled(len(x.day), never), people: map[roleCell][]personWeeks{}, acted: map[roleCell]float64{}}
	y.counts = make([]float32, len(x.day)*len(y.Types)*WeeklyWeeks)
	if t.Events == nil || len(x.day) == 0 {
		return y, nil
	}
	s := newWeeklyScan(y, c)
	if err := t.Events.Scan(ctx, func(b *datasets.EventBatch) error { s.batch(b, s.count); return ctx.Err() }); err != nil {
		return nil, fmt.Errorf("counting by week: %w", err)
	}
	s.finish()
	if len(roles) == 0 {
		return y, nil
	}
	if s.busiest(); !attendance {
		return y, nil
	}
	if err := t.Events.Scan(ctx, func(b *datasets.EventBatch) error { s.batch(b, s.attend); return ctx.Err() }); err != nil {
		return nil, fmt.Errorf("counting people by week: %w", err)
	}
	return y, nil
}

// Observed is how many whole weeks before its date, at most WeeklyWeeks, a snapshot's
// account was observed in.
func (y *Weekly) Observed(i int) int {
	cell := y.x.of[i]
	first := max(y.firstUse[cell], y.x.created[y.x.account[cell]])
	return int(max(0, min(WeeklyWeeks, (y.x.day[cell]-first)/weekDays)))
}

// Counts are a snapshot's occurrences by type and week, rounded.
func (y *Weekly) Counts(i int) [][]float64 {
	out := make([][]float64, len(y.Types))
	for k := range out {
		out[k] = make([]float64, WeeklyWeeks)
		at := (int(y.x.of[i])*len(y.Types) + k) * WeeklyWeeks
		for w := range out[k] {
			out[k][w] = math.Round(float64(y.counts[at+w]))
		}
	}
	return out
}

// Acts are the people of a snapshot's account who did most of a role, the busiest first:
// occurrences of the role's type, rounded, and days with any product use, 0 to 7, by
// person and week.
func (y *Weekly) Acts(i, role int) (acts, days [][]float64) {
	for _, p := range y.people[roleCell{y.x.of[i], int32(role)}] {
		n, there := make([]float64, WeeklyWeeks), make([]float64, WeeklyWeeks)
		for w := range WeeklyWeeks {
			n[w], there[w] = math.Round(float64(p.acts[w])), float64(bits.OnesCount8(p.days[w]))
		}
		acts, days = append(acts, n), append(days, there)
	}
	return acts, days
}

// Portfolio is what all accounts together did in the weeks before a snapshot's date,
// by type, and how many accounts there were, on an average day.
func (y *Weekly) Portfolio(i int) (total [][]float64, accounts []float64) {
	date := y.x.date[y.x.of[i]]
	for _, weeks := range y.total[date] {
		total = append(total, slices.Clone(weeks))
	}
	return total, slices.Clone(y.there[date])
}
