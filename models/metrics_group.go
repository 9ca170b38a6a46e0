package models

import "math"

// MeasureGroups measures as Measure does, with standard errors for rows that are
// not independent: rows of one group (an account) count as one observation. With
// every row in a group of its own AUCSE is that of AUCError; SlopeSE is the
// sandwich estimator (Liang and Zeger 1986, Biometrika 73:13).
func MeasureGroups(logOdds []float64, churned []bool, weight []float64, group []int32) Metrics {
	m := Measure(logOdds, churned, weight)
	_, m.AUCSE = AUCErrorGroups(logOdds, churned, weight, group)
	m.SlopeSE = slopeErrorGroups(logOdds, churned, weight, group, Platt{Slope: m.Slope, Intercept: m.Intercept})
	return m
}

// AUCErrorGroups returns AUC and its standard error for rows that come in groups
// (Obuchowski 1997, Biometrics 53:567): placement values as in AUCError, summed
// within a group before they are squared:
//
//	SE² = Σ_g ( Σ_{i∈g} w_i (V_i−AUC)/Σw_c · √(n_c/(n_c−1)) )²    c the row's class, n_c the groups with it
//
// Both are NaN as in AUCError; the error alone where a class has a single group.
func AUCErrorGroups(logOdds []float64, churned []bool, weight []float64, group []int32) (auc, se float64) {
	auc, placement, total := placementsOf(logOdds, churned, weight)
	if math.IsNaN(auc) {
		return auc, auc
	}
	sums := make(map[int32]float64)
	factor := groupFactors(churned, group)
	for i, v := range placement {
		c := class(churned[i])
		sums[group[i]] += weightAt(weight, i) * (v - auc) / total[c] * factor[c]
	}
	return auc, math.Sqrt(sumOfSquares(sums, group))
}

// groupFactors returns √(n/(n−1)) of the n groups of each class; NaN for one group.
func groupFactors(churned []bool, group []int32) (factor [2]float64) {
	seen := [2]map[int32]bool{{}, {}}
	for i, g := range group {
		seen[class(churned[i])][g] = true
	}
	for c := range factor {
		n := float64(len(seen[c]))
		factor[c] = math.Sqrt(n / (n - 1))
		if n < 2 {
			factor[c] = math.NaN()
		}
	}
	return factor
}

// slopeErrorGroups returns the standard error of a fitted line's slope; NaN where
// there is no line, or one group.
func slopeErrorGroups(logOdds []float64, churned []bool, weight []float64, group []int32, line Platt) float64 {
	if math.IsNaN(line.Slope) {
		return math.NaN()
	}
	info := lineAt(line, logOdds, churned, weight, 0).info
	det := info[0]*info[2] - info[1]*info[1]
	sums := make(map[int32]float64)
	for i, z := range logOdds {
		miss := float64(class(churned[i])) - Sigmoid(line.Intercept+line.Slope*z)
		sums[group[i]] += weightAt(weight, i) * miss * (info[0]*z - info[1]) / det
	}
	n := float64(len(sums))
	if n < 2 {
		return math.NaN()
	}
	return math.Sqrt(sumOfSquares(sums, group) * n / (n - 1))
}

// sumOfSquares adds up in the order in which groups first occur, so that the sum
// has one value.
func sumOfSquares(sums map[int32]float64, order []int32) float64 {
	total, done := 0.0, make(map[int32]bool, len(sums))
	for _, g := range order {
		if !done[g] {
			done[g] = true
			total += sums[g] * sums[g]
		}
	}
	return total
}
