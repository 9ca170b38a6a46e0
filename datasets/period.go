package datasets

import (
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// period is one subscription period of an account. Days are counted since
// 1970; the period covers start up to, not including, end.
type period struct {
	account    int32
	start, end int64   // days; end is running when the source has none
	arr        float64 // per year; NaN when unknown
	money      int32   // number of the currency, from 1 (see loader.currency); 0: not given
}

// running is the end of a period that has none yet.
const running = math.MaxInt64

// origin is where a period stands and how its end is written.
type origin struct {
	file int   // index into periodReader.files
	row  int64 // 1-based
	form endForm
}

// periodReader gathers subscription periods; origins has one entry per period.
type periodReader struct {
	*loader
	source  *RenewalSource
	rules   periodRules
	perYear func(amount float64, start, end int64) float64
	files   []string // paths
	names   []string // of the files, for problems
	periods []period
	origins []origin
	notes   []string
}

// readPeriods reads the subscription periods of a source. The renewals are
// derived by derive, once all tables are read.
func (l *loader) readPeriods(source *RenewalSource) (*periodReader, error) {
	rules, err := source.Periods.rules(l.now)
	if err != nil {
		return nil, err
	}
	r := &periodReader{loader: l, source: source, rules: rules, perYear: annual[source.Periods.AmountPer]}
	return r, l.readTable(source.File, true, r.bind)
}

// derive makes the renewals of the periods. events are the sources of events,
// whose last one bounds what is known.
func (r *periodReader) derive(events []EventSource, t *Tables) error {
	if err := r.dropRepeated(); err != nil {
		return err
	}
	r.shiftEnds(r.source.Periods)
	r.checkSpans()
	r.dropTrials()
	if r.rules.until == unknownDay {
		var err error
		if r.rules.until, err = r.lastKnownDay(events, t); err != nil {
			return err
		}
	}
	if r.rules.every == (span{}) {
		t.Renewals = deriveRenewals(r.periods, r.rules.grace, r.rules.until)
	} else {
		t.Renewals = deriveAnniversaries(r.periods, r.rules.every, r.rules.grace, r.rules.until)
	}
	r.countCurrencies()
	t.Labels = r.rules.labels(append(r.notes, r.currencyNotes()...))
	r.countFree(t.Renewals)
	r.countOverdue(t)
	return nil
}

// countOverdue warns of open renewals that were due long ago.
func (l *loader) countOverdue(t *Tables) {
	for i := range t.Renewals {
		if n := &t.Renewals[i]; n.Outcome == Open && n.DueOn.Before(l.now.AddDate(-1, 0, 0)) {
			l.warnings[warnOverdue]++
		}
	}
}

func (r *periodReader) bind(in *input) (func(*columnar.Block, []int) error, error) {
	var account, start, end, amount, money field
	spec := r.source.Periods
	err := firstError(
		in.bindTo(&account, &r.source.AccountID, "account_id", true),
		in.bindTo(&start, &spec.Start, "start", true),
		in.bindTo(&end, &spec.End, "end", true),
	)
	if err == nil && spec.Amount != nil {
		err = firstError(in.bindTo(&amount, spec.Amount, "amount", false), in.bindTo(&money, r.source.Currency, "currency", false))
	}
	r.files, r.names = append(r.files, in.path), append(r.names, in.name)
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
			if p.end < p.start {
				end.problem(b, i, "does not lie after the period's start, "+from.Format(time.DateOnly))
				continue
			}
			p.arr = sum // until the ends are known
			if sum == sum {
				p.money = r.currency(&money, b, i)
			}
			r.periods = append(r.periods, p)
			r.origins = append(r.origins, origin{len(r.files) - 1, b.Number(i), formOf(to)})
		}
		return nil
	}, err
}

// checkSpans refuses periods without a day, and turns the amounts of the others
// into revenue a year.
func (r *periodReader) checkSpans() {
	for i := range r.periods {
		p := &r.periods[i]
		if p.end <= p.start {
			at := r.origins[i]
			r.problems.Add(Problem{File: r.names[at.file], Row: at.row, Column: r.source.Periods.End.Column,
				Rule: "does not lie after the period's start, " + dayTime(p.start).Format(time.DateOnly), Value: dayTime(p.end).Format(time.DateOnly)})
			continue
		}
		p.arr = r.perYear(p.arr, p.start, p.end)
	}
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

// periodRules are the settings of Periods, checked.
type periodRules struct {
	every span // the zero span: each end is due
	grace int64
	until int64 // unknownDay: to be found
}

// unknownDay is a day that is not known yet.
const unknownDay = math.MinInt64

// rules checks the settings.
func (s *Periods) rules(now time.Time) (r periodRules, err error) {
	r.until = unknownDay
	if annual[s.AmountPer] == nil {
		return r, fmt.Errorf("%w: renewals.periods.amount_per is %q: it must be month, year or period", ErrConfig, s.AmountPer)
	}
	if s.GraceDays != nil {
		if *s.GraceDays < 0 {
			return r, fmt.Errorf("%w: renewals.periods.grace_days is %d: it must not be negative", ErrConfig, *s.GraceDays)
		}
		r.grace = int64(*s.GraceDays)
	}
	if s.Every != "" {
		if r.every, err = parseSpan(s.Every); err != nil {
			return r, fmt.Errorf("%w: renewals.periods.every is %q: it must be month, quarter, year or a number of days such as 30 days", ErrConfig, s.Every)
		}
	}
	r.until, err = parseUntil("renewals.periods.until", s.Until, now)
	return r, err
}

// parseUntil reads a last day that data cover, which cannot lie after now.
func parseUntil(key, text string, now time.Time) (int64, error) {
	if text == "" {
		return unknownDay, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w: %s is %q: it must be a day such as 2024-01-31", ErrConfig, key, text)
	case day.After(now):
		return 0, fmt.Errorf("%w: %s is %s: it lies in the future, of which the data know nothing", ErrConfig, key, text)
	}
	return dayNumber(day), nil
}

// labels describes the rules for the report.
func (r *periodRules) labels(notes []string) Labels {
	until := dayTime(r.until)
	within := "on that day"
	if r.grace > 0 {
		within = fmt.Sprintf("within %d days of it", r.grace)
	}
	text := fmt.Sprintf("a renewal is due on the day a subscription period ends that no longer one covers: renewed when another period starts %s, churned when none does, open where that lies after %s",
		within, until.Format(time.DateOnly))
	if r.every != (span{}) {
		text = fmt.Sprintf("a renewal is due every %s from the start of a subscription: renewed when it still runs then, churned when it ended before and none starts %s, open where that lies after %s",
			r.every, within, until.Format(time.DateOnly))
	}
	return Labels{Definition: text, Until: until, GraceDays: int(r.grace), Notes: notes}
}
