package features

import (
	"time"

	"github.com/etappe/etappe/datasets"
)

// EndedAfter is how many days after the due day of its last renewal, undecided and
// with none to come, a contract has ended: decisions come late, but not by more than
// that.
const EndedAfter = 30

// Portfolio is who was there at a date.
type Portfolio struct {
	// Running are the snapshots of At: whoever is an account. Ended are those whose
	// contract ended, without a successor in the data and without a decision: they are
	// neither known to have churned nor to be customers; they head for no renewal. Both in
	// the order of accounts.
	Running, Ended []Snapshot
	Left           int // accounts that had churned
}

// Portfolio divides the accounts that existed at a date. A contract has ended when
// its renewal was due more than EndedAfter days before (or the days of grace of the
// labels, where these are more), and nothing was decided by then.
func (s Schedule) Portfolio(t *datasets.Tables, asOf time.Time) Portfolio {
	day := dayOf(asOf)
	next := nextRenewals(t, day)
	gone := churnedBefore(t, day)
	ended := endedBefore(t, day)
	var p Portfolio
	for a := range t.Accounts {
		switch {
		case dayOf(t.Accounts[a].CreatedAt) >= day:
		case gone[a]:
			p.Left++
		case next[a] < 0 && ended[a]:
			p.Ended = append(p.Ended, snapshotAt(t, int32(a), day, -1))
		default:
			p.Running = append(p.Running, snapshotAt(t, int32(a), day, next[a]))
		}
	}
	return p
}

// endedBefore returns by account whether its last renewal was due long before a day
// and not decided by then.
func endedBefore(t *datasets.Tables, day int32) []bool {
	last := filled(len(t.Accounts), -1)
	for i := range t.Renewals {
		r := &t.Renewals[i]
		if before := last[r.Account]; before < 0 || r.DueOn.After(t.Renewals[before].DueOn) {
			last[r.Account] = int32(i)
		}
	}
	ended := make([]bool, len(last))
	grace := int32(max(EndedAfter, t.Labels.GraceDays))
	for a, i := range last {
		if i < 0 {
			continue
		}
		r := &t.Renewals[i]
		decided := r.Outcome != datasets.Open && decidedDay(r) < day
		ended[a] = !decided && dayOf(r.DueOn) < day-grace
	}
	return ended
}
