package features

import (
	"cmp"
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
	counts   []uint16 // [cell][type][week], at most 65,535
	firstUse []int32  // [account] first day of product use; never: none
	people   map[roleCell][]personWeeks
	acted    map[roleCell]int // by all people of the account
	daily    [][]float64      // [type][day from start] of all accounts
	there    []float64        // [day from start] accounts
	start    int32
}

type roleCell struct {
	cell int32
	role int32
}

// personWeeks is somebody's activity by week.
type personWeeks struct {
	user uint64
	acts [WeeklyWeeks]uint16
	days [WeeklyWeeks]uint8 // a bit a day
}

// total is all acts.
func (p *personWeeks) total() int {
	n := 0
	for _, v := range p.acts {
		n += int(v)
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
// the people of the account who did it most. Counts and People read a row for a
// snapshot as Build does, only if its date and its ingestion are both before the as-of
// date; Observed and Portfolio read what was known at the latest of all as-of dates.
// Each row counts as often as it occurred, rounded. It reads the events once, twice
// where there are roles. Memory is 52 bytes for each snapshot and type.
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
	y := &Weekly{Types: WeeklyTypes(c), Roles: roles, x: x, firstUse: filled(len(t.Accounts), never), people: map[roleCell][]personWeeks{}, acted: map[roleCell]int{}}
	y.counts = make([]uint16, len(x.day)*len(y.Types)*WeeklyWeeks)
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

// weeklyScan is a pass over the events on behalf of a Weekly.
type weeklyScan struct {
	*Weekly
	kind, role map[string]int
	usage      map[string]bool
	latest     int32 // the last as-of day: what is known later is not read
	lastDay    []int32
	acting     map[roleCell]map[uint64]*personWeeks
}

func newWeeklyScan(y *Weekly, c *catalog.Catalog) *weeklyScan {
	s := &weeklyScan{Weekly: y, kind: map[string]int{}, role: map[string]int{}, usage: map[string]bool{},
		latest: y.x.dates[len(y.x.dates)-1], lastDay: filled(len(y.firstUse), always), acting: map[roleCell]map[uint64]*personWeeks{}}
	for i, name := range y.Types {
		s.kind[name] = i
	}
	for i, name := range y.Roles {
		s.role[name] = i
	}
	for _, name := range c.Usage {
		s.usage[name] = true
	}
	y.start = y.x.dates[0] - WeeklyWeeks*weekDays
	y.daily = make([][]float64, len(y.Types))
	for k := range y.daily {
		y.daily[k] = make([]float64, s.latest-y.start)
	}
	return s
}

// batch hands on the events that are known before the last as-of date.
func (s *weeklyScan) batch(b *datasets.EventBatch, event func(b *datasets.EventBatch, i int, at, known int32)) {
	for i := range b.At {
		at := dayOfSeconds(b.At[i])
		known := knownFrom(at, dayOfSeconds(b.IngestedAt[i]))
		if known <= s.latest {
			event(b, i, at, known)
		}
	}
}

// each calls do for every cell that counts an event, with its week.
func (s *weeklyScan) each(account, at, known int32, do func(cell int32, week int)) {
	lo, hi := s.x.first[account], s.x.first[account+1]
	for c := lo + int32(lowerBound(s.x.day[lo:hi], known)); c < hi; c++ {
		back := int(s.x.day[c]-1-at) / weekDays
		if back >= WeeklyWeeks {
			return
		}
		do(c, WeeklyWeeks-1-back)
	}
}

// count takes in an event.
func (s *weeklyScan) count(b *datasets.EventBatch, i int, at, known int32) {
	name, account := b.Types[b.Type[i]], b.Account[i]
	if s.usage[name] {
		s.firstUse[account] = min(s.firstUse[account], at)
	}
	s.lastDay[account] = max(s.lastDay[account], at)
	n := b.Count[i]
	kind, ok := s.kind[name]
	if !ok || !(n > 0) {
		return
	}
	if day := at - s.start; day >= 0 {
		s.daily[kind][day] += n
	}
	s.each(account, at, known, func(cell int32, week int) {
		addCapped(&s.counts[(int(cell)*len(s.Types)+kind)*WeeklyWeeks+week], n)
	})
	if role, ok := s.role[name]; ok && b.User[i] != 0 {
		s.each(account, at, known, func(cell int32, week int) { s.act(roleCell{cell, int32(role)}, b.User[i], week, n) })
	}
}

// act notes who did what a role does.
func (s *weeklyScan) act(key roleCell, user uint64, week int, n float64) {
	users := s.acting[key]
	if users == nil {
		users = map[uint64]*personWeeks{}
		s.acting[key] = users
	}
	p := users[user]
	if p == nil {
		p = &personWeeks{user: user}
		users[user] = p
	}
	addCapped(&p.acts[week], n)
}

// addCapped adds n, rounded, to a count, at most as large as that can be.
func addCapped(count *uint16, n float64) {
	*count = uint16(min(float64(*count)+math.Round(n), math.MaxUint16))
}

// finish counts the accounts that were there by day.
func (s *weeklyScan) finish() {
	s.there = make([]float64, s.latest-s.start+1)
	for a, first := range s.firstUse {
		if first == never {
			continue
		}
		last := s.lastDay[a] + presentDays
		from, to := max(first-s.start, 0), min(last-s.start, s.latest-s.start)
		if from < to {
			s.there[from]++
			s.there[to]--
		}
	}
	for d := 1; d < len(s.there); d++ {
		s.there[d] += s.there[d-1]
	}
}

// busiest keeps the people of each role who did it most.
func (s *weeklyScan) busiest() {
	for key, users := range s.acting {
		var list []personWeeks
		for _, p := range users {
			list = append(list, *p)
			s.acted[key] += p.total()
		}
		slices.SortFunc(list, func(a, b personWeeks) int {
			return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.user, b.user))
		})
		s.people[key] = list[:min(len(list), WeeklyPeople)]
	}
	s.acting = nil
}

// attend notes a day of product use by one of those people.
func (s *weeklyScan) attend(b *datasets.EventBatch, i int, at, known int32) {
	user := b.User[i]
	if user == 0 || !(b.Count[i] > 0) || !s.usage[b.Types[b.Type[i]]] {
		return
	}
	s.each(b.Account[i], at, known, func(cell int32, week int) {
		day := uint8(1) << (int(s.x.day[cell]-1-at) % weekDays)
		for role := range s.Roles {
			list := s.people[roleCell{cell, int32(role)}]
			for k := range list {
				if list[k].user == user {
					list[k].days[week] |= day
				}
			}
		}
	})
}

// Observed is how many whole weeks before its date, at most WeeklyWeeks, a snapshot's
// account was observed in.
func (y *Weekly) Observed(i int) int {
	cell := y.x.of[i]
	first := max(y.firstUse[y.x.account[cell]], y.x.created[y.x.account[cell]])
	return int(max(0, min(WeeklyWeeks, (y.x.day[cell]-first)/weekDays)))
}

// Counts are a snapshot's occurrences by type and week.
func (y *Weekly) Counts(i int) [][]float64 {
	out := make([][]float64, len(y.Types))
	for k := range out {
		out[k] = make([]float64, WeeklyWeeks)
		at := (int(y.x.of[i])*len(y.Types) + k) * WeeklyWeeks
		for w := range out[k] {
			out[k][w] = float64(y.counts[at+w])
		}
	}
	return out
}

// WeeklyPerson is somebody's weeks: occurrences of a role's type, and days with any
// product use, 0 to 7.
type WeeklyPerson struct{ Acts, Days []float64 }

// People are those of a snapshot's account who did most of a role, the busiest first.
func (y *Weekly) People(i, role int) []WeeklyPerson {
	var out []WeeklyPerson
	for _, p := range y.people[roleCell{y.x.of[i], int32(role)}] {
		one := WeeklyPerson{make([]float64, WeeklyWeeks), make([]float64, WeeklyWeeks)}
		for w := range WeeklyWeeks {
			one.Acts[w], one.Days[w] = float64(p.acts[w]), float64(bits.OnesCount8(p.days[w]))
		}
		out = append(out, one)
	}
	return out
}

// Portfolio is what all accounts together did in the weeks before a snapshot's date,
// by type, and how many accounts there were, on an average day.
func (y *Weekly) Portfolio(i int) (total [][]float64, accounts []float64) {
	end := y.x.day[y.x.of[i]] - y.start
	accounts = make([]float64, WeeklyWeeks)
	sum := func(daily []float64, week int) float64 {
		s, from := 0.0, int(end)-weekDays*(WeeklyWeeks-week)
		for d := from; d < from+weekDays; d++ {
			s += daily[d]
		}
		return s
	}
	for k := range y.Types {
		weeks := make([]float64, WeeklyWeeks)
		for w := range weeks {
			weeks[w] = sum(y.daily[k], w)
		}
		total = append(total, weeks)
	}
	for w := range accounts {
		accounts[w] = sum(y.there, w) / weekDays
	}
	return total, accounts
}
