package api

import (
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"
)

// maxRepeats is how many dates one milestone of one account may have.
const maxRepeats = 1000

// repeatedStep is a step of a milestone that is to be reached again.
type repeatedStep struct {
	of, step int // positions among the path's milestones
	rule     catalog.MilestoneRule
}

// repeatedSteps lists the steps of repeated milestones on the path.
func (n *names) repeatedSteps() []repeatedStep {
	var list []repeatedStep
	for _, rule := range n.catalog.Milestones {
		of, step := slices.Index(n.milestones, rule.Of), slices.Index(n.milestones, rule.Name)
		if rule.Times > 0 && of >= 0 && step >= 0 {
			list = append(list, repeatedStep{of, step, rule})
		}
	}
	return list
}

// dates reads a list of the dates on which milestone m was reached.
func (d *predictDecoder) dates(m int) error {
	if _, _, err := d.open('['); err != nil {
		return err
	}
	var list []time.Time
	for d.tokens.PeekKind() != ']' {
		raw, kind, err := d.scalar()
		if err != nil {
			return err
		}
		if date := d.date(raw, kind); !date.IsZero() {
			list = append(list, date)
		}
		if len(list) > maxRepeats {
			return stop(faultAt("", d.account, fmt.Sprintf("more than %d dates of one milestone", maxRepeats)))
		}
	}
	if m < len(d.reached) && len(list) > 0 {
		slices.SortFunc(list, time.Time.Compare)
		d.reached[m], d.again[m] = list[0], list
	}
	return d.close()
}

// repeat fills in the steps of repeated milestones from the dates of their
// milestones, where the request does not give the steps themselves.
func (d *predictDecoder) repeat(asOf time.Time) {
	for _, s := range d.names.repeated {
		list := d.again[s.of]
		if list == nil && !d.reached[s.of].IsZero() {
			list = d.reached[s.of : s.of+1]
		}
		if list == nil || !d.reached[s.step].IsZero() {
			continue
		}
		days := make([]int32, len(list))
		for i, date := range list {
			days[i] = dayNumber(date)
		}
		if latest, ok := s.rule.Holds(days, dayNumber(asOf)); ok {
			d.reached[s.step] = asOf.AddDate(0, 0, int(latest-dayNumber(asOf)))
		}
	}
	clear(d.again)
}

// dayNumber counts a date's days from 1970-01-01.
func dayNumber(date time.Time) int32 { return int32(date.Unix() / (24 * 60 * 60)) }
