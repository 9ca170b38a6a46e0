package features

import (
	"fmt"
	"maps"
	"slices"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/datasets"
)

// directions are the signs of the churn log-odds.
var directions = map[catalog.Monotone]int{catalog.Increasing: 1, catalog.Decreasing: -1}

// Direct writes the configured directions into the catalogue, where edits of the
// model find them, and returns the sign of every feature that has one. It refuses
// a feature that the data do not have.
func (c *Config) Direct(to *catalog.Catalog) (map[string]int, error) {
	for _, name := range slices.Sorted(maps.Keys(c.Monotone)) {
		at, way := to.Index(name), c.Monotone[name]
		if at < 0 {
			return nil, fmt.Errorf("%w: features.monotone: there is no feature %q; did you mean %q?", datasets.ErrConfig, name, to.Nearest(name))
		}
		if directions[way] == 0 {
			return nil, fmt.Errorf("%w: features.monotone.%s: increasing or decreasing, not %q", datasets.ErrConfig, name, way)
		}
		to.Definitions[at].Monotone = way
	}
	return Signs(to), nil
}

// Signs is the direction of every feature that has one: 1 where churn can only
// rise with it, −1 where it can only fall.
func Signs(c *catalog.Catalog) map[string]int {
	out := map[string]int{}
	for i := range c.Definitions {
		if sign := directions[c.Definitions[i].Monotone]; sign != 0 {
			out[c.Definitions[i].Name] = sign
		}
	}
	return out
}
