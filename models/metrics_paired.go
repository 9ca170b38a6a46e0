package models

import "math"

// LossDifference returns the weighted mean of what a's log-loss of a row is above
// b's, and its standard error for rows that come in groups (of one account):
//
//	d = Σ_i w_i (ℓ_a,i − ℓ_b,i) / Σ w
//	SE² = Σ_g ( Σ_{i∈g} w_i (ℓ_a,i − ℓ_b,i − d) / Σ w )² · G/(G−1)
//
// The pairs make what is hard for both drop out. The error is NaN for one group,
// both are NaN without rows.
func LossDifference(a, b []float64, churned []bool, weight []float64, group []int32) (difference, se float64) {
	checkShape(len(a), churned, weight)
	checkShape(len(b), churned, weight)
	each := func(i int) float64 {
		if churned[i] {
			return Softplus(-a[i]) - Softplus(-b[i])
		}
		return Softplus(a[i]) - Softplus(b[i])
	}
	difference = weightedMean(len(a), weight, each)
	total, sums := 0.0, make(map[int32]float64)
	for i := range a {
		total += weightAt(weight, i)
		sums[group[i]] += weightAt(weight, i) * (each(i) - difference)
	}
	n := float64(len(sums))
	if n < 2 {
		return difference, math.NaN()
	}
	return difference, math.Sqrt(sumOfSquares(sums, group)*n/(n-1)) / total
}
