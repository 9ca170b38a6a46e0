package datasets

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// lastKnownDay returns the last day that the periods are taken to cover, where
// the configuration names none: the latest start that is a fact, or the latest
// day of which anything is known where no start is missing since. A start after
// the present, or after everything else that the data hold, is signed ahead and
// does not count: taken for the present, it would turn every contract that still
// runs into a churned one.
func (r *periodReader) lastKnownDay(events []EventSource, t *Tables) (int64, error) {
	today := dayNumber(r.now)
	var starts []int64
	for _, p := range r.periods {
		if p.start <= today {
			starts = append(starts, p.start)
		}
	}
	slices.Sort(starts)
	if len(starts) == 0 {
		r.noteUntil(today, "today: no period has begun")
		return today, nil
	}
	latest := starts[len(starts)-1]
	silence := latest + usualGap(starts)
	known, err := r.lastFact(events, t, min(silence+1, today))
	if err != nil {
		return 0, err
	}
	known = min(known, today)
	switch at, _ := slices.BinarySearch(starts, known+1); {
	case known >= latest && known <= silence:
		r.noteUntil(known, "the latest day of which anything is known")
		return known, nil
	case known >= latest:
		r.noteUntil(latest, "the latest start of a period, because none followed for longer than usual")
		return latest, nil
	case at > 0:
		r.noteUntil(starts[at-1], "the latest start of a period that is not after all other dates")
		return starts[at-1], nil
	}
	r.noteUntil(known, "the latest day of which anything is known")
	return known, nil
}

// usualGap returns the longest time, in days, that passed between two starts in
// the year before the latest one; 0 where too few starts show it.
func usualGap(starts []int64) int64 {
	const fewest = 20 // different days with a start
	days := slices.Compact(slices.Clone(starts))
	from, _ := slices.BinarySearch(days, days[len(days)-1]-365)
	days = days[from:]
	if len(days) < fewest {
		return 0
	}
	longest := int64(0)
	for i := 1; i < len(days); i++ {
		longest = max(longest, days[i]-days[i-1])
	}
	return longest
}

// noteUntil notes the default of until, and how many periods start later.
func (r *periodReader) noteUntil(until int64, why string) {
	ahead := 0
	for _, p := range r.periods {
		if p.start > until {
			ahead++
		}
	}
	if ahead > 0 {
		r.warnings[warnAhead] += ahead
		why += fmt.Sprintf("; %d periods that start later decide nothing yet", ahead)
	}
	r.notes = append(r.notes, fmt.Sprintf("until is not given: the data cover the time up to %s, %s", dayTime(until).Format(time.DateOnly), why))
}

// lastFact returns the latest day on which anything happened: an account was
// created, a milestone reached, an intervention made, an event recorded. It
// stops reading events once they reach a day that is enough.
func (r *periodReader) lastFact(events []EventSource, t *Tables, enough int64) (int64, error) {
	last := int64(unknownDay)
	for i := range t.Accounts {
		last = max(last, dayNumber(t.Accounts[i].CreatedAt))
	}
	for i := range t.Milestones {
		last = max(last, dayNumber(t.Milestones[i].ReachedAt))
	}
	for i := range t.Interventions {
		last = max(last, dayNumber(t.Interventions[i].At))
	}
	for i := len(events) - 1; i >= 0 && last < enough; i-- {
		paths, err := events[i].resolve(r.dir)
		if err != nil {
			return 0, err
		}
		for j := len(paths) - 1; j >= 0 && last < enough; j-- { // the latest file is the last by name, as a rule
			day, err := r.lastEvent(paths[j], &events[i], enough)
			if err != nil {
				return 0, err
			}
			last = max(last, day)
		}
	}
	return last, nil
}

// errEnough ends the reading of a file.
var errEnough = errors.New("enough")

// lastEvent returns the latest day of a file of events. Broken rows are left
// out here: the scan of the events reports them.
func (r *periodReader) lastEvent(path string, source *EventSource, enough int64) (int64, error) {
	l := *r.loader
	l.problems, l.warnings = &columnar.Problems{}, map[string]int{}
	in, err := l.open(path, source.File)
	if err != nil {
		return unknownDay, r.ignoreBroken(err)
	}
	last := int64(unknownDay)
	err = in.read(func(in *input) (func(*columnar.Block, []int) error, error) {
		var at field
		err := in.bindTo(&at, &source.At, "at", true)
		times := newTimeReader(at, past(l.now))
		return func(b *columnar.Block, keep []int) error {
			for _, i := range keep {
				if seconds, known, ok := times.at(b, i); ok && known {
					last = max(last, columnar.FloorDiv(seconds, daySeconds))
				}
			}
			if last >= enough {
				return errEnough
			}
			return nil
		}, err
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return last, r.ignoreBroken(err)
}

// ignoreBroken drops an error about the data.
func (r *periodReader) ignoreBroken(err error) error {
	if errors.Is(err, ErrContract) {
		return nil
	}
	return err
}
