package models

import (
	"math"
	"slices"
)

// Shapley2 splits f(1,1) − f(0,0) between the two arguments, averaging over
// the orders in which they may change (Shapley 1953). f[a + 2b] is the value
// with the first argument from snapshot a and the second from snapshot b:
//
//	φ_a = ½[ f(a1,b0) − f(a0,b0) + f(a1,b1) − f(a0,b1) ]
//
// The shares add up to the difference; an argument that changes nothing gets 0.
func Shapley2(f *[4]float64) (share [2]float64) {
	share[0] = ((f[1] - f[0]) + (f[3] - f[2])) / 2
	share[1] = ((f[2] - f[0]) + (f[3] - f[1])) / 2
	return share
}

// Shapley3 splits f(1,1,1) − f(0,0,0) between three arguments, averaging over
// their six orders. f[a + 2b + 4c] is the value with the arguments from
// snapshots a, b and c:
//
//	φ_a = ⅓[f(a1,b0,c0)−f(a0,b0,c0)] + ⅙[f(a1,b1,c0)−f(a0,b1,c0)] + ⅙[f(a1,b0,c1)−f(a0,b0,c1)] + ⅓[f(a1,b1,c1)−f(a0,b1,c1)]
func Shapley3(f *[8]float64) (share [3]float64) {
	for a := range share {
		bit := 1 << a
		b, c := 1<<((a+1)%3), 1<<((a+2)%3)
		share[a] = (2*(f[bit]-f[0]) + (f[bit|b] - f[b]) + (f[bit|c] - f[c]) + 2*(f[7]-f[b|c])) / 6
	}
	return share
}

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
	slices.SortStableFunc(order, func(a, b int) int { return compareFloat(remainder[b], remainder[a]) })
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
