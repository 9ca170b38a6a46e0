package additive

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/etappe/etappe/models"
)

// maxBins is the most bins that a field can have: codes are bytes.
const maxBins = 256

// missing is the bin of a missing value, in every field.
const missing = 0

// axis says how one field's values become bins. Bin 0 is missing.
//
// Numeric: value v falls into bin 1 + (number of cuts <= v).
// Categorical: level c falls into bin level[c]; levels with few rows share one
// bin, and the last bin belongs to levels never seen.
type axis struct {
	cuts  []float64 // numeric: ascending
	level []uint8   // categorical: bin of each level
	bins  int
}

// newAxis lays bins over the values of one field: one for each distinct value
// with cuts half way between them, as long as they fit, otherwise weighted
// quantiles. Levels that weigh less than rare are pooled.
func newAxis(field models.Field, values []float64, weightOf func(int) float64, limit int, rare float64) axis {
	if field.Categorical() {
		return levelAxis(values, weightOf, len(field.Levels), limit, rare)
	}
	distinct, weight := distinctValues(values, weightOf)
	cuts := quantileCuts(distinct, weight, limit)
	return axis{cuts: cuts, bins: len(cuts) + 2}
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

// levelAxis gives the heaviest levels a bin each, the rest one together.
func levelAxis(values []float64, weightOf func(int) float64, levels, limit int, rare float64) axis {
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
	a := axis{level: make([]uint8, levels), bins: own + 2}
	kept := slices.Clone(order[:own])
	slices.Sort(kept) // bins in the order of the levels, whatever they weigh
	for i, c := range kept {
		a.level[c] = uint8(i + 1)
	}
	if own < levels {
		a.bins++
		for _, c := range order[own:] {
			a.level[c] = uint8(own + 1)
		}
	}
	return a
}

// unseen returns the bin of a level that training never saw.
func (a *axis) unseen() uint8 { return uint8(a.bins - 1) }

// nominal tells whether the bins have no order of their own.
func (a *axis) nominal() bool { return a.level != nil }

// code writes the bin of each value to codes. The error wraps ErrFields and
// names the first value that is neither a number, a level nor missing.
func (a *axis) code(name string, values []float64, first int, codes []uint8) error {
	for i, v := range values {
		switch {
		case v != v:
			codes[i] = missing
		case a.nominal():
			if v < 0 || v != math.Trunc(v) || math.IsInf(v, 1) {
				return fmt.Errorf("%w: field %q, row %d: %v is not the code of a level", models.ErrFields, name, first+i, v)
			}
			codes[i] = a.unseen()
			if v < float64(len(a.level)) {
				codes[i] = a.level[int(v)]
			}
		case math.IsInf(v, 0):
			return fmt.Errorf("%w: field %q, row %d: the value is infinite", models.ErrFields, name, first+i)
		default:
			codes[i] = a.bin(v)
		}
	}
	return nil
}

// bin returns the bin of a number, by binary search.
func (a *axis) bin(v float64) uint8 {
	cuts := a.cuts
	base, n := 0, len(cuts)
	for n > 0 {
		half := (n + 1) / 2
		if cuts[base+half-1] <= v {
			base += half
		}
		n -= half
	}
	return uint8(base + 1)
}
