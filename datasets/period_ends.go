package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// endForm is how an end is written. Exports mix them: one system writes
// midnights, another the last second of a day.
type endForm uint8

const (
	midnightEnd endForm = iota // a date, or a time at midnight
	lastMinute                 // 23:59 and later
	otherEnd
)

func formOf(end time.Time) endForm {
	switch end = end.UTC(); {
	case end.Hour() == 23 && end.Minute() == 59:
		return lastMinute
	case end.Equal(midnight(end)):
		return midnightEnd
	}
	return otherEnd
}

// endGroup is the ends of one file that are written in one form.
type endGroup struct {
	file int
	form endForm
}

// endCount is how the next periods follow on the ends of a group.
type endCount struct {
	same, next int // they start on the day of the end; on the day after it
}

// shiftEnds moves inclusive ends, which name the last day of a period, to the
// day after. Whether ends are inclusive is configured (last_day), or else found
// by file and form: they are when more next periods start on the day after an
// end than on the day itself. With grace_days given nothing is found: the
// setting may stand for the same day.
func (r *periodReader) shiftEnds(spec *Periods) {
	counts := map[endGroup]endCount{}
	if spec.LastDay == nil && spec.GraceDays == nil {
		counts = r.countEnds()
	}
	inclusive := func(o origin) bool {
		if spec.LastDay != nil {
			return *spec.LastDay
		}
		n := counts[endGroup{o.file, o.form}]
		return n.next > n.same
	}
	for i := range r.periods {
		if p := &r.periods[i]; p.end != running && inclusive(r.origins[i]) {
			p.end++
		}
	}
	r.noteEnds(counts)
}

// countEnds counts, by group, how the next periods of the same account follow.
func (r *periodReader) countEnds() map[endGroup]endCount {
	starts := map[int32][]int64{}
	for _, p := range r.periods {
		starts[p.account] = append(starts[p.account], p.start)
	}
	for _, list := range starts {
		slices.Sort(list)
	}
	counts := map[endGroup]endCount{}
	for i, p := range r.periods {
		if p.end == running {
			continue
		}
		list := starts[p.account]
		at, _ := slices.BinarySearch(list, max(p.end, p.start+1))
		if at == len(list) {
			continue
		}
		group := endGroup{r.origins[i].file, r.origins[i].form}
		n := counts[group]
		switch list[at] - p.end {
		case 0:
			n.same++
		case 1:
			n.next++
		}
		counts[group] = n
	}
	return counts
}

// noteEnds notes which ends were found to be inclusive, and the default grace.
func (r *periodReader) noteEnds(counts map[endGroup]endCount) {
	groups := make([]endGroup, 0, len(counts))
	for group, n := range counts {
		if n.next > n.same {
			groups = append(groups, group)
		}
	}
	slices.SortFunc(groups, func(a, b endGroup) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.form, b.form)) })
	for _, g := range groups {
		n := counts[g]
		form := [...]string{"ends", "ends at 23:59", "ends with a time"}[g.form]
		r.notes = append(r.notes, fmt.Sprintf("%s: %s name the last day of a period: %d of %d next periods start the day after (last_day: true)",
			r.names[g.file], form, n.next, n.next+n.same))
	}
	if r.source.Periods.GraceDays == nil {
		r.notes = append(r.notes, "grace_days is not given: a next period must start on the day after the last one (grace_days: 0)")
	}
}
