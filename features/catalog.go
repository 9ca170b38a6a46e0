package features

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Catalog is the feature list that a model reads, in order.
type Catalog struct {
	Definitions []Definition `json:"definitions"`
}

// Fingerprint is a hash of every entry's name, measure, type, window, unit and
// levels. An artifact refuses features of another fingerprint.
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
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // strings and ints always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// Index returns the position of a feature by name, or -1.
func (c *Catalog) Index(name string) int {
	for i := range c.Definitions {
		if c.Definitions[i].Name == name {
			return i
		}
	}
	return -1
}
