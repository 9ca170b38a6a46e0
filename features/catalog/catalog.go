// Package catalog is the feature list of a model as plain data: what each feature
// is, from what it is computed, and a fingerprint of all that changes a number.
//
// It computes no feature (package features does) and imports nothing of ours, so
// that the saved model can hold it typed: artifact, training and service share
// one list. Features of another fingerprint than the model's are refused
// (ErrCatalog).
package catalog

import "errors"

// ErrCatalog is matched when features of one catalogue meet a model of another.
var ErrCatalog = errors.New("the feature catalogue differs from the model's")

// Catalog is the feature list that a model reads, in order, and the milestones
// of the success path. It is data: it is part of the artifact, and
// features.Build computes exactly what it lists.
type Catalog struct {
	Definitions []Definition `json:"definitions"`
	// Usage names the event types that are product use, sorted: what active
	// days, active users, breadth, concentration, total trend and last seen
	// read. Tickets, surveys and invoices are not among them.
	Usage []string `json:"usage,omitempty"`
	// Milestones are the steps of the success path, sorted by name; one with
	// neither event nor users is read from the milestones table.
	Milestones []MilestoneRule `json:"milestones,omitempty"`
	// LeftOut describes what was seen in the data and not made a feature, and why.
	LeftOut []Omission `json:"left_out,omitempty"`
}

// Omission is an event type, attribute or column that is no feature.
type Omission struct {
	Name string `json:"name"`
	// Code is why, one of the Omitted… constants, with the counts that its comment
	// names.
	Code   string `json:"code"`
	Counts []int  `json:"counts,omitempty"`
}

// Why something is no feature.
const (
	OmittedRare       = "rare"       // an event type beyond the most frequent: how many stay
	OmittedEmpty      = "empty"      // no value at all
	OmittedIdentifier = "identifier" // a name of its own in most rows: different values, rows
)

// Names returns the features' names, in the list's order.
func (c *Catalog) Names() []string {
	names := make([]string, len(c.Definitions))
	for i := range c.Definitions {
		names[i] = c.Definitions[i].Name
	}
	return names
}

// Index returns the position of a feature by name, or -1. It walks the list:
// a hot path keeps a map of its own.
func (c *Catalog) Index(name string) int {
	for i := range c.Definitions {
		if c.Definitions[i].Name == name {
			return i
		}
	}
	return -1
}

// Lookup returns the position of a feature by name and whether it is there.
func (c *Catalog) Lookup(name string) (int, bool) {
	i := c.Index(name)
	return i, i >= 0
}
