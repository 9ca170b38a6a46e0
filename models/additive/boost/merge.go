package boost

import (
	"slices"
	"sort"

	"github.com/etappe/etappe/models/additive"
)

// coarseBinning merges a field's bins into fewer and wider ones, because
// tables over two and three fields multiply. Bin 0 stays missing.
type coarseBinning struct {
	bin     []uint8 // [bin of the axis] bin of the grid
	bins    int
	nominal bool
}

// mergeBins merges the bins of a field into at most limit, of about the same
// weight where they have an order. Of levels the lightest share a bin; the bin
// of levels never seen stays the last, alone.
func mergeBins(a *additive.Binning, mass []float64, limit int) coarseBinning {
	g := coarseBinning{bin: make([]uint8, a.Bins), nominal: a.Nominal()}
	if g.nominal {
		g.mergeLevels(mass, limit)
		return g
	}
	bin := make([]float64, a.Bins-1) // the numbered bins as distinct values
	for c := range bin {
		bin[c] = float64(c + 1)
	}
	cuts := quantileCuts(bin, mass[1:], limit-1)
	for c := 1; c < a.Bins; c++ {
		at, _ := slices.BinarySearch(cuts, float64(c)+0.25)
		g.bin[c] = uint8(at + 1)
	}
	g.bins = len(cuts) + 2
	return g
}

// mergeLevels keeps the heaviest levels apart and merges the others.
func (g *coarseBinning) mergeLevels(mass []float64, limit int) {
	last := len(g.bin) - 1 // levels never seen
	order := make([]int, 0, last)
	for c := 1; c < last; c++ {
		order = append(order, c)
	}
	own := len(order)
	if own > limit-2 {
		own = limit - 3
		sort.SliceStable(order, func(a, b int) bool { return mass[order[a]] > mass[order[b]] })
	}
	slices.Sort(order[:own])
	for i, c := range order {
		g.bin[c] = uint8(min(i, own) + 1)
	}
	g.bins = 1 + own
	if own < len(order) {
		g.bins++
	}
	g.bin[last] = uint8(g.bins)
	g.bins++
}
