package train

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/etappe/etappe/datasets"
)

// targets turns a table's target column into labels. A positive value that
// never occurs is a mistake in the command, so it is refused with the values
// that do occur.
func targets(t *datasets.Table, positive string) ([]bool, error) {
	if t.Target == nil {
		return nil, fmt.Errorf("%w: training needs a target column", datasets.ErrConfig)
	}
	churned := make([]bool, len(t.Target))
	seen := make(map[string]int)
	var order []string
	hits := 0
	for i, value := range t.Target {
		churned[i] = sameValue(value, positive)
		if churned[i] {
			hits++
		}
		if seen[value] == 0 {
			order = append(order, value)
		}
		seen[value]++
	}
	if hits == 0 && len(order) > 0 {
		if len(order) > 5 {
			order = append(order[:5:5], "…")
		}
		return nil, fmt.Errorf("%w: %s: no row has the target %q; it holds %s",
			datasets.ErrConfig, t.Path, positive, strings.Join(order, ", "))
	}
	return churned, nil
}

// sameValue compares as text or, where both are numbers, as numbers: a Parquet
// file says 1 where the command says 1.0.
func sameValue(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}
