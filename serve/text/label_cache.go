package text

import (
	"sync"

	"github.com/etappe/etappe/features/catalog"
)

// maxLabels is how many labels a language keeps.
const maxLabels = 10_000

// labelKey is all that a feature's label is made of.
type labelKey struct {
	measure catalog.Measure
	window  int
	source  string
	given   bool // by the team
}

// labels is a cache of the labels that were written: every answer has some, and
// they are the same in all.
type labels struct {
	mu   sync.RWMutex
	kept map[labelKey]string
}

func (c *labels) get(key labelKey) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	label, ok := c.kept[key]
	return label, ok
}

// put keeps a label; where there are too many, as after many models with other
// features, all are dropped.
func (c *labels) put(key labelKey, label string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= maxLabels {
		c.kept = map[labelKey]string{}
	}
	c.kept[key] = label
}
