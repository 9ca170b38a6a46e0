package additive

import "slices"

// A symmetric tree has one cut per level, the same in all its nodes (as
// CatBoost grows them: Prokhorenkova et al. 2018), so that one of depth d is a
// function of at most d fields, and of no more than three here. With sums G and
// H of the rows of a leaf,
//
//	v = − G / (H + L2),   worth Σ_leaves G²/(H+L2)
//
// A missing value goes to the better side of a cut; levels are cut in the order
// of G/(H+10) within the node where that pays most.

const maxDepth = 6

// set is up to three fields of a lattice, ascending; unused places hold none.
type set [3]int16

const none = -1

var noFields = set{none, none, none}

// with returns the set and one field more; ok is false where it is full.
func (s set) with(f int16) (set, bool) {
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
func (s set) size() int {
	n := 0
	for _, f := range s {
		if f != none {
			n++
		}
	}
	return n
}

func (s set) has(f int16) bool { return s[0] == f || s[1] == f || s[2] == f }

// within tells whether every field is in the other set.
func (s set) within(other set) bool {
	for _, f := range s {
		if f != none && !other.has(f) {
			return false
		}
	}
	return true
}

// cut sends the bins in right one way, the others the other way.
type cut struct {
	field int16
	right uint64
}

// symmetric is one tree.
type symmetric struct {
	fields set
	cuts   []cut
	value  []float32 // [leaf] the first cut is the highest bit
	gain   float64
}

// lattice is what all bags weave sets on: coarse bins of every row.
type lattice struct {
	*design
	fields []int     // [field of the lattice] index of the field, in the order of names
	grids  []grid    // [field of the lattice]
	coarse [][]uint8 // [field of the lattice][row]
}

// cell is the sum of gradients and hessians in one bin of one node.
type cell struct{ g, h float64 }

// growSymmetric finds cuts level by level. allowed tells which fields may join.
type symmetricGrower struct {
	*lattice
	depth  int
	seen   []int32   // rows that count
	g, h   []float32 // of these rows
	node   []uint8   // of these rows
	sums   [1 << (maxDepth - 1) * maxGrid]cell
	scores [2][maxGrid]float64
	order  [maxGrid]uint8
	rank   [maxGrid]float64
}

// grow returns the tree; no cut: nothing is worth one.
func (t *symmetricGrower) grow(allowed func(have set, f int16) bool) symmetric {
	tree := symmetric{fields: noFields}
	clear(t.node[:len(t.seen)])
	was := 0.0
	for level := range t.depth {
		best, most := cut{field: none}, 0.0
		if level == 0 {
			was = t.whole()
		}
		for f := range t.fields {
			if !allowed(tree.fields, int16(f)) {
				continue
			}
			t.sum(f, 1<<level)
			if c, score := t.best(f, 1<<level); score-was > most {
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
		codes := t.coarse[best.field]
		for i, r := range t.seen {
			t.node[i] = t.node[i]<<1 | uint8(best.right>>codes[r]&1)
		}
	}
	t.leaves(&tree)
	return tree
}

// whole is the worth of no cut.
func (t *symmetricGrower) whole() float64 {
	var g, h float64
	for i := range t.seen {
		g, h = g+float64(t.g[i]), h+float64(t.h[i])
	}
	return g * g / (h + setL2)
}

// sum fills the histogram of every node.
func (t *symmetricGrower) sum(f, nodes int) {
	clear(t.sums[:nodes*maxGrid])
	codes, node, g, h := t.coarse[f], t.node[:len(t.seen)], t.g[:len(t.seen)], t.h[:len(t.seen)]
	for i, r := range t.seen {
		c := &t.sums[int(node[i])*maxGrid+int(codes[r])&(maxGrid-1)]
		c.g += float64(g[i])
		c.h += float64(h[i])
	}
}

// best returns the best cut of a field and the worth of all leaves with it.
func (t *symmetricGrower) best(f, nodes int) (cut, float64) {
	bins := t.grids[f].bins
	order := t.order[:bins-1]
	for i := range order {
		order[i] = uint8(i + 1)
	}
	if !t.grids[f].nominal {
		return t.along(f, nodes, order)
	}
	var most float64
	out := cut{field: none}
	for lead := range nodes {
		t.arrange(lead, order)
		if c, score := t.along(f, nodes, order); score > most {
			out, most = c, score
		}
		if bins <= 4 { // two levels and those never seen: one order is enough
			break
		}
	}
	return out, most
}

// arrange orders the levels by what they are worth in one node.
func (t *symmetricGrower) arrange(lead int, order []uint8) {
	slices.Sort(order)
	for _, b := range order {
		c := t.sums[lead*maxGrid+int(b)]
		t.rank[b] = c.g / (c.h + orderPrior)
	}
	slices.SortStableFunc(order, func(a, b uint8) int {
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
func (t *symmetricGrower) along(f, nodes int, order []uint8) (cut, float64) {
	left, right := t.scores[0][:len(order)+1], t.scores[1][:len(order)+1]
	clear(left)
	clear(right)
	absent := false
	for n := range nodes {
		sums := t.sums[n*maxGrid : (n+1)*maxGrid]
		m := sums[missing]
		all := m
		for _, b := range order {
			all.g, all.h = all.g+sums[b].g, all.h+sums[b].h
		}
		absent = absent || m.h > 0
		l := cell{}
		for i, b := range order { // left of cut i: the bins before it
			left[i] += t.worth(l.g+m.g, l.h+m.h) + t.worth(all.g-m.g-l.g, all.h-m.h-l.h)
			if m.h > 0 {
				right[i] += t.worth(l.g, l.h) + t.worth(all.g-l.g, all.h-l.h)
			} else {
				right[i] = left[i]
			}
			l.g, l.h = l.g+sums[b].g, l.h+sums[b].h
		}
	}
	at, side, most := none, 0, 0.0
	for i := range order {
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
	for _, b := range order[at:] {
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
	var sums [1 << maxDepth]cell
	for i, n := range t.node[:len(t.seen)] {
		c := &sums[n&(1<<maxDepth-1)]
		c.g += float64(t.g[i])
		c.h += float64(t.h[i])
	}
	tree.value = make([]float32, 1<<len(tree.cuts))
	for n := range tree.value {
		tree.value[n] = float32(-sums[n].g / (sums[n].h + setL2))
	}
}

// apply adds the tree's values to log-odds.
func (l *lattice) apply(tree *symmetric, z []float32) {
	var leaf [512]uint8
	for first := 0; first < len(z); first += len(leaf) {
		part := z[first:min(first+len(leaf), len(z))]
		at := leaf[:len(part)]
		clear(at)
		for _, c := range tree.cuts {
			codes := l.coarse[c.field][first:]
			for i := range at {
				at[i] = at[i]<<1 | uint8(c.right>>(codes[i]&63)&1)
			}
		}
		for i, n := range at {
			part[i] += tree.value[n]
		}
	}
}
