package boost

import "github.com/etappe/etappe/models/additive"

// A symmetric (oblivious) tree has one split per level, the same in all its
// nodes, as CatBoost grows them (Prokhorenkova et al. 2018). One of depth d is
// a function of at most d fields. With gradient and hessian sums G and H of
// the rows of a leaf,
//
//	leaf value = − G / (H + leafL2),   score = Σ_leaves G²/(H + setL2)
//
// A missing value goes to the better side of a split; levels are sorted by
// G/(H+10) within the node where that gains most.

// featureSet is up to three fields of a coarseData, ascending; unused places
// hold none.
type featureSet [3]int16

const none = -1

var noFields = featureSet{none, none, none}

// with returns the set and one field more; ok is false where it is full.
func (s featureSet) with(f int16) (featureSet, bool) {
	for i := range s {
		switch {
		case s[i] == f:
			return s, true
		case s[i] == none:
			s[i] = f
			return s, true
		case s[i] > f:
			if s[2] != none {
				return s, false
			}
			copy(s[i+1:], s[i:2])
			s[i] = f
			return s, true
		}
	}
	return s, false
}

// size returns how many fields the set holds.
func (s featureSet) size() int {
	n := 0
	for _, f := range s {
		if f != none {
			n++
		}
	}
	return n
}

func (s featureSet) has(f int16) bool { return s[0] == f || s[1] == f || s[2] == f }

// within reports whether every field is in the other set.
func (s featureSet) within(other featureSet) bool {
	for _, f := range s {
		if f != none && !other.has(f) {
			return false
		}
	}
	return true
}

// symmetricTree is one symmetric tree.
type symmetricTree struct {
	fields featureSet
	cuts   []additive.Cut
	value  []float32 // [leaf] the first cut is the lowest bit
	gain   float64
}

// coarseData is what symmetric trees are fitted on: the merged bins of every
// row.
type coarseData struct {
	*binnedData
	fields []int           // [field of the coarse data] index of the field, in the order of names
	grids  []coarseBinning // [field of the coarse data]
	coarse [][]uint8       // [field of the coarse data][row]
}

// apply adds the tree's values to the rows' log-odds z.
func (l *coarseData) apply(tree *symmetricTree, z []float32) {
	var leaf [512]uint8
	for first := 0; first < len(z); first += len(leaf) {
		part := z[first:min(first+len(leaf), len(z))]
		at := leaf[:len(part)]
		clear(at)
		for level, c := range tree.cuts {
			bit := c.Bits(1 << level)
			for i, code := range l.coarse[c.Field][first : first+len(at)] {
				at[i] |= bit[code&(additive.MaxMergedBins-1)]
			}
		}
		for i, n := range at {
			part[i] += tree.value[n]
		}
	}
}
