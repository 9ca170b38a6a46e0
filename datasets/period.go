package datasets

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// period is one subscription period of an account. Days are counted since
// 1970; the period covers start up to, not including, end.
type period struct {
	account    int32
	start, end int64   // days; end is running when the source has none
	arr        float64 // per year; NaN when unknown
}

// running is the end of a period that has none yet.
const running = math.MaxInt64

// periodReader gathers subscription periods.
type periodReader struct {
	*loader
	source  *RenewalSource
	perYear func(amount float64, start, end int64) float64
	periods []period
}

// readPeriods derives the renewals from the subscription periods of a source.
func (l *loader) readPeriods(source *RenewalSource, t *Tables) error {
	spec := source.Periods
	r := &periodReader{loader: l, source: source, perYear: annual[spec.AmountPer]}
	switch {
	case r.perYear == nil:
		return fmt.Errorf("%w: renewals.periods.amount_per is %q: it must be month, year or period", ErrConfig, spec.AmountPer)
	case spec.GraceDays < 0:
		return fmt.Errorf("%w: renewals.periods.grace_days is %d: it must not be negative", ErrConfig, spec.GraceDays)
	}
	until := int64(math.MinInt64)
	if spec.Until != "" {
		day, err := time.Parse(time.DateOnly, spec.Until)
		if err != nil {
			return fmt.Errorf("%w: renewals.periods.until is %q: it must be a day such as 2024-01-31", ErrConfig, spec.Until)
		}
		until = dayNumber(day)
	}
	if err := l.readTable(source.File, true, r.bind); err != nil {
		return err
	}
	if spec.Until == "" {
		for _, p := range r.periods {
			until = max(until, p.start)
		}
	}
	t.Renewals = deriveRenewals(r.periods, int64(spec.GraceDays), until)
	for i := range t.Renewals {
		if n := &t.Renewals[i]; n.Outcome == Open && n.DueOn.Before(l.now.AddDate(-1, 0, 0)) {
			l.warnings[warnOverdue]++
		}
	}
	return nil
}

func (r *periodReader) bind(in *input) (func(*columnar.Block, []int) error, error) {
	var account, start, end, amount field
	spec := r.source.Periods
	err := firstError(
		in.bindTo(&account, &r.source.AccountID, "account_id", true),
		in.bindTo(&start, &spec.Start, "start", true),
		in.bindTo(&end, &spec.End, "end", true),
	)
	if err == nil && spec.Amount != nil {
		err = in.bindTo(&amount, spec.Amount, "amount", false)
	}
	return func(b *columnar.Block, keep []int) error {
		for _, i := range keep {
			p := period{end: running}
			var ok [3]bool
			var from, to time.Time
			var ended bool
			p.account, ok[0] = account.account(b, i)
			from, ok[1] = start.must(b, i, due(r.now))
			to, ended, ok[2] = end.date(b, i, due(r.now))
			sum, sumOK := amount.number(b, i)
			if ok != [3]bool{true, true, true} || !sumOK {
				continue
			}
			p.start = dayNumber(from)
			if ended {
				p.end = dayNumber(to)
			}
			if p.end <= p.start {
				end.problem(b, i, "does not lie after the period's start, "+from.Format(time.DateOnly))
				continue
			}
			p.arr = r.perYear(sum, p.start, p.end)
			r.periods = append(r.periods, p)
		}
		return nil
	}, err
}

// annual turns an amount into one per year, by Periods.AmountPer.
var annual = map[string]func(amount float64, start, end int64) float64{
	"":      perMonth,
	"month": perMonth,
	"year":  func(amount float64, _, _ int64) float64 { return amount },
	"period": func(amount float64, start, end int64) float64 {
		if end == running {
			return math.NaN()
		}
		return amount / years(start, end)
	},
}

func perMonth(amount float64, _, _ int64) float64 { return 12 * amount }

// years returns the length of a period: whole months where it has them, give
// or take the three days by which months differ, else its days by 365.25.
func years(start, end int64) float64 {
	from := dayTime(start)
	months := int(math.Round(float64(end-start) / (365.25 / 12)))
	if off := dayNumber(from.AddDate(0, months, 0)) - end; months > 0 && off >= -3 && off <= 3 {
		return float64(months) / 12
	}
	return float64(end-start) / 365.25
}

func dayNumber(t time.Time) int64 { return columnar.FloorDiv(t.Unix(), 86400) }

func dayTime(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

// deriveRenewals makes renewals from periods, by account and due date, of which
// until is the last day that the source covers.
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
	r = Renewal{Account: p.account, DueOn: dayTime(p.end), ARRAfter: unknownARR}
	for _, q := range account {
		if q.end == p.end {
			r.ARRBefore += q.arr
		}
	}
	switch {
	case next != running:
		r.Outcome, r.DecidedOn = Renewed, dayTime(next)
		r.ARRAfter = arrOn(account, max(next, p.end))
	case until >= p.end+grace:
		r.Outcome, r.DecidedOn = Churned, dayTime(p.end+grace)
		r.ARRAfter = r.ARRBefore * 0 // NaN stays NaN
	}
	return r, true
}

// arrOn sums an account's ARR over the periods that cover a day.
func arrOn(account []period, day int64) float64 {
	sum := 0.0
	for _, p := range account {
		if p.start <= day && day < p.end {
			sum += p.arr
		}
	}
	return sum
}
