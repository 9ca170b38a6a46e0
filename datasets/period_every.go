package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// span is a length of time: whole months or days, one of them 0.
type span struct{ months, days int }

// spanWords are the spans that have a name.
var spanWords = map[string]span{"month": {months: 1}, "quarter": {months: 3}, "year": {months: 12}}

// parseSpan reads month, quarter, year or "N days".
func parseSpan(text string) (span, error) {
	if s, ok := spanWords[text]; ok {
		return s, nil
	}
	number, isDays := strings.CutSuffix(text, " days")
	if !isDays {
		number, isDays = strings.CutSuffix(text, " day")
	}
	n, err := strconv.Atoi(number)
	if !isDays || err != nil || n < 1 || n > 3650 {
		return span{}, errors.New("not a span")
	}
	return span{days: n}, nil
}

// String writes the span as it is configured.
func (s span) String() string {
	for word, one := range spanWords {
		if s == one {
			return word
		}
	}
	return fmt.Sprintf("%d days", s.days)
}

// after returns the day that lies k spans after a day. The 31st becomes the
// last day of a shorter month.
func (s span) after(day int64, k int) int64 {
	if s.days > 0 {
		return day + int64(k*s.days)
	}
	from := dayTime(day)
	first := time.Date(from.Year(), from.Month()+time.Month(k*s.months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return dayNumber(first) + int64(min(from.Day(), last)) - 1
}

// deriveAnniversaries makes renewals of subscriptions that run until they are
// cancelled, by account and due date: one is due every span from the start of a
// subscription, as long as it runs. Periods that follow each other within grace
// days are one subscription. An anniversary on which the subscription still runs
// is a renewal, decided on that day; the first one on or after its end is
// churned, decided grace days after the end; one that lies after until is open.
// The due date follows from the start alone, never from the end, which is not
// known before.
func deriveAnniversaries(periods []period, every span, grace, until int64) []Renewal {
	periods = slices.Clone(periods)
	slices.SortStableFunc(periods, func(a, b period) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	var renewals []Renewal
	for len(periods) > 0 {
		n := 1
		for n < len(periods) && periods[n].account == periods[0].account {
			n++
		}
		account := periods[:n]
		for i := 0; i < n; {
			chain := account[i]
			for i++; i < n && (chain.end == running || account[i].start <= chain.end+grace); i++ {
				chain.end = max(chain.end, account[i].end)
			}
			renewals = append(renewals, anniversaries(account, chain, every, grace, until)...)
		}
		periods = periods[n:]
	}
	return renewals
}

// anniversaries returns the renewals of one subscription of an account.
func anniversaries(account []period, chain period, every span, grace, until int64) []Renewal {
	var list []Renewal
	for k := 1; ; k++ {
		day := every.after(chain.start, k)
		before := revenueOn(account, min(day, chain.end)-1)
		r := Renewal{Account: chain.account, DueOn: dayTime(day), StartedOn: dayTime(chain.start), ARRBefore: before.arr, ARRAfter: unknownARR}
		switch {
		case chain.end <= day && chain.end+grace <= until:
			r.Outcome, r.DecidedOn = Churned, dayTime(chain.end+grace)
			r.ARRAfter = r.ARRBefore * 0 // NaN stays NaN
			return append(list, r)
		case chain.end <= day || day > until:
			return append(list, r)
		}
		r.Outcome, r.DecidedOn, r.ARRAfter = Renewed, dayTime(day), revenueOn(account, day).after(before)
		list = append(list, r)
	}
}
