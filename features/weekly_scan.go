package features

import (
	"cmp"
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
	portfolio  *weeklyPortfolio
	acting     map[roleCell]map[uint64]*personWeeks
}

func newWeeklyScan(y *Weekly, c *catalog.Catalog) *weeklyScan {
	s := &weeklyScan{Weekly: y, kind: map[string]int{}, role: map[string]int{}, usage: map[string]bool{},
		latest: y.x.dates[len(y.x.dates)-1], portfolio: newWeeklyPortfolio(y.x, len(y.Types)), acting: map[roleCell]map[uint64]*personWeeks{}}
	for i, name := range y.Types {
		s.kind[name] = i
	}
	for i, name := range y.Roles {
		s.role[name] = i
	}
	for _, name := range c.Usage {
		s.usage[name] = true
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

// used notes a day of product use for the account's first cell that has it; finish hands
// it on to those after it.
func (s *weeklyScan) used(account, at, known int32) {
	lo, hi := s.x.first[account], s.x.first[account+1]
	if c := lo + int32(lowerBound(s.x.day[lo:hi], known)); c < hi {
		s.firstUse[c] = min(s.firstUse[c], at)
	}
}

// count takes in an event.
func (s *weeklyScan) count(b *datasets.EventBatch, i int, at, known int32) {
	name, account := b.Types[b.Type[i]], b.Account[i]
	if s.usage[name] {
		s.used(account, at, known)
	}
	s.portfolio.saw(account, at, known, s.usage[name])
	n := b.Count[i]
	kind, ok := s.kind[name]
	if !ok || !(n > 0) {
		return
	}
	s.portfolio.count(kind, at, known, n)
	s.each(account, at, known, func(cell int32, week int) {
		s.counts[(int(cell)*len(s.Types)+kind)*WeeklyWeeks+week] += float32(n)
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
	p.acts[week] += float32(n)
}

// finish sums up what is known at each date.
func (s *weeklyScan) finish() {
	for c := range s.firstUse {
		if s.x.follows(c) {
			s.firstUse[c] = min(s.firstUse[c], s.firstUse[c-1])
		}
	}
	s.total, s.there = s.portfolio.totals(), s.portfolio.present()
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
