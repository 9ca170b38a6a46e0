package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// lapses derives renewals from the events of accounts without contracts.
type lapses struct {
	*loader
	spec  *Inactivity
	after int64 // days
	until int64 // unknownDay: to be found
}

// newLapses checks the settings of Inactivity.
func (l *loader) newLapses(source *RenewalSource) (derivation, error) {
	spec := source.Inactivity
	s, err := parseSpan(spec.After)
	switch {
	case err != nil || s.days == 0:
		return nil, fmt.Errorf("%w: renewals.inactivity.after is %q: it must be a number of days such as 90 days", ErrConfig, spec.After)
	case source.Path != "" || source.Files != nil:
		return nil, fmt.Errorf("%w: renewals.inactivity derives the renewals from events: the file %s cannot be given beside it", ErrConfig, source.label())
	}
	until, err := parseUntil("renewals.inactivity.until", spec.Until, l.now)
	return &lapses{loader: l, spec: spec, after: int64(s.days), until: until}, err
}

// derive reads the events once and makes the renewals.
func (r *lapses) derive(_ []EventSource, t *Tables) error {
	days, last, err := r.activeDays(t)
	if err != nil {
		return err
	}
	var notes []string
	if r.until == unknownDay {
		r.until = min(last, dayNumber(r.now))
		notes = append(notes, fmt.Sprintf("until is not given: the events cover the time up to %s, the day of the last event", dayTime(r.until).Format(time.DateOnly)))
	}
	for account, list := range days {
		t.Renewals = append(t.Renewals, deriveLapses(int32(account), list, r.after, r.until)...)
	}
	of := "any event"
	if len(r.spec.Of) > 0 {
		of = strings.Join(r.spec.Of, " or ")
	}
	until := dayTime(r.until)
	t.Labels = Labels{Until: until, Notes: notes, Definition: fmt.Sprintf(
		"a renewal is due every %d days from an account's first activity (%s): renewed by the first activity in the %d days before, churned when there was none, open where that lies after %s",
		r.after, of, r.after, until.Format(time.DateOnly))}
	return nil
}

// activeDays returns, by account, the days with an event of the types,
// ascending and without repetition, and the last day of any event.
func (r *lapses) activeDays(t *Tables) (days [][]int64, last int64, err error) {
	days = make([][]int64, len(t.Accounts))
	last = unknownDay
	var types []string
	err = t.Events.Scan(r.ctx, func(b *EventBatch) error {
		types = b.Types
		for i, at := range b.At {
			day := columnar.FloorDiv(at, daySeconds)
			last = max(last, day)
			if len(r.spec.Of) > 0 && !slices.Contains(r.spec.Of, b.Types[b.Type[i]]) {
				continue
			}
			list := days[b.Account[i]]
			if n := len(list); n == 0 || list[n-1] != day { // most files are in the order of time
				days[b.Account[i]] = append(list, day)
			}
		}
		return nil
	})
	for _, name := range r.spec.Of {
		if err == nil && !slices.Contains(types, name) {
			err = fmt.Errorf("%w: renewals.inactivity.of: no event has the type %q%s; there are: %s", ErrConfig, name, names.DidYouMean(name, types), names.Listed(types))
		}
	}
	for i := range days {
		slices.Sort(days[i])
		days[i] = slices.Compact(days[i])
	}
	return days, last, err
}

// deriveLapses makes the renewals of one account from its active days,
// ascending: due every after days from the first. It is renewed, decided on that
// day, by the first active day since the due day before it; churned on the due
// day when there is none. An account that comes back later begins anew on that
// day. What is undecided by until is open. The due days follow from the first
// day alone.
func deriveLapses(account int32, days []int64, after, until int64) []Renewal {
	var list []Renewal
	for len(days) > 0 && days[0] <= until {
		from, start := days[0], dayTime(days[0])
		for churned := false; !churned; from += after {
			for len(days) > 0 && days[0] <= from {
				days = days[1:]
			}
			due := from + after
			r := Renewal{Account: account, DueOn: dayTime(due), StartedOn: start, ARRBefore: math.NaN(), ARRAfter: math.NaN()}
			switch {
			case len(days) > 0 && days[0] <= min(due, until):
				r.Outcome, r.DecidedOn = Renewed, dayTime(days[0])
			case due > until:
				return append(list, r)
			default:
				r.Outcome, r.DecidedOn = Churned, r.DueOn
				churned = true
			}
			list = append(list, r)
		}
	}
	return list
}
