package models

import (
	"cmp"
	"math"
	"slices"
)

// LargestRemainder rounds values to a number of decimals so that the rounded
// ones add up to their rounded total (Hamilton's method of apportionment):
// every value is rounded down, then those with the largest remainders, and
// among equals the first, are rounded up until the total is met. No value moves
// by a whole unit of its last decimal. A value that is no number, or too large
// to have decimals, is left as it is and the others are rounded one by one.
func LargestRemainder(values []float64, decimals int) []float64 {
	unit := math.Pow(10, float64(decimals))
	out := make([]float64, len(values))
	remainder := make([]float64, len(values))
	order := make([]int, len(values))
	total, floors := 0.0, 0.0
	for i, v := range values {
		if !(math.Abs(v)*unit < 1<<50) {
			return roundEach(values, unit)
		}
		out[i] = math.Floor(v * unit)
		remainder[i] = v*unit - out[i]
		order[i] = i
		total += v
		floors += out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	missing := int(math.Round(total*unit) - floors)
	for _, i := range order[:max(0, min(missing, len(order)))] {
		out[i]++
	}
	for i := range out {
		out[i] = out[i]/unit + 0 // + 0: no negative zero on a page
	}
	return out
}

func roundEach(values []float64, unit float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v
		if math.Abs(v)*unit < 1<<50 {
			out[i] = math.Round(v*unit) / unit
		}
	}
	return out
}
