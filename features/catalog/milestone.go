package catalog

import (
	"slices"
	"strings"
)

// MilestoneRule derives a milestone from events: the first or n-th event of a
// type, or the n-th different user (of a type, or of any product use). With
// neither event nor users it is a milestone of the milestones table. Days
// count, not hours: a milestone is reached on a day.
type MilestoneRule struct {
	Name    string `yaml:"name" json:"name" jsonschema_description:"name of the step"`
	Event   string `yaml:"event,omitempty" json:"event,omitempty" jsonschema_description:"event type whose events reach it; without it and users: a step of the milestones table"`
	Nth     int    `yaml:"nth,omitempty" json:"nth,omitempty" jsonschema_description:"the occurrence that reaches it; default: the first"`
	Users   int    `yaml:"users,omitempty" json:"users,omitempty" jsonschema_description:"number of different users (of the event type, else of any product use) that reach it; default: users do not matter"`
	Repeats string `yaml:"repeats,omitempty" json:"repeats,omitempty" jsonschema:"enum=weekly,enum=monthly,enum=quarterly,enum=never" jsonschema_description:"how often it is to be reached again, such as a weekly report; default: recognised from the milestones table, never for events"`
	// Of is the milestone that a step repeats and Times how often in a row: it holds,
	// and no longer, while the last Times and a half periods have so many of them.
	Of    string `yaml:"-" json:"of,omitempty"`
	Times int    `yaml:"-" json:"times,omitempty"`
}

// FromTable distinguishes a milestone of the milestones table from a derived one.
func (m MilestoneRule) FromTable() bool { return m.Event == "" && m.Users == 0 }

// Reads reports whether the rule reads events of a type.
func (m MilestoneRule) Reads(kind string, usage bool) bool {
	if m.Event != "" {
		return m.Event == kind
	}
	return usage && !m.FromTable()
}

// Periods in which a milestone repeats, in days: none is shorter than that.
var Periods = map[string]int32{"weekly": 7, "monthly": 31, "quarterly": 92}

// NeverRepeats is a milestone that is reached once, however often the table has it.
const NeverRepeats = "never"

// Names of the steps of a repeated milestone end so.
const (
	LatestSuffix  = ":latest"  // reached again within the last period and a half
	RegularSuffix = ":regular" // three times within the last three and a half
	SteadySuffix  = ":steady"  // six times within the last six and a half
)

// steps are the steps of a repeated milestone: how often in a row.
var steps = []struct {
	suffix string
	times  int
}{{LatestSuffix, 1}, {RegularSuffix, 3}, {SteadySuffix, 6}}

// Repeated returns the steps of a repeated milestone beside its first time: the
// latest one, and three and six in a row. nil for one that does not repeat.
func (m MilestoneRule) Repeated() []MilestoneRule {
	if Periods[m.Repeats] == 0 || m.Times > 0 {
		return nil
	}
	list := slices.Repeat([]MilestoneRule{m}, len(steps))
	for i, step := range steps {
		list[i].Of, list[i].Times, list[i].Name = m.Name, step.times, m.Name+step.suffix
	}
	return list
}

// SplitRepeated takes the name of a step of a repeated milestone apart; suffix is ""
// where it is none.
func SplitRepeated(name string) (of, suffix string) {
	for _, step := range steps {
		if of, ok := strings.CutSuffix(name, step.suffix); ok {
			return of, step.suffix
		}
	}
	return name, ""
}

// Delay is how many days after the first time a step of a repeated milestone can hold
// at the earliest: Times − 1 periods.
func (m MilestoneRule) Delay() int32 { return int32(m.Times-1) * Periods[m.Repeats] }

// Holds returns the latest of the days on which a repeated milestone was reached, if
// the step holds at the beginning of a day: within the last Times and a half periods
// before it there are Times of them at least half a period apart. days ascend; those
// from that day on are not looked at.
func (m MilestoneRule) Holds(days []int32, at int32) (latest int32, ok bool) {
	period := Periods[m.Repeats]
	from, times, last := at-int32(m.Times)*period-period/2, 0, int32(0)
	for i := len(days) - 1; i >= 0 && days[i] >= from; i-- {
		if days[i] >= at || times > 0 && 2*(last-days[i]) < period {
			continue
		}
		if times == 0 {
			latest = days[i]
		}
		last = days[i]
		if times++; times >= m.Times {
			return latest, true
		}
	}
	return 0, false
}
