package features

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

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
