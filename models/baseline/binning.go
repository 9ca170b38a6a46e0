package baseline

import (
	"slices"
	"sort"

	"github.com/etappe/etappe/models"
)

// binning turns one column into codes 1..63 in an order that a threshold can
// cut; 0 is missing, and a level seen never or rarely.
type binning struct {
	column  int
	cuts    []float64 // numeric: the code is one more than the number of cuts below the value
	levels  []uint8   // categorical: the code of each level
	missing bool      // missing values occur
}

const (
	mostBins = 63
	// leastLevel is how many rows a level needs for a code of its own: levels
	// are ordered by outcome, and a level of one row would give that row's away.
	leastLevel = 20
)

func newBinning(s *models.Sample, column int, rate float64) *binning {
	b := &binning{column: column}
	values := s.Columns[column]
	if s.Fields[column].Categorical() {
		b.levels = orderLevels(s, column, rate)
		b.missing = slices.ContainsFunc(values, func(v float64) bool { return b.code(v) == 0 })
		return b
	}
	var sorted []float64
	stride := 1 + len(values)/int(cutRows)
	for i := 0; i < len(values); i += stride {
		if usable(values[i]) {
			sorted = append(sorted, values[i])
		} else {
			b.missing = true
		}
	}
	slices.Sort(sorted)
	for k := 1; k < mostBins; k++ {
		at := k * len(sorted) / mostBins
		// A cut lies between two values, so that equal values stay together.
		if at > 0 && sorted[at-1] < sorted[at] {
			b.cuts = append(b.cuts, sorted[at-1]/2+sorted[at]/2)
		}
	}
	if distinct := slices.Compact(sorted); len(distinct) <= mostBins {
		b.cuts = b.cuts[:0]
		for k := 1; k < len(distinct); k++ {
			b.cuts = append(b.cuts, distinct[k-1]/2+distinct[k]/2)
		}
	}
	return b
}

// orderLevels gives levels codes by their smoothed churn rate, neighbours
// sharing a code where there are too many.
func orderLevels(s *models.Sample, column int, rate float64) []uint8 {
	n := len(s.Fields[column].Levels)
	rows, count, churned := make([]int, n), make([]float64, n), make([]float64, n)
	for i, v := range s.Columns[column] {
		if v >= 0 && v < float64(n) {
			rows[int(v)]++
			count[int(v)] += s.WeightOf(i)
			if s.Churned[i] {
				churned[int(v)] += s.WeightOf(i)
			}
		}
	}
	const prior = 10 // rows' worth of the base rate
	var order []int
	for l := range n {
		churned[l] = (churned[l] + prior*rate) / (count[l] + prior)
		if rows[l] >= leastLevel {
			order = append(order, l)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case churned[a] < churned[b]:
			return -1
		case churned[a] > churned[b]:
			return 1
		}
		return 0
	})
	codes := make([]uint8, n)
	for place, l := range order {
		codes[l] = uint8(1 + place*min(mostBins, len(order))/len(order))
	}
	return codes
}

func (b *binning) code(v float64) uint8 {
	switch {
	case b.levels != nil:
		if v >= 0 && v < float64(len(b.levels)) {
			return b.levels[int(v)]
		}
		return 0
	case !usable(v):
		return 0
	}
	return uint8(1 + sort.SearchFloat64s(b.cuts, v))
}

// bins counts the codes that occur.
func (b *binning) bins() int {
	n := 1 + len(b.cuts)
	if b.levels != nil {
		n = 0
		seen := [mostBins + 1]bool{}
		for _, code := range b.levels {
			if code > 0 && !seen[code] {
				seen[code] = true
				n++
			}
		}
	}
	if b.missing {
		n++
	}
	return n
}
