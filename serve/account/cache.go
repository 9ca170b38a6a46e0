package account

import (
	"fmt"
	"slices"
	"sync"

	"github.com/etappe/etappe/serve/score"
)

// keptModels is how many models besides the one in service stay in memory.
const keptModels = 4

// cache keeps the models that were used last.
type cache struct {
	load func(version string) (*score.Scorer, error) // nil: there is none to load
	mu   sync.Mutex
	kept []*score.Scorer // last used last
}

// get returns the model of a version. ErrModelGone, with the reason, if there
// is none.
func (c *cache) get(version string) (*score.Scorer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := slices.IndexFunc(c.kept, func(k *score.Scorer) bool { return k.Version() == version }); at >= 0 {
		found := c.kept[at]
		c.kept = append(slices.Delete(c.kept, at, at+1), found)
		return found, nil
	}
	if c.load == nil {
		return nil, fmt.Errorf("%w: %s: there is no registry to look in", ErrModelGone, version)
	}
	found, err := c.load(version)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrModelGone, version, err)
	}
	if len(c.kept) == keptModels {
		c.kept = slices.Delete(c.kept, 0, 1)
	}
	c.kept = append(c.kept, found)
	return found, nil
}

// ScorerOf returns the model of a version, from memory where it was used
// lately. ErrModelGone, with the reason, where it cannot be loaded.
func (a *Service) ScorerOf(version string) (*score.Scorer, error) {
	if current, err := a.Scorer(); err == nil && current.Version() == version {
		return current, nil
	}
	return a.models.get(version)
}
