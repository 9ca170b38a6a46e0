package train

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/datasets"
)

// leakRows is from how many rows on a column that repeats the target
// is no accident.
const leakRows = 30

// refuseLeak refuses a feature of two values (missing counts as one) that separates
// every row's outcome: it is the target under another name.
func refuseLeak(path string, d *Data) error {
	if len(d.Churned) < leakRows {
		return nil
	}
	for j, column := range d.Frame.Columns {
		if twin(column, d.Churned) {
			name := d.Frame.Fields[j].Name
			return fmt.Errorf("%w: %s: the target cannot be a feature: column %q says the same as the target in every row; drop it",
				datasets.ErrConfig, path, name)
		}
	}
	return nil
}

// twin reports whether one value stands in all churned rows and another one in
// all others.
func twin(column []float64, churned []bool) bool {
	var value [2]float64
	var seen [2]bool
	for i, x := range column {
		k := 0
		if churned[i] {
			k = 1
		}
		if !seen[k] {
			value[k], seen[k] = x, true
		}
		if !same(value[k], x) {
			return false
		}
	}
	return seen[0] && seen[1] && !same(value[0], value[1])
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
