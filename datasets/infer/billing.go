package infer

import (
	"slices"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/internal/names"
)

// Billing systems export one row per subscription with the period that runs on the day
// of the export. That period's end is no end of the subscription.
var (
	currentStartWords = []string{"current_period_start", "current_term_start", "current_period_started_at", "*current_period_start*", "*current_term_start*"}
	currentEndWords   = []string{"current_period_end", "current_term_end", "current_period_ends_at", "*current_period_end*", "*current_term_end*"}
	lifeStartWords    = []string{"start_date", "*start_date*", "started_at", "activated_at", "created", "created_at", "*created*", "start"}
	lifeEndWords      = []string{"ended_at", "ended", "canceled_at", "cancelled_at", "*ended_at*", "*canceled_at*", "*cancelled_at*"}
	statusWords       = []string{"status", "state", "*status*"}
)

// Statuses of subscriptions that were never paid for, and of those that are over.
var (
	unpaidStatus = []string{"incomplete", "incomplete_expired", "trialing", "in_trial", "future"}
	overStatus   = []string{"canceled", "cancelled", "unpaid", "expired", "non_renewing"}
)

// current is the period that a subscription is in; nil, nil where either end is missing.
func (f *fileProfile) current() (start, end *columnProfile) {
	start, _ = f.choose(currentStartWords, nil, isDate)
	end, _ = f.choose(currentEndWords, nil, isDate)
	if start == nil || end == nil {
		return nil, nil
	}
	return start, end
}

// isBilling reports whether a file is a billing system's list of subscriptions.
func (f *fileProfile) isBilling() bool {
	start, _ := f.current()
	return start != nil
}

// mapBilling maps a billing system's subscriptions. One that has a first and a last
// day runs between them and renews every period; else the current period is a renewal,
// open or churned by its status. It reports whether it could.
func (g *guess) mapBilling(f *fileProfile) bool {
	from, to := f.current()
	if from == nil {
		return false
	}
	account := g.accountOf(f)
	taken := []string{account.Column, from.name, to.name}
	start, _ := f.choose(lifeStartWords, taken, isDate)
	end, _ := f.choose(lifeEndWords, taken, func(c *columnProfile) bool { return c.date || c.known == 0 })
	status, _ := f.choose(statusWords, taken, func(c *columnProfile) bool { return c.few() && c.text() })
	s := &datasets.RenewalSource{File: f.source(), AccountID: *account}
	switch {
	case start != nil && end != nil:
		every := f.every(from, to)
		s.Periods = &datasets.Periods{Start: *g.columnOf("renewals.periods.start", start), End: *g.columnOf("renewals.periods.end", end), Every: every}
		if last := f.latest(from); !last.IsZero() {
			s.Periods.Until = last.Format(time.DateOnly)
			g.note("renewals.periods.until", "guess: the export reaches the latest %s in the first %d rows, if not further", from.name, f.rows)
		}
		taken = append(taken, start.name, end.name)
		g.addAmount(s.Periods, f, &taken)
		g.note("renewals", "guess: a subscription runs from %s to %s (empty: it still runs) and comes up for renewal each %s, as long as most are from %s to %s; "+
			"what else describes the day of the export (status, cancel_at_period_end) is not read", start.name, end.name, every, from.name, to.name)
		g.leaveUnpaidOut(s, status)
	case status != nil:
		s.DueOn = *g.columnOf("renewals.due_on", to)
		s.Outcome = &datasets.Column{Column: status.name, Map: statusOutcomes(status)}
		g.note("renewals", "guess: the current period ends with a renewal, churned if its subscription is over and open if not. An export of one day has no renewed ones: "+
			"training needs past periods too (invoices, or the columns start_date and ended_at); a cancellation at the period's end is not read")
	default:
		return false
	}
	g.sources.Renewals = s
	return true
}

// leaveUnpaidOut filters subscriptions that were never paid for, where there are any.
func (g *guess) leaveUnpaidOut(s *datasets.RenewalSource, status *columnProfile) {
	if status == nil {
		return
	}
	var never []string
	for _, value := range levelsOf(status, len(status.distinct)) {
		if names.Like(value, unpaidStatus) {
			never = append(never, value)
		}
	}
	if len(never) > 0 {
		s.Where = []datasets.Filter{{Column: status.name, NotIn: never}}
		g.note("renewals.where", "guess: such subscriptions were never paid for")
	}
}

// statusOutcomes is what each status of a subscription makes of its current period.
func statusOutcomes(status *columnProfile) map[string]string {
	outcomes := map[string]string{}
	for value := range status.distinct {
		outcomes[value] = "open"
		if names.Like(value, overStatus) {
			outcomes[value] = "churned"
		}
	}
	return outcomes
}

// every is the usual length of the current period, in the words of the configuration.
func (f *fileProfile) every(from, to *columnProfile) string {
	days := f.usualDays(from, to)
	switch {
	case days > 300:
		return "year"
	case days > 75:
		return "quarter"
	}
	return "month"
}

// latest is the latest date of a column; zero: none can be read.
func (f *fileProfile) latest(c *columnProfile) (last time.Time) {
	for i := range f.rows {
		if at, ok := c.dateAt(i); ok && at.After(last) {
			last = at
		}
	}
	return last
}

// usualDays is the median of the days from one column of dates to another; 0 where no
// row has both.
func (f *fileProfile) usualDays(from, to *columnProfile) float64 {
	var days []float64
	for i := range f.rows {
		start, startOK := from.dateAt(i)
		end, endOK := to.dateAt(i)
		if startOK && endOK {
			days = append(days, end.Sub(start).Hours()/24)
		}
	}
	if len(days) == 0 {
		return 0
	}
	slices.Sort(days)
	return days[len(days)/2]
}
