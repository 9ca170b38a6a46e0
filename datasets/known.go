package datasets

import (
	"context"
	"math"
	"slices"
	"time"
)

// LastDay is the morning after the last event, but never later than the day of
// now: the latest date at which everything is known; the day of now without events.
func (t *Tables) LastDay(ctx context.Context, now time.Time) (time.Time, error) {
	last := int64(math.MinInt64)
	err := t.Events.Scan(ctx, func(b *EventBatch) error {
		for _, at := range b.At {
			last = max(last, at)
		}
		return nil
	})
	if err != nil {
		return time.Time{}, err
	}
	end := time.Unix(last, 0).UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	if today := now.UTC().Truncate(24 * time.Hour); last == math.MinInt64 || end.After(today) {
		return today, nil
	}
	return end, nil
}

// KnownAt is the tables as they were known at a day: renewals decided later are
// open. (Events after it are in the tables still; features at the day do not read
// them.)
func (t *Tables) KnownAt(day time.Time) *Tables {
	then := *t
	then.Renewals = slices.Clone(t.Renewals)
	for i := range then.Renewals {
		if r := &then.Renewals[i]; !r.DecidedOn.Before(day) {
			r.Outcome, r.DecidedOn, r.ARRAfter = Open, time.Time{}, math.NaN()
		}
	}
	return &then
}
