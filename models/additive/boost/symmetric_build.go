package boost

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models/additive"
)

// gradientSum is the sum of gradients and hessians in one bin of one node.
type gradientSum struct{ g, h float64 }

// symmetricBuilder finds the splits of a symmetric tree level by level, from
// histograms.
//
// Gradients and hessians are summed as fixed point, both in one word: one
// addition a row and field, and sums that do not depend on the order of rows.
// Of two nodes with the same parent only the smaller is summed; the other is
// the parent less that (histogram subtraction, as LightGBM does).
type symmetricBuilder struct {
	*coarseData
	depth  int
	sample []int32   // rows that the tree is fitted on
	g, h   []float32 // of these rows

	order        []int32                             // these rows, those of a node next to each other
	packed       []int64                             // gradient and hessian of each, as fixed point
	unitG, unitH float64                             // what 1 stands for
	from, upto   [1 << additive.MaxDepth]int32       // [node] its first row; the one after its last
	liveNodes    []int                               // nodes that hold rows
	nodeSum      [1 << additive.MaxDepth]gradientSum // [node] all its rows
	hist         [][]int64                           // [field of the coarse data][node·maxGrid + bin]

	spare    []int32 // rows on their way to the right, and their sums
	spares   []int64
	cells    [1 << (additive.MaxDepth - 1) * additive.MaxMergedBins]gradientSum // one field's, [node·maxGrid + bin]
	scores   [2][additive.MaxMergedBins]float64
	binOrder [additive.MaxMergedBins]uint8
	rank     [additive.MaxMergedBins]float64
}

// newSymmetricBuilder allocates histograms for trees of some depth.
func newSymmetricBuilder(l *coarseData, depth int) symmetricBuilder {
	t := symmetricBuilder{coarseData: l, depth: depth, hist: make([][]int64, len(l.fields))}
	for f := range t.hist {
		t.hist[f] = make([]int64, additive.MaxMergedBins<<(depth-1))
	}
	return t
}

// reserve allocates for the rows of the sample.
func (t *symmetricBuilder) reserve() {
	n := len(t.sample)
	if n <= len(t.g) {
		return
	}
	t.g, t.h = make([]float32, n), make([]float32, n)
	t.order, t.packed = make([]int32, 0, n), make([]int64, n)
	t.spare, t.spares = make([]int32, n), make([]int64, n)
}

// pack converts the gradients, whose weights sum to total, to fixed point: 2³⁰
// units are more than any sum. The rounding is spread by the row's number (a
// Weyl sequence), so that equal rows do not all err to one side.
func (t *symmetricBuilder) pack(total float64) {
	scale := 1.0
	if total > 0 {
		scale = math.Exp2(math.Floor(30 - math.Log2(total)))
	}
	t.unitG, t.unitH = 1/scale, 1/(2*scale)
	t.packed = t.packed[:len(t.sample)]
	for k, r := range t.sample {
		dither := float64(uint32(r)*2654435769>>8) / (1 << 24)
		g := int64(math.Floor(float64(t.g[k])*scale + dither))
		h := int64(float64(t.h[k])*2*scale + dither)
		t.packed[k] = g<<32 + h
	}
	t.order = append(t.order[:0], t.sample...)
}

func (t *symmetricBuilder) unpack(sum int64) gradientSum {
	return gradientSum{float64(sum>>32) * t.unitG, float64(uint32(sum)) * t.unitH}
}

// grow returns a tree on some of the given fields: those that allowed accepts
// beside the tree's (nil: all). It has no split where none gains.
func (t *symmetricBuilder) grow(fields []int, allowed func(have featureSet, f int16) bool) symmetricTree {
	tree := symmetricTree{fields: noFields}
	t.from[0], t.upto[0] = 0, int32(len(t.order))
	t.liveNodes = append(t.liveNodes[:0], 0)
	was := 0.0
	for level := range t.depth {
		best, most := additive.Cut{Field: none}, 0.0
		t.nodeSums()
		if level == 0 {
			was = t.score(t.nodeSum[0].g, t.nodeSum[0].h)
		}
		for _, f := range fields {
			if allowed != nil && !allowed(tree.fields, int16(f)) {
				continue
			}
			t.fillHistograms(f, level)
			if c, score := t.bestSplit(f); score-was > most {
				best, most = c, score-was
			}
		}
		if best.Field == none || most <= 1e-9 {
			break
		}
		was += most
		tree.gain += most
		tree.fields, _ = tree.fields.with(best.Field)
		tree.cuts = append(tree.cuts, best)
		t.partition(best, level)
	}
	t.leafValues(&tree)
	return tree
}

// nodeSums sums up every node.
func (t *symmetricBuilder) nodeSums() {
	for _, n := range t.liveNodes {
		var sum int64
		for _, v := range t.packed[t.from[n]:t.upto[n]] {
			sum += v
		}
		t.nodeSum[n] = t.unpack(sum)
	}
}

// fillHistograms fills the field's histogram of every node. After a split at
// level−1 the nodes n and n + 2^(level−1) share the histogram that n had.
func (t *symmetricBuilder) fillHistograms(f, level int) {
	hist, codes := t.hist[f], t.coarse[f]
	if level == 0 {
		t.countNode(hist[:additive.MaxMergedBins], codes, 0)
		return
	}
	half := 1 << (level - 1)
	for n := range half {
		first, second := hist[n*additive.MaxMergedBins:(n+1)*additive.MaxMergedBins], hist[(n+half)*additive.MaxMergedBins:(n+half+1)*additive.MaxMergedBins]
		if t.upto[n]-t.from[n] < t.upto[n+half]-t.from[n+half] {
			copy(second, first)
			t.countNode(first, codes, n)
			for c, v := range first {
				second[c] -= v
			}
			continue
		}
		t.countNode(second, codes, n+half)
		for c, v := range second {
			first[c] -= v
		}
	}
}

// countNode sums one node's rows by bin.
func (t *symmetricBuilder) countNode(hist []int64, codes []uint8, n int) {
	clear(hist)
	into := (*[additive.MaxMergedBins]int64)(hist)
	rows, packed := t.order[t.from[n]:t.upto[n]], t.packed[t.from[n]:t.upto[n]]
	for k, r := range rows {
		into[codes[r]&(additive.MaxMergedBins-1)] += packed[k]
	}
}

// partition moves the rows of every node to its two children: those on the
// right of the split to the node 2^level further on.
func (t *symmetricBuilder) partition(c additive.Cut, level int) {
	half := 1 << level
	codes, bit := t.coarse[c.Field], c.Bits(1)
	t.liveNodes = t.liveNodes[:0]
	for n := range half {
		from, upto := t.from[n], t.upto[n]
		rows, packed := t.order[from:upto], t.packed[from:upto]
		left, right := 0, 0
		for k, r := range rows {
			v := packed[k]
			side := int(bit[codes[r]&(additive.MaxMergedBins-1)])
			rows[left], packed[left] = r, v
			t.spare[right], t.spares[right] = r, v
			left += 1 - side
			right += side
		}
		copy(rows[left:], t.spare[:right])
		copy(packed[left:], t.spares[:right])
		t.upto[n] = from + int32(left)
		t.from[n+half], t.upto[n+half] = from+int32(left), upto
	}
	for n := range 2 * half {
		if t.from[n] < t.upto[n] {
			t.liveNodes = append(t.liveNodes, n)
		}
	}
}

// bestSplit returns the best split of a field and the score of all leaves with
// it.
func (t *symmetricBuilder) bestSplit(f int) (additive.Cut, float64) {
	bins := t.grids[f].bins
	for _, n := range t.liveNodes {
		cells, hist := t.cells[n*additive.MaxMergedBins:n*additive.MaxMergedBins+bins], t.hist[f][n*additive.MaxMergedBins:n*additive.MaxMergedBins+bins]
		for c, sum := range hist {
			cells[c] = t.unpack(sum)
		}
	}
	line := t.binOrder[:bins-1]
	for i := range line {
		line[i] = uint8(i + 1)
	}
	if !t.grids[f].nominal {
		return t.scanSplits(f, line)
	}
	var most float64
	out := additive.Cut{Field: none}
	for _, lead := range t.liveNodes {
		t.sortLevels(lead, line)
		if c, score := t.scanSplits(f, line); score > most {
			out, most = c, score
		}
		if bins <= 4 { // two levels and those never seen: one order is enough
			break
		}
	}
	return out, most
}

// sortLevels sorts the levels by G/(H+levelPrior) in one node.
func (t *symmetricBuilder) sortLevels(lead int, line []uint8) {
	slices.Sort(line)
	for _, b := range line {
		c := t.cells[lead*additive.MaxMergedBins+int(b)]
		t.rank[b] = c.g / (c.h + levelPrior)
	}
	slices.SortStableFunc(line, func(a, b uint8) int {
		switch {
		case t.rank[a] < t.rank[b]:
			return -1
		case t.rank[a] > t.rank[b]:
			return 1
		}
		return 0
	})
}

// scanSplits tries every split in an order of the bins, with missing on either
// side.
func (t *symmetricBuilder) scanSplits(f int, line []uint8) (additive.Cut, float64) {
	left, right := t.scores[0][:len(line)+1], t.scores[1][:len(line)+1]
	clear(left)
	clear(right)
	absent := false
	for _, n := range t.liveNodes {
		cells := (*[additive.MaxMergedBins]gradientSum)(t.cells[n*additive.MaxMergedBins:])
		m, all := cells[additive.Missing], t.nodeSum[n]
		l := gradientSum{}
		if m.h > 0 {
			absent = true
			for i, b := range line { // left of cut i: the bins before it
				left[i] += t.score(l.g+m.g, l.h+m.h) + t.score(all.g-m.g-l.g, all.h-m.h-l.h)
				right[i] += t.score(l.g, l.h) + t.score(all.g-l.g, all.h-l.h)
				c := &cells[b&(additive.MaxMergedBins-1)]
				l.g, l.h = l.g+c.g, l.h+c.h
			}
			continue
		}
		for i, b := range line {
			worth := t.score(l.g, l.h) + t.score(all.g-l.g, all.h-l.h)
			left[i] += worth
			right[i] += worth
			c := &cells[b&(additive.MaxMergedBins-1)]
			l.g, l.h = l.g+c.g, l.h+c.h
		}
	}
	at, side, most := none, 0, 0.0
	for i := range line {
		if left[i] > most && (i > 0 || absent) {
			at, side, most = i, 0, left[i]
		}
		if right[i] > most && i > 0 && absent {
			at, side, most = i, 1, right[i]
		}
	}
	if at < 0 {
		return additive.Cut{Field: none}, 0
	}
	out := additive.Cut{Field: int16(f)}
	for _, b := range line[at:] {
		out.Right |= 1 << b
	}
	if side == 1 {
		out.Right |= 1 << additive.Missing
	}
	return out, most
}

func (t *symmetricBuilder) score(g, h float64) float64 { return g * g / (h + setL2) }

// leafValues computes the leaf values.
func (t *symmetricBuilder) leafValues(tree *symmetricTree) {
	tree.value = make([]float32, 1<<len(tree.cuts))
	t.nodeSums()
	for _, n := range t.liveNodes {
		tree.value[n] = float32(-t.nodeSum[n].g / (t.nodeSum[n].h + leafL2))
	}
}
