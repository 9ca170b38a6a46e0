package datasets

import (
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// dateRule is the range outside which a date is refused.
type dateRule struct {
	from, to int64  // microseconds since 1970
	late     string // what is wrong with a later one
}

// past is the rule for what has happened: from 1990 to a day after now, for
// the sake of clocks and time zones.
func past(now time.Time) dateRule {
	return dateRule{columnar.Earliest.UnixMicro(), now.Add(24 * time.Hour).UnixMicro(), "lies in the future"}
}

// due is the rule for a renewal: from 1990 to 20 years ahead.
func due(now time.Time) dateRule {
	return dateRule{columnar.Earliest.UnixMicro(), now.AddDate(20, 0, 0).UnixMicro(), "lies more than 20 years ahead"}
}

// broken returns what is wrong with a date, or "".
func (r dateRule) broken(us int64) string {
	switch {
	case us < r.from:
		return "lies before 1990"
	case us > r.to:
		return r.late
	}
	return ""
}

// The warnings: odd, but allowed. They are the keys of Tables.Warnings.
const (
	warnEarlyEvent     = "event before its account existed"
	warnOverdue        = "open renewal that was due more than a year ago"
	warnUndated        = "decided renewal without a decision date: taken as decided when due"
	warnTwiceMilestone = "milestone reached twice on a day: the earlier row counts"
	warnParent         = "parent account that is not in the accounts table"
	warnRepeated       = "identical row of periods: counts once"
	warnCurrencies     = "account whose periods are in several currencies: its change of revenue from one to another is not computed"
	warnFree           = "renewal with a recurring revenue of 0 or below: no change of revenue is computed"
	warnTrial          = "first period of amount 0: is it a trial? trial: true makes its end no renewal"
	warnAhead          = "period that starts after the last day the data cover: decides nothing yet"
	warnNotIngested    = "row without its ingestion date: taken as known at once"
)
