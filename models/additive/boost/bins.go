package boost

import (
	"math"
	"slices"
	"sort"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// newBinning returns the bins of one field: one for each distinct value with
// cuts half way between them, as long as they fit into limit, otherwise
// weighted quantiles. Levels that weigh less than rare share a bin.
func newBinning(field models.Field, values []float64, weightOf func(int) float64, limit int, rare float64) additive.Binning {
	if field.Categorical() {
		return newLevelBinning(values, weightOf, len(field.Levels), limit, rare)
	}
	distinct, weight := distinctValues(values, weightOf)
	cuts := quantileCuts(distinct, weight, limit)
	return additive.Binning{Cuts: cuts, Bins: len(cuts) + 2}
}

// distinctValues returns the values that are not missing, ascending, and what
// each weighs.
func distinctValues(values []float64, weightOf func(int) float64) (distinct, weight []float64) {
	type weighted struct{ value, weight float64 }
	present := make([]weighted, 0, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			present = append(present, weighted{v, weightOf(i)})
		}
	}
	slices.SortFunc(present, func(a, b weighted) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	for _, p := range present {
		if n := len(distinct); n == 0 || distinct[n-1] != p.value {
			distinct, weight = append(distinct, p.value), append(weight, 0)
		}
		weight[len(weight)-1] += p.weight
	}
	return distinct, weight
}

// quantileCuts splits the distinct values into at most limit bins of about the
// same weight. What a heavy value takes is not taken from the others: the
// target is what is left over the bins that are left.
func quantileCuts(distinct, weight []float64, limit int) []float64 {
	var cuts []float64
	left := 0.0
	for _, w := range weight {
		left += w
	}
	inBin := 0.0
	for i := range distinct {
		if i > 0 {
			target := (left + inBin) / float64(limit-len(cuts))
			rest := len(distinct) - i
			if len(cuts) < limit-1 && (inBin >= target || inBin+weight[i]/2 > target || rest < limit-len(cuts)) {
				cuts = append(cuts, between(distinct[i-1], distinct[i]))
				inBin = 0
			}
		}
		inBin += weight[i]
		left -= weight[i]
	}
	return cuts
}

// between returns a cut c with a < c <= b, half way where floats allow.
func between(a, b float64) float64 {
	if c := a/2 + b/2; c > a && c <= b {
		return c
	}
	return b
}

// newLevelBinning gives each of the heaviest levels a bin and all others one
// bin together.
func newLevelBinning(values []float64, weightOf func(int) float64, levels, limit int, rare float64) additive.Binning {
	weight := make([]float64, levels)
	for i, v := range values {
		if v >= 0 && v < float64(levels) {
			weight[int(v)] += weightOf(i)
		}
	}
	order := make([]int, levels)
	for c := range order {
		order[c] = c
	}
	sort.SliceStable(order, func(a, b int) bool { return weight[order[a]] > weight[order[b]] })
	own := 0
	for own < levels && own < limit-2 && weight[order[own]] >= rare {
		own++
	}
	a := additive.Binning{LevelBin: make([]uint8, levels), Bins: own + 2}
	kept := slices.Clone(order[:own])
	slices.Sort(kept) // bins in the order of the levels, whatever they weigh
	for i, c := range kept {
		a.LevelBin[c] = uint8(i + 1)
	}
	if own < levels {
		a.Bins++
		for _, c := range order[own:] {
			a.LevelBin[c] = uint8(own + 1)
		}
	}
	return a
}
