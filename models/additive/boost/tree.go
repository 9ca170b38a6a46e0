package boost

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/etappe/etappe/models/additive"
)

// A tree of the main effects is a step function over one field's bins with two
// or three leaves. Leaf values are Newton steps on the gradient and hessian
// sums G and H of the leaf,
//
//	leaf value = − G / (H + L2)
//
// and a split gains G_L²/(H_L+L2) + G_R²/(H_R+L2) − G²/(H+L2) (Friedman,
// Hastie, Tibshirani 2000; Chen and Guestrin 2016, eq. 6 and 7). A missing
// value always has a leaf of its own; the bins of a categorical field are
// sorted by G/(H+10) first.

// treeOptions are the hyperparameters of a tree.
type treeOptions struct {
	leaves  int     // 2 or 3
	l2      float64 // penalty on a leaf's value
	minLeaf float64 // least training weight of a leaf
}

// levelPrior pulls levels of little weight towards the middle of the order.
const levelPrior = 10

// treeBuilder fits one tree; it holds the bins in the order in which they may
// be split, and prefix sums along it.
type treeBuilder struct {
	treeOptions
	order                   [additive.MaxBins]uint8
	rank                    [additive.MaxBins]float64
	sumG, sumH, sumW        [additive.MaxBins + 1]float64
	split                   [2]int
	value                   [3]float64
	step                    [additive.MaxBins]float32
	bins                    int // bins that may be cut apart
	nominal                 bool
	gradient, hessian, mass []float64
}

// prefixSums sorts the bins 1..bins-1 of a field and computes the prefix sums.
func (t *treeBuilder) prefixSums(g, h, w []float64, nominal bool, shuffle *rand.Rand) {
	t.gradient, t.hessian, t.mass = g, h, w
	t.bins, t.nominal = len(g)-1, nominal
	order := t.order[:t.bins]
	for i := range order {
		order[i] = uint8(i + 1)
	}
	if nominal {
		t.sortLevels(order, shuffle)
	}
	for i, b := range order {
		t.sumG[i+1] = t.sumG[i] + g[b]
		t.sumH[i+1] = t.sumH[i] + h[b]
		t.sumW[i+1] = t.sumW[i] + w[b]
	}
}

// sortLevels sorts a categorical field's bins by G/(H+levelPrior), or shuffles
// them for a random split.
func (t *treeBuilder) sortLevels(order []uint8, shuffle *rand.Rand) {
	if shuffle != nil {
		shuffle.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		return
	}
	for _, b := range order {
		t.rank[b] = t.gradient[b] / (t.hessian[b] + levelPrior)
	}
	slices.SortFunc(order, func(a, b uint8) int {
		switch {
		case t.rank[a] < t.rank[b]:
			return -1
		case t.rank[a] > t.rank[b]:
			return 1
		}
		return int(a) - int(b)
	})
}

// bestTree finds the splits with the highest gain and returns it; 0: no split.
func (t *treeBuilder) bestTree(sign int8) float64 {
	first, gain := t.bestSplit(0, t.bins, sign, math.Inf(-1), math.Inf(1))
	if first < 0 {
		return 0
	}
	t.split = [2]int{first, t.bins}
	t.value = [3]float64{t.leafValue(0, first), t.leafValue(first, t.bins), 0}
	if t.leaves < 3 {
		return gain
	}
	left, right := t.value[0], t.value[1]
	lowL, highL, lowR, highR := math.Inf(-1), math.Inf(1), math.Inf(-1), math.Inf(1)
	switch {
	case sign > 0:
		highL, lowR = right, left
	case sign < 0:
		lowL, highR = right, left
	}
	a, gainA := t.bestSplit(0, first, sign, lowL, highL)
	b, gainB := t.bestSplit(first, t.bins, sign, lowR, highR)
	switch {
	case a >= 0 && gainA >= gainB:
		t.split = [2]int{a, first}
		t.value = [3]float64{t.leafValue(0, a), t.leafValue(a, first), right}
		gain += gainA
	case b >= 0:
		t.split = [2]int{first, b}
		t.value = [3]float64{left, t.leafValue(first, b), t.leafValue(b, t.bins)}
		gain += gainB
	}
	return gain
}

// randomTree splits anywhere and returns the gain; 0: the split is not
// allowed.
func (t *treeBuilder) randomTree(sign int8, rng *rand.Rand) float64 {
	if t.bins < 2 {
		return 0
	}
	at := 1 + rng.IntN(t.bins-1)
	if t.sumW[at] < t.minLeaf || t.sumW[t.bins]-t.sumW[at] < t.minLeaf {
		return 0
	}
	left, right := t.leafValue(0, at), t.leafValue(at, t.bins)
	if float64(sign)*(right-left) < 0 {
		return 0
	}
	t.split = [2]int{at, t.bins}
	t.value = [3]float64{left, right, 0}
	return t.gain(0, at, t.bins)
}

// bestSplit returns the best split of the bins [from, to) and its gain; -1:
// none. The leaf values keep to [low, high] and, if sign is not 0, rise or
// fall.
func (t *treeBuilder) bestSplit(from, to int, sign int8, low, high float64) (int, float64) {
	at, most := -1, 1e-12
	whole := t.score(from, to)
	g0, h0, w0 := t.sumG[from], t.sumH[from], t.sumW[from]
	g1, h1, w1 := t.sumG[to], t.sumH[to], t.sumW[to]
	for c := from + 1; c < to; c++ {
		gl, hl := t.sumG[c]-g0, t.sumH[c]-h0+t.l2
		gr, hr := g1-t.sumG[c], h1-t.sumH[c]+t.l2
		gain := gl*gl/hl + gr*gr/hr - whole
		if gain <= most || t.sumW[c]-w0 < t.minLeaf || w1-t.sumW[c] < t.minLeaf {
			continue
		}
		if sign != 0 {
			l, r := -gl/hl, -gr/hr
			if float64(sign)*(r-l) < 0 || min(l, r) < low || max(l, r) > high {
				continue
			}
		}
		at, most = c, gain
	}
	if at < 0 {
		return -1, 0
	}
	return at, most
}

func (t *treeBuilder) leafValue(from, to int) float64 {
	return -(t.sumG[to] - t.sumG[from]) / (t.sumH[to] - t.sumH[from] + t.l2)
}

func (t *treeBuilder) score(from, to int) float64 {
	g := t.sumG[to] - t.sumG[from]
	return g * g / (t.sumH[to] - t.sumH[from] + t.l2)
}

func (t *treeBuilder) gain(from, at, to int) float64 {
	return t.score(from, at) + t.score(at, to) - t.score(from, to)
}

// writeSteps writes the tree as a step for each bin, times the learning rate,
// and the leaf of missing values. It returns that leaf's gain.
func (t *treeBuilder) writeSteps(cut bool, rate float64) float64 {
	for i, b := range t.order[:t.bins] {
		value := 0.0
		switch {
		case !cut || t.nominal && t.mass[b] == 0:
		case i < t.split[0]:
			value = t.value[0]
		case i < t.split[1]:
			value = t.value[1]
		default:
			value = t.value[2]
		}
		t.step[b] = float32(rate * value)
	}
	t.step[additive.Missing] = 0
	if t.mass[additive.Missing] < t.minLeaf {
		return 0
	}
	g, h := t.gradient[additive.Missing], t.hessian[additive.Missing]+t.l2
	t.step[additive.Missing] = float32(-rate * g / h)
	return g * g / h
}
