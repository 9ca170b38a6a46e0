package features

import (
	"cmp"
	"slices"

	"github.com/etappe/etappe/features/catalog"
)

// levelsOf chooses the levels of a categorical feature from how often each
// was seen, sorted by name. With more than limit of them the limit−1 most
// frequent stay and the rest share the code of the unseen. A reason instead of
// levels returns why the column is no feature: nothing in it, or a name of its
// own for more than half of the rows.
func levelsOf(seen map[string]int, rows, limit int) (levels []string, why catalog.Omission) {
	if len(seen) == 0 {
		return nil, catalog.Omission{Code: catalog.OmittedEmpty}
	}
	if len(seen) > max(50, rows/2) {
		return nil, catalog.Omission{Code: catalog.OmittedIdentifier, Counts: []int{len(seen), rows}}
	}
	levels = sortedKeys(seen)
	if len(levels) > limit {
		slices.SortStableFunc(levels, func(a, b string) int { return cmp.Compare(seen[b], seen[a]) })
		levels = levels[:limit-1]
		slices.Sort(levels)
	}
	return levels, catalog.Omission{}
}

// codes maps level names to their positions.
func codes(levels []string) map[string]float64 {
	index := make(map[string]float64, len(levels))
	for i, level := range levels {
		index[level] = float64(i)
	}
	return index
}
