package catalog

// MilestoneRule derives a milestone from events: the first or n-th event of a
// type, or the n-th different user (of a type, or of any product use). With
// neither event nor users it is a milestone of the milestones table. Days
// count, not hours: a milestone is reached on a day.
type MilestoneRule struct {
	Name  string `yaml:"name" json:"name" jsonschema_description:"name of the step"`
	Event string `yaml:"event,omitempty" json:"event,omitempty" jsonschema_description:"event type whose events reach it; without it and users: a step of the milestones table"`
	Nth   int    `yaml:"nth,omitempty" json:"nth,omitempty" jsonschema_description:"the occurrence that reaches it; default: the first"`
	Users int    `yaml:"users,omitempty" json:"users,omitempty" jsonschema_description:"number of different users (of the event type, else of any product use) that reach it; default: users do not matter"`
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
