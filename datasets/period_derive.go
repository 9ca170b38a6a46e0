package datasets

import (
	"cmp"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

func dayNumber(t time.Time) int64 { return columnar.FloorDiv(t.Unix(), 86400) }

func dayTime(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

// deriveRenewals makes renewals from periods, by account and due date, of which
// until is the last day that the source covers: a successor that begins later is
// signed and not yet a fact.
//
// An account's contract comes up for renewal on a day when a period ends and no
// longer one covers the account: whether a day is a decision depends only on
// what had begun before, never on what came of it, or the outcome would choose
// its own examples. The one exception is the successor signed a little early
// (it begins after the ending period began, and at most grace days before its
// end): that is the decision itself, and leaving it out would lose renewals but
// no churn.
//
// The account renewed when a period that outlasts the end begins from grace
// days before to grace days after it, and decided so on that day; it churned,
// decided grace days after the end, when none does by then; the renewal is open
// while the data do not reach that far. ARR before is the sum over the periods
// that end on that day, ARR after over those running on the later of due date
// and decision: 0 after churn, if amounts are known.
func deriveRenewals(periods []period, grace, until int64) []Renewal {
	periods = slices.Clone(periods)
	slices.SortStableFunc(periods, func(a, b period) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.end, b.end), cmp.Compare(a.start, b.start))
	})
	var renewals []Renewal
	for len(periods) > 0 {
		n := 1
		for n < len(periods) && periods[n].account == periods[0].account {
			n++
		}
		for i, p := range periods[:n] {
			if p.end == running || i > 0 && periods[i-1].end == p.end {
				continue // periods with the same end are one renewal
			}
			// p has the earliest start of those that end with it.
			if renewal, ok := decide(periods[:n], p, grace, until); ok {
				renewals = append(renewals, renewal)
			}
		}
		periods = periods[n:]
	}
	return renewals
}

// decide returns the renewal at the end of p, one of an account's periods; ok
// is false when that end is no decision.
func decide(account []period, p period, grace, until int64) (r Renewal, ok bool) {
	next := int64(running) // the first start of a successor
	for _, q := range account {
		switch {
		case q.end <= p.end:
		case q.start >= p.end-grace && q.start <= p.end+grace && q.start > p.start:
			next = min(next, q.start)
		case q.start < p.end:
			return Renewal{}, false
		}
	}
	r = Renewal{Account: p.account, DueOn: dayTime(p.end), StartedOn: dayTime(p.start), ARRAfter: unknownARR}
	var before revenue
	for _, q := range account {
		if q.end == p.end {
			before.add(q)
		}
	}
	r.ARRBefore = before.arr
	switch {
	case next <= until:
		r.Outcome, r.DecidedOn = Renewed, dayTime(next)
		r.ARRAfter = revenueOn(account, max(next, p.end)).after(before)
	case until >= p.end+grace:
		r.Outcome, r.DecidedOn = Churned, dayTime(p.end+grace)
		r.ARRAfter = r.ARRBefore * 0 // NaN stays NaN
	}
	return r, true
}
