package features

import (
	"cmp"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets"
)

// Schedule describes which as-of dates an account yields.
type Schedule struct {
	Leads []int // lead times in days, at least 1; nil: 30, 60, 90, 120, 150, 180
}

// leads returns the lead times without repetition.
func (s Schedule) leads() []int {
	if len(s.Leads) == 0 {
		return []int{30, 60, 90, 120, 150, 180}
	}
	list := slices.Clone(s.Leads)
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(lead int) bool { return lead < 1 })
}

// Training returns the snapshots before every decided renewal: one per lead
// time at which the account existed, its previous renewal was past due (so that
// a monthly contract is not looked at a period too early) and the decision was
// still to come. Where no lead time fits, the snapshot lies half-way between
// the start of the period and its end (the due date, or the decision if that
// came first), rounded to less lead but at least a day of it. Of an outcome
// only open or decided is looked at. Sorted by as-of date, account and renewal.
func (s Schedule) Training(t *datasets.Tables) []Snapshot {
	leads := s.leads()
	starts := periodStarts(t)
	var list []Snapshot
	for i, r := range t.Renewals {
		if r.Outcome == datasets.Open {
			continue
		}
		due, end := dayOf(r.DueOn), dayOf(r.DueOn)
		if !r.DecidedOn.IsZero() {
			end = dayOf(r.DecidedOn)
		}
		add := func(day int32) bool {
			if day <= starts[i] || day >= end {
				return false
			}
			list = append(list, Snapshot{r.Account, midnight(day), midnight(due), int32(i)})
			return true
		}
		fits := false
		for _, lead := range leads {
			fits = add(due-int32(lead)) || fits
		}
		if !fits {
			end := min(due, end)
			add(end - max(1, (end-starts[i])/2))
		}
	}
	sortSnapshots(list)
	return list
}

// periodStarts returns, by renewal, the day on which its period began: the due
// day of the account's previous renewal or the day the account was created,
// whichever is later; for its first contract the day that began, where known.
func periodStarts(t *datasets.Tables) []int32 {
	order := make([]int32, len(t.Renewals))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(t.Renewals[a].Account, t.Renewals[b].Account),
			t.Renewals[a].DueOn.Compare(t.Renewals[b].DueOn), cmp.Compare(a, b))
	})
	starts := make([]int32, len(t.Renewals))
	previous, last := always, always // due days: the one before the current, the current
	for k, i := range order {
		r := &t.Renewals[i]
		if k == 0 || t.Renewals[order[k-1]].Account != r.Account {
			previous, last = always, always
		}
		if due := dayOf(r.DueOn); due > last {
			previous, last = last, due
		}
		starts[i] = max(previous, dayOf(t.Accounts[r.Account].CreatedAt))
		if previous == always && !r.StartedOn.IsZero() { // before its first contract an account is no customer
			starts[i] = max(starts[i], dayOf(r.StartedOn))
		}
	}
	return starts
}

// At returns a snapshot of every account that existed at a date and was still
// an account: created before it, its latest decision before it was not to
// churn (an account that churned, came back and renewed is one again), and its
// contract had not ended (Portfolio.Ended). The
// renewal is the next one due at or after the date that was not decided by
// then, or else the next one due; DueOn is zero and Renewal −1 if none is
// known. In the order of accounts.
func (s Schedule) At(t *datasets.Tables, asOf time.Time) []Snapshot {
	return s.Portfolio(t, asOf).Running
}

// Account returns the snapshots of one account at the given dates, ascending
// and without repetition; dates at which it did not exist yet are left out.
// Unlike At it goes on after the account has churned: its history can still be
// explained.
func (s Schedule) Account(t *datasets.Tables, account int32, dates []time.Time) []Snapshot {
	var days []int32
	for _, date := range dates {
		if day := dayOf(date); dayOf(t.Accounts[account].CreatedAt) < day {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	own := accountRenewals(t, account)
	var list []Snapshot
	for _, day := range slices.Compact(days) {
		next := int32(-1)
		for _, i := range own {
			next = sooner(t, next, i, day)
		}
		list = append(list, snapshotAt(t, account, day, next))
	}
	return list
}

func accountRenewals(t *datasets.Tables, account int32) []int32 {
	var list []int32
	for i := range t.Renewals {
		if t.Renewals[i].Account == account {
			list = append(list, int32(i))
		}
	}
	return list
}

func snapshotAt(t *datasets.Tables, account, day, renewal int32) Snapshot {
	s := Snapshot{Account: account, AsOf: midnight(day), Renewal: renewal}
	if renewal >= 0 {
		s.DueOn = midnight(dayOf(t.Renewals[renewal].DueOn))
	}
	return s
}

// nextRenewals returns by account the renewal that lies ahead at a day, or −1.
func nextRenewals(t *datasets.Tables, day int32) []int32 {
	next := filled(len(t.Accounts), -1)
	for i := range t.Renewals {
		a := t.Renewals[i].Account
		next[a] = sooner(t, next[a], int32(i), day)
	}
	return next
}

// sooner returns which of two renewals an account is heading for at a day:
// due then or later, undecided before decided, then the earlier one.
func sooner(t *datasets.Tables, best, other, day int32) int32 {
	if dayOf(t.Renewals[other].DueOn) < day {
		return best
	}
	if best < 0 {
		return other
	}
	pending := func(r *datasets.Renewal) bool { return r.DecidedOn.IsZero() || dayOf(r.DecidedOn) >= day }
	a, b := &t.Renewals[best], &t.Renewals[other]
	if pending(a) != pending(b) {
		if pending(a) {
			return best
		}
		return other
	}
	if b.DueOn.Before(a.DueOn) {
		return other
	}
	return best
}

// churnedBefore returns by account whether its latest decision before a day was
// to churn. What was decided before the as-of date is known.
func churnedBefore(t *datasets.Tables, day int32) []bool {
	gone := make([]bool, len(t.Accounts))
	latest := filled(len(t.Accounts), -1)
	for i, r := range t.Renewals {
		if r.Outcome == datasets.Open || decidedDay(&r) >= day {
			continue
		}
		if best := latest[r.Account]; best >= 0 {
			before := &t.Renewals[best]
			if cmp.Or(cmp.Compare(decidedDay(before), decidedDay(&r)), before.DueOn.Compare(r.DueOn)) > 0 {
				continue
			}
		}
		latest[r.Account], gone[r.Account] = int32(i), r.Outcome == datasets.Churned
	}
	return gone
}

// decidedDay returns the day of a decision; the due day where none is given.
func decidedDay(r *datasets.Renewal) int32 {
	if r.DecidedOn.IsZero() {
		return dayOf(r.DueOn)
	}
	return dayOf(r.DecidedOn)
}

// Latest returns the latest as-of date of snapshots; zero: there are none.
func Latest(list []Snapshot) (day time.Time) {
	for i := range list {
		if list[i].AsOf.After(day) {
			day = list[i].AsOf
		}
	}
	return day
}

func sortSnapshots(list []Snapshot) {
	slices.SortFunc(list, func(a, b Snapshot) int {
		return cmp.Or(a.AsOf.Compare(b.AsOf), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Renewal, b.Renewal))
	})
}
