package behaviour

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// levels are those at which the quantiles of a test are kept, where nothing changed.
var levels = []float64{0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995}

// quantiles of a sample at levels; it changes the order of x.
func quantiles(x []float64) []float64 {
	slices.Sort(x)
	out := make([]float64, len(levels))
	for i, p := range levels {
		if len(x) > 0 {
			out[i] = stat.Quantile(p, stat.Empirical, x, nil)
		}
	}
	return out
}

// cleaner takes, level by level, the smaller of two sides' quantiles: see calibrate.
func cleaner(a, b []float64) []float64 {
	out := make([]float64, len(levels))
	for i := range out {
		out[i] = math.Min(a[i], b[i])
	}
	return out
}

// chance is the share of nothing-changed tests that are at least as large as s: between
// two quantiles, and beyond the last by the slope of the last four, its logarithm is a
// straight line in s.
func chance(table []float64, s float64) float64 {
	n := len(levels)
	tail := func(i int) float64 { return math.Log(1 - levels[i]) }
	if !(s > table[0]) {
		return 1
	}
	for i := 1; i < n; i++ {
		if s <= table[i] {
			share := (s - table[i-1]) / (table[i] - table[i-1])
			return math.Exp(tail(i-1) + share*(tail(i)-tail(i-1)))
		}
	}
	slope := (tail(n-1) - tail(n-4)) / math.Max(table[n-1]-table[n-4], 1e-9)
	return math.Exp(tail(n-1) + slope*(s-table[n-1]))
}
