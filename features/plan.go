package features

import (
	"fmt"
	"slices"

	"github.com/etappe/etappe/features/catalog"
)

// maxCadence is the longest window of active days: one bit a day in two words.
const maxCadence = 128

// plan is what a catalogue needs of the events, compiled for one pass over them.
type plan struct {
	types   []string         // every event type that is read, sorted
	code    map[string]int32 // position in types
	usage   []bool           // by type: product use
	answer  []int32          // by type: position among the types whose values are kept; -1: not kept
	answers int
	windows []int32 // windows of counts, ascending
	window  map[int]int
	cadence int32 // longest window of active days; 0: none needed
	users   bool  // distinct users are needed
	steps   []catalog.MilestoneRule
	watch   [][]int32 // by type: the milestones that read it
}

// compile checks a catalogue and plans its computation. Errors match ErrCatalog.
func compile(c *catalog.Catalog) (*plan, error) {
	p := &plan{code: map[string]int32{}, window: map[int]int{}, steps: c.Milestones}
	names := map[string]bool{}
	valued := map[string]bool{}
	p.types = append(p.types, c.Usage...)
	for _, m := range c.Milestones {
		p.types = append(p.types, m.Event)
	}
	for i := range c.Definitions {
		d := &c.Definitions[i]
		if d.Name == "" || names[d.Name] {
			return nil, fmt.Errorf("%w: entry %d has no name of its own (%q)", catalog.ErrCatalog, i, d.Name)
		}
		names[d.Name] = true
		if err := p.need(d); err != nil {
			return nil, err
		}
		p.types = append(p.types, d.Type)
		switch d.Measure {
		case catalog.MeasureMean, catalog.MeasureLast, catalog.MeasureAnswered:
			valued[d.Type] = true
		case catalog.MeasureSeats:
			valued[d.Type] = d.Type != ""
		}
	}
	p.finish(c, valued)
	return p, nil
}

// need records what one entry needs and refuses one that cannot be computed.
func (p *plan) need(d *catalog.Definition) error {
	bad := func(rule string) error {
		return fmt.Errorf("%w: %s (%s): %s", catalog.ErrCatalog, d.Name, d.Measure, rule)
	}
	switch d.Measure {
	case catalog.MeasureCount, catalog.MeasureRate, catalog.MeasureTrend, catalog.MeasureRecency, catalog.MeasureMean, catalog.MeasureLast, catalog.MeasureAnswered:
		if d.Type == "" {
			return bad("it reads no event type")
		}
	case catalog.MeasureAttribute, catalog.MeasureColumn:
		if d.Attribute == "" {
			return bad("it reads no attribute or column")
		}
	case catalog.MeasureSeats:
		if (d.Type == "") == (d.Attribute == "") {
			return bad("seats are either an attribute or an event type")
		}
	case catalog.MeasureActiveDays, catalog.MeasureActiveUsers, catalog.MeasureBreadth, catalog.MeasureConcentration,
		catalog.MeasureTotalTrend, catalog.MeasureLastSeen, catalog.MeasureTenure, catalog.MeasureDaysToRenewal:
	default:
		return bad("this version has no such measure")
	}
	switch d.Measure {
	case catalog.MeasureCount, catalog.MeasureBreadth:
		if d.Window < 1 || d.Window > 3660 {
			return bad("its window is not between 1 and 3660 days")
		}
		p.windows = append(p.windows, int32(d.Window))
	case catalog.MeasureRate:
		if d.Window != longWindow {
			return bad(fmt.Sprintf("its window is not %d days", longWindow))
		}
		p.windows = append(p.windows, 2*shortWindow)
	case catalog.MeasureActiveDays:
		if d.Window < 1 || d.Window > maxCadence {
			return bad(fmt.Sprintf("its window is not between 1 and %d days", maxCadence))
		}
		p.cadence = max(p.cadence, int32(d.Window))
	case catalog.MeasureActiveUsers, catalog.MeasureConcentration, catalog.MeasureSeats:
		if d.Window != shortWindow {
			return bad(fmt.Sprintf("its window is not %d days", shortWindow))
		}
		p.users = true
	case catalog.MeasureMean, catalog.MeasureLast, catalog.MeasureAnswered:
		if d.Window != answerWindow && !(d.Measure == catalog.MeasureLast && d.Window == 0) {
			return bad(fmt.Sprintf("its window is not %d days", answerWindow))
		}
	}
	return nil
}

// finish puts types and windows in order.
func (p *plan) finish(c *catalog.Catalog, valued map[string]bool) {
	p.windows = append(p.windows, shortWindow, longWindow)
	slices.Sort(p.windows)
	p.windows = slices.Compact(p.windows)
	for i, w := range p.windows {
		p.window[int(w)] = i
	}
	slices.Sort(p.types)
	p.types = slices.Compact(p.types)
	p.types = slices.DeleteFunc(p.types, func(name string) bool { return name == "" })
	for i, name := range p.types {
		p.code[name] = int32(i)
		p.usage = append(p.usage, slices.Contains(c.Usage, name))
		var watch []int32
		for j, m := range c.Milestones {
			if m.Reads(name, p.usage[i]) {
				watch = append(watch, int32(j))
			}
		}
		p.watch = append(p.watch, watch)
		if valued[name] {
			p.answer = append(p.answer, int32(p.answers))
			p.answers++
		} else {
			p.answer = append(p.answer, -1)
		}
	}
}
