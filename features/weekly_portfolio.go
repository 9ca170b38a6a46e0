package features

import (
	"cmp"
	"slices"
)

// mostPresence is for how many accounts and dates it is kept when they were there;
// beyond it for every second, third, … account.
const mostPresence = 1 << 25

// weeklyPortfolio is what all accounts together did before each date, as it was known then.
type weeklyPortfolio struct {
	dates []int32
	start int32       // the first day of the first date's weeks
	daily [][]float64 // [type][day from start], rows that are known the day after
	late  map[lateKey]float64
	// first and last are by account, of every step-th, and date: the first day of product
	// use and the last of any event among the rows that are known first at that date.
	first, last []int32
	step        int32
}

// lateKey is rows of a type and day that are known later than the day after.
type lateKey struct{ kind, at, known int32 }

func newWeeklyPortfolio(x *cells, types int) *weeklyPortfolio {
	p := &weeklyPortfolio{dates: x.dates, start: x.dates[0] - WeeklyWeeks*weekDays, late: map[lateKey]float64{}}
	accounts, dates := len(x.created), len(x.dates)
	p.step = int32(accounts*dates/mostPresence + 1)
	kept := (accounts + int(p.step) - 1) / int(p.step)
	p.first, p.last = filled(kept*dates, never), filled(kept*dates, always)
	p.daily = make([][]float64, types)
	for k := range p.daily {
		p.daily[k] = make([]float64, x.dates[dates-1]-p.start)
	}
	return p
}

// saw notes on which day an account was seen.
func (p *weeklyPortfolio) saw(account, at, known int32, used bool) {
	if account%p.step != 0 {
		return
	}
	i := int(account/p.step)*len(p.dates) + lowerBound(p.dates, known)
	if p.last[i] = max(p.last[i], at); used {
		p.first[i] = min(p.first[i], at)
	}
}

// count adds occurrences.
func (p *weeklyPortfolio) count(kind int, at, known int32, n float64) {
	switch day := at - p.start; {
	case day < 0:
	case known <= at+1:
		p.daily[kind][day] += n
	default:
		p.late[lateKey{int32(kind), at, known}] += n
	}
}

// totals are the occurrences by date, type and week.
func (p *weeklyPortfolio) totals() [][][]float64 {
	out := make([][][]float64, len(p.dates))
	for i, date := range p.dates {
		out[i] = make([][]float64, len(p.daily))
		for k, daily := range p.daily {
			weeks := make([]float64, WeeklyWeeks)
			for w := range weeks {
				from := date - p.start - int32(weekDays*(WeeklyWeeks-w))
				for _, n := range daily[from : from+weekDays] {
					weeks[w] += n
				}
			}
			out[i][k] = weeks
		}
	}
	keys := make([]lateKey, 0, len(p.late))
	for key := range p.late {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b lateKey) int { // sums do not depend on the map's order
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.at, b.at), cmp.Compare(a.known, b.known))
	})
	for _, key := range keys {
		for i := lowerBound(p.dates, key.known); i < len(p.dates); i++ {
			back := int(p.dates[i]-1-key.at) / weekDays
			if back >= WeeklyWeeks {
				break
			}
			out[i][key.kind][WeeklyWeeks-1-back] += p.late[key]
		}
	}
	return out
}

// present is how many accounts were there by date and week, on an average day: from the
// first product use until presentDays after the last event, of what was known then.
func (p *weeklyPortfolio) present() [][]float64 {
	out := make([][]float64, len(p.dates))
	for i := range out {
		out[i] = make([]float64, WeeklyWeeks)
	}
	for at := 0; at < len(p.first); at += len(p.dates) {
		first, last := int32(never), int32(always)
		for i, date := range p.dates {
			first, last = min(first, p.first[at+i]), max(last, p.last[at+i])
			if first == never {
				continue
			}
			for w := range out[i] {
				from := date - int32(weekDays*(WeeklyWeeks-w))
				if days := min(from+weekDays, last+presentDays) - max(from, first); days > 0 {
					out[i][w] += float64(days*p.step) / weekDays
				}
			}
		}
	}
	return out
}
