package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Fingerprint is a hash of everything that changes a number: every entry's
// name, measure, type, attribute, window, unit and levels, the usage types and
// the milestone rules. An artifact refuses features of another fingerprint.
// Texts, themes, the actionable mark, how a file spells a number and the
// direction required of a model may change without changing it.
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
