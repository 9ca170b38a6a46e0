package boost

import "math"

// Purification (functional ANOVA; Lengerich, Tan, Chang, Hooker, Caruana
// 2020): a table over several fields is pure if its weighted mean along each
// field is 0 in every slice, so that a triple holds nothing that a pair could
// hold, and a pair nothing that a main effect could. What is impure moves
// down; the sum of all tables stays the same:
//
//	f_abc → f_abc − m_ab,   f_ab → f_ab + m_ab,   m_ab = Σ_c w_abc f_abc / Σ_c w_abc
//
// Weights are training weights, smoothed by a share of the product of the
// margins, for cells without rows:
//
//	w_ab = (1 − s)·mass_ab + s·mass_a·mass_b / mass,    s = 0.05
//
// The cells of a bin without any training weight are 0.

const (
	smoothing  = 0.05
	sweeps     = 300   // of purification, at most
	pureEnough = 1e-10 // largest mean of a slice, in log-odds
)

// smooth returns the weights of a table of the given shape.
func smooth(mass []float64, dims []int) []float64 {
	total := 0.0
	for _, m := range mass {
		total += m
	}
	margins := make([][]float64, len(dims))
	stride := len(mass)
	strides := make([]int, len(dims))
	for i, d := range dims {
		stride /= d
		strides[i] = stride
		margins[i] = make([]float64, d)
		for c, m := range mass {
			margins[i][c/stride%d] += m
		}
	}
	weight := make([]float64, len(mass))
	for c, m := range mass {
		product := total
		for i := range dims {
			product *= margins[i][c/strides[i]%dims[i]] / total
		}
		weight[c] = (1-smoothing)*m + smoothing*product
	}
	return weight
}

// purify takes the means along every field out of a table, in place, and adds
// those along field i to down[i], a table over the other fields.
func purify(values, weight []float64, dims []int, down [][]float64) {
	for range sweeps {
		most := 0.0
		stride := len(values)
		for i, d := range dims {
			stride /= d
			most = max(most, sweep(values, weight, d, stride, down[i]))
		}
		if most < pureEnough {
			break
		}
	}
	for c, w := range weight {
		if w == 0 {
			values[c] = 0
		}
	}
}

// sweep takes the means along the field of size d and the given stride out and
// returns the largest.
func sweep(values, weight []float64, d, stride int, down []float64) float64 {
	most := 0.0
	for rest := range down {
		first := rest/stride*stride*d + rest%stride
		var sum, total float64
		for c := first; c < first+d*stride; c += stride {
			sum += weight[c] * values[c]
			total += weight[c]
		}
		if total == 0 {
			continue
		}
		m := sum / total
		for c := first; c < first+d*stride; c += stride {
			values[c] -= m
		}
		down[rest] += m
		most = max(most, math.Abs(m))
	}
	return most
}
