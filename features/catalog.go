package features

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/agnivade/levenshtein"
)

// Catalog is the feature list that a model reads, in order, and the milestones
// of the success path. It is data: its JSON goes into the artifact, and Build
// computes exactly what it says.
type Catalog struct {
	Definitions []Definition `json:"definitions"`
	// Usage names the event types that are product use, sorted: what active
	// days, active users, breadth, concentration, total trend and last seen
	// read. Tickets, surveys and invoices are not among them.
	Usage []string `json:"usage,omitempty"`
	// Milestones are the steps of the success path, sorted by name; one with
	// neither event nor users is read from the milestones table.
	Milestones []MilestoneRule `json:"milestones,omitempty"`
	// LeftOut says what was seen in the data and not made a feature, and why.
	LeftOut []Omission `json:"left_out,omitempty"`
}

// Omission is an event type, attribute or column that is no feature.
type Omission struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Fingerprint is a hash of everything that changes a number: every entry's
// name, measure, type, attribute, window, unit and levels, the usage types and
// the milestone rules. An artifact refuses features of another fingerprint.
// Texts, themes, the actionable mark, how a file spells a number and the
// direction asked of a model may change without changing it.
func (c *Catalog) Fingerprint() string {
	type identity struct {
		Name, Unit, Type, Attribute string
		Measure                     Measure
		Window                      int
		Levels                      []string
	}
	list := make([]identity, len(c.Definitions))
	for i, d := range c.Definitions {
		list[i] = identity{d.Name, d.Unit, d.Type, d.Attribute, d.Measure, d.Window, d.Levels}
	}
	whole := struct {
		List       []identity
		Usage      []string        `json:",omitempty"`
		Milestones []MilestoneRule `json:",omitempty"`
	}{list, c.Usage, c.Milestones}
	text, err := json.Marshal(whole)
	if err != nil {
		panic(err) // strings and ints always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
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

// Nearest returns the feature name with the smallest edit distance to name,
// the first of equals; "" for an empty catalogue. Only the first 200 bytes of
// name are compared, so that a hostile one costs nothing.
func (c *Catalog) Nearest(name string) string {
	names := make([]string, len(c.Definitions))
	for i := range c.Definitions {
		names[i] = c.Definitions[i].Name
	}
	return nearest(name, names)
}

// nearest is Nearest over any list of names.
func nearest(name string, names []string) string {
	if len(name) > 200 {
		name = name[:200]
	}
	best, distance := "", -1
	for _, candidate := range names {
		if d := levenshtein.ComputeDistance(name, candidate); distance < 0 || d < distance {
			best, distance = candidate, d
		}
	}
	return best
}
