package train

import (
	"slices"
	"sort"
	"time"
)

const (
	// usualTestShare is the share of the decided renewals, the latest, that fall after
	// the cut, where the configuration names none.
	usualTestShare = 0.2
	// leastKept is the share of the rows to learn from that an earlier cut leaves, one
	// that brings long leads into the test.
	leastKept = 0.9
)

// cutOf is the date after which a share of the decided renewals fell.
func (d *Data) cutOf(share float64) time.Time {
	first := make(map[int32]int)
	var decided []time.Time
	for i, r := range d.Renewal {
		if _, seen := first[r]; !seen {
			first[r] = i
			decided = append(decided, d.Decided[i])
		}
	}
	slices.SortFunc(decided, time.Time.Compare)
	return decided[int(float64(len(decided))*(1-share))]
}

// usualCut cuts at the usual share of the renewals, or earlier where the test would
// have fewer than leastLeadJudged renewals in a range of leads: a snapshot that lies
// 180 days before its renewal is judged only if the renewal was decided half a year
// after the cut. Earlier is bounded by leastKept; a range that has rows within the
// bound but fewer renewals gets those. ok as of split, for data with dates.
func (d *Data) usualCut() (split, bool) {
	usual := d.cutOf(usualTestShare)
	s, ok := d.outOfTimeFrom(usual)
	if !ok || d.leads == nil {
		return s, ok
	}
	bound := d.boundOf(s.train)
	cut := usual
	for _, dates := range d.latestByLead() {
		if len(dates) < leastLeadJudged {
			continue // too few in all the data
		}
		within := sort.Search(len(dates), func(k int) bool { return dates[k].Before(bound) })
		if n := min(within, leastLeadJudged); n > 0 && dates[n-1].Before(cut) {
			cut = dates[n-1]
		}
	}
	if earlier, enough := d.outOfTimeFrom(cut); enough {
		return earlier, true
	}
	return s, true
}

// boundOf is the earliest cut that leaves leastKept of the rows to learn from.
func (d *Data) boundOf(rows []int) time.Time {
	decided := make([]time.Time, len(rows))
	for k, i := range rows {
		decided[k] = d.known(i)
	}
	slices.SortFunc(decided, time.Time.Compare)
	return decided[int(leastKept*float64(len(decided)))].AddDate(0, 0, 1)
}

// known is the last day before the day from which a row may be learned from: its
// snapshot is taken and its renewal decided.
func (d *Data) known(i int) time.Time {
	if d.AsOf[i].After(d.Decided[i]) {
		return d.AsOf[i]
	}
	return d.Decided[i]
}

// latestByLead returns, by range of leads, the dates of each renewal's latest
// snapshot in it, the latest first.
func (d *Data) latestByLead() [][]time.Time {
	latest := make([]map[int32]time.Time, len(leadEnds))
	for i, lead := range d.leads {
		k := leadLine(lead)
		if latest[k] == nil {
			latest[k] = make(map[int32]time.Time)
		}
		if at, seen := latest[k][d.Renewal[i]]; !seen || d.AsOf[i].After(at) {
			latest[k][d.Renewal[i]] = d.AsOf[i]
		}
	}
	lists := make([][]time.Time, len(leadEnds))
	for k, byRenewal := range latest {
		for _, at := range byRenewal {
			lists[k] = append(lists[k], at)
		}
		slices.SortFunc(lists[k], func(a, b time.Time) int { return b.Compare(a) })
	}
	return lists
}
