package additive

import (
	"math"
	"slices"
)

// cell is the sum of gradients and hessians in one bin of one node.
type cell struct{ g, h float64 }

// symmetricGrower finds cuts level by level.
//
// Gradients and hessians are summed as fixed point, both in one word: one
// addition a row and field, sums that no order of the rows changes, and of two
// nodes with the same parent only the smaller is summed, the other is what
// remains.
type symmetricGrower struct {
	*lattice
	depth int
	seen  []int32   // rows that count
	g, h  []float32 // of these rows

	order        []int32              // these rows, those of a node next to each other
	packed       []int64              // gradient and hessian of each, as fixed point
	unitG, unitH float64              // what 1 stands for
	from, upto   [1 << maxDepth]int32 // [node] its first row; the one after its last
	live         []int                // nodes that hold rows
	whole        [1 << maxDepth]cell  // [node] all its rows
	hist         [][]int64            // [field of the lattice][node·maxGrid + bin]

	spare  []int32 // rows on their way to the right, and their sums
	spares []int64
	cells  [1 << (maxDepth - 1) * maxGrid]cell // one field's, [node·maxGrid + bin]
	scores [2][maxGrid]float64
	line   [maxGrid]uint8
	rank   [maxGrid]float64
}

// newSymmetricGrower makes room for trees of some depth.
func newSymmetricGrower(l *lattice, depth int) symmetricGrower {
	t := symmetricGrower{lattice: l, depth: depth, hist: make([][]int64, len(l.fields))}
	for f := range t.hist {
		t.hist[f] = make([]int64, maxGrid<<(depth-1))
	}
	return t
}

// hold makes room for the rows that count: few of many, where a tree sees a part.
func (t *symmetricGrower) hold() {
	n := len(t.seen)
	if n <= len(t.g) {
		return
	}
	t.g, t.h = make([]float32, n), make([]float32, n)
	t.order, t.packed = make([]int32, 0, n), make([]int64, n)
	t.spare, t.spares = make([]int32, n), make([]int64, n)
}

// pack makes fixed point of the gradients, which weigh total: 2³⁰ of the unit
// are more than any sum. What is cut off is spread by the row's number (a Weyl
// sequence), so that equal rows do not all err to one side.
func (t *symmetricGrower) pack(total float64) {
	scale := 1.0
	if total > 0 {
		scale = math.Exp2(math.Floor(30 - math.Log2(total)))
	}
	t.unitG, t.unitH = 1/scale, 1/(2*scale)
	t.packed = t.packed[:len(t.seen)]
	for k, r := range t.seen {
		dither := float64(uint32(r)*2654435769>>8) / (1 << 24)
		g := int64(math.Floor(float64(t.g[k])*scale + dither))
		h := int64(float64(t.h[k])*2*scale + dither)
		t.packed[k] = g<<32 + h
	}
	t.order = append(t.order[:0], t.seen...)
}

func (t *symmetricGrower) unpack(sum int64) cell {
	return cell{float64(sum>>32) * t.unitG, float64(uint32(sum)) * t.unitH}
}

// grow returns a tree on some of the given fields: those that allowed lets join
// what the tree has (nil: all). No cut: nothing is worth one.
func (t *symmetricGrower) grow(fields []int, allowed func(have set, f int16) bool) symmetric {
	tree := symmetric{fields: noFields}
	t.from[0], t.upto[0] = 0, int32(len(t.order))
	t.live = append(t.live[:0], 0)
	was := 0.0
	for level := range t.depth {
		best, most := cut{field: none}, 0.0
		t.totals()
		if level == 0 {
			was = t.worth(t.whole[0].g, t.whole[0].h)
		}
		for _, f := range fields {
			if allowed != nil && !allowed(tree.fields, int16(f)) {
				continue
			}
			t.sum(f, level)
			if c, score := t.best(f); score-was > most {
				best, most = c, score-was
			}
		}
		if best.field == none || most <= 1e-9 {
			break
		}
		was += most
		tree.gain += most
		tree.fields, _ = tree.fields.with(best.field)
		tree.cuts = append(tree.cuts, best)
		t.part(best, level)
	}
	t.leaves(&tree)
	return tree
}

// totals sums every node up.
func (t *symmetricGrower) totals() {
	for _, n := range t.live {
		var sum int64
		for _, v := range t.packed[t.from[n]:t.upto[n]] {
			sum += v
		}
		t.whole[n] = t.unpack(sum)
	}
}

// sum fills the field's histogram of every node. After a cut at level−1 the
// nodes n and n + 2^(level−1) share the histogram that n had.
func (t *symmetricGrower) sum(f, level int) {
	hist, codes := t.hist[f], t.coarse[f]
	if level == 0 {
		t.count(hist[:maxGrid], codes, 0)
		return
	}
	half := 1 << (level - 1)
	for n := range half {
		first, second := hist[n*maxGrid:(n+1)*maxGrid], hist[(n+half)*maxGrid:(n+half+1)*maxGrid]
		if t.upto[n]-t.from[n] < t.upto[n+half]-t.from[n+half] {
			copy(second, first)
			t.count(first, codes, n)
			for c, v := range first {
				second[c] -= v
			}
			continue
		}
		t.count(second, codes, n+half)
		for c, v := range second {
			first[c] -= v
		}
	}
}

// count sums one node's rows by bin.
func (t *symmetricGrower) count(hist []int64, codes []uint8, n int) {
	clear(hist)
	into := (*[maxGrid]int64)(hist)
	rows, packed := t.order[t.from[n]:t.upto[n]], t.packed[t.from[n]:t.upto[n]]
	for k, r := range rows {
		into[codes[r]&(maxGrid-1)] += packed[k]
	}
}

// part sends the rows of every node to its two sides: those on the right of the
// cut to the node 2^level further on.
func (t *symmetricGrower) part(c cut, level int) {
	half := 1 << level
	codes, bit := t.coarse[c.field], c.bits(1)
	t.live = t.live[:0]
	for n := range half {
		from, upto := t.from[n], t.upto[n]
		rows, packed := t.order[from:upto], t.packed[from:upto]
		left, right := 0, 0
		for k, r := range rows {
			v := packed[k]
			side := int(bit[codes[r]&(maxGrid-1)])
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
			t.live = append(t.live, n)
		}
	}
}

// best returns the best cut of a field and the worth of all leaves with it.
func (t *symmetricGrower) best(f int) (cut, float64) {
	bins := t.grids[f].bins
	for _, n := range t.live {
		cells, hist := t.cells[n*maxGrid:n*maxGrid+bins], t.hist[f][n*maxGrid:n*maxGrid+bins]
		for c, sum := range hist {
			cells[c] = t.unpack(sum)
		}
	}
	line := t.line[:bins-1]
	for i := range line {
		line[i] = uint8(i + 1)
	}
	if !t.grids[f].nominal {
		return t.along(f, line)
	}
	var most float64
	out := cut{field: none}
	for _, lead := range t.live {
		t.arrange(lead, line)
		if c, score := t.along(f, line); score > most {
			out, most = c, score
		}
		if bins <= 4 { // two levels and those never seen: one order is enough
			break
		}
	}
	return out, most
}

// arrange orders the levels by what they are worth in one node.
func (t *symmetricGrower) arrange(lead int, line []uint8) {
	slices.Sort(line)
	for _, b := range line {
		c := t.cells[lead*maxGrid+int(b)]
		t.rank[b] = c.g / (c.h + orderPrior)
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

// along tries every cut in an order of the bins, missing on either side.
func (t *symmetricGrower) along(f int, line []uint8) (cut, float64) {
	left, right := t.scores[0][:len(line)+1], t.scores[1][:len(line)+1]
	clear(left)
	clear(right)
	absent := false
	for _, n := range t.live {
		cells := (*[maxGrid]cell)(t.cells[n*maxGrid:])
		m, all := cells[missing], t.whole[n]
		l := cell{}
		if m.h > 0 {
			absent = true
			for i, b := range line { // left of cut i: the bins before it
				left[i] += t.worth(l.g+m.g, l.h+m.h) + t.worth(all.g-m.g-l.g, all.h-m.h-l.h)
				right[i] += t.worth(l.g, l.h) + t.worth(all.g-l.g, all.h-l.h)
				c := &cells[b&(maxGrid-1)]
				l.g, l.h = l.g+c.g, l.h+c.h
			}
			continue
		}
		for i, b := range line {
			worth := t.worth(l.g, l.h) + t.worth(all.g-l.g, all.h-l.h)
			left[i] += worth
			right[i] += worth
			c := &cells[b&(maxGrid-1)]
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
		return cut{field: none}, 0
	}
	out := cut{field: int16(f)}
	for _, b := range line[at:] {
		out.right |= 1 << b
	}
	if side == 1 {
		out.right |= 1 << missing
	}
	return out, most
}

func (t *symmetricGrower) worth(g, h float64) float64 { return g * g / (h + setL2) }

// leaves computes the values.
func (t *symmetricGrower) leaves(tree *symmetric) {
	tree.value = make([]float32, 1<<len(tree.cuts))
	t.totals()
	for _, n := range t.live {
		tree.value[n] = float32(-t.whole[n].g / (t.whole[n].h + leafL2))
	}
}
