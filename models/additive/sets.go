package additive

import "sort"

// What sets learned becomes tables: trees are summed up on the bins that they
// tell apart, purified, and what moves down is added to pairs and mains.

// margin is a table over a set of fields while it is made.
type margin struct {
	fields set
	joints []joint // from the bins of the lattice's grid
	mass   []float64
	bags   [][]float64
}

// spread is the tables of all orders, as they are being made.
type spread struct {
	*lattice
	bags    int
	triples []*margin
	pairs   []*margin
	pairOf  map[set]*margin
	mains   [][][]float64 // [field of the lattice][bag][bin of the grid]
}

// tables turns the trees into purified tables.
func (f *found) tables() *spread {
	l := f.weavers[0].whole
	s := &spread{lattice: l, bags: len(f.weavers), pairOf: make(map[set]*margin)}
	for _, g := range l.grids {
		s.mains = append(s.mains, zeros(s.bags, g.bins))
	}
	for _, kept := range f.kept {
		own := treesOn(f, kept)
		if kept.size() == 3 {
			s.triple(kept, own)
			continue
		}
		m := s.pair(kept)
		for b, trees := range own {
			sumUp(trees, kept, m.joints, l.grids, m.bags[b])
		}
	}
	s.settlePairs()
	return s
}

// treesOn returns each bag's trees that belong to a set: those that lie within
// it and within none before it.
func treesOn(f *found, kept set) [][]*symmetric {
	out := make([][]*symmetric, len(f.weavers))
	for b, v := range f.weavers {
		for i := range v.trees {
			if owner(v.trees[i].fields, f.kept) == kept {
				out[b] = append(out[b], &v.trees[i])
			}
		}
	}
	return out
}

func owner(fields set, kept []set) set {
	for _, s := range kept {
		if fields.within(s) {
			return s
		}
	}
	return noFields
}

// triple makes the table of a set of three.
func (s *spread) triple(kept set, trees [][]*symmetric) {
	m := s.empty(kept, s.told(kept, trees))
	dims := dimsOf(m.joints)
	weight := smooth(m.mass, dims)
	for b := range m.bags {
		sumUp(trees[b], kept, m.joints, s.grids, m.bags[b])
		down := make([][]float64, 3)
		for i := range down {
			down[i] = make([]float64, len(m.bags[b])/dims[i])
		}
		purify(m.bags[b], weight, dims, down)
		for i := range down {
			s.pass(kept, i, m.joints, down[i], b)
		}
	}
	s.triples = append(s.triples, m)
}

// pass adds what a triple gave up along its field i to the pair of the others.
func (s *spread) pass(kept set, i int, joints []joint, values []float64, bag int) {
	a, b := (i+1)%3, (i+2)%3
	if a > b {
		a, b = b, a
	}
	p := s.pair(set{kept[a], kept[b], none})
	at := 0
	for x := range p.joints[0].bins {
		for y := range p.joints[1].bins {
			p.bags[bag][at] += values[int(joints[a].of[x])*joints[b].bins+int(joints[b].of[y])]
			at++
		}
	}
}

// pair returns the pair's table.
func (s *spread) pair(fields set) *margin {
	if p := s.pairOf[fields]; p != nil {
		return p
	}
	var same []joint
	for _, f := range fields[:2] {
		j := joint{bins: s.grids[f].bins, of: make([]uint8, s.grids[f].bins)}
		for c := range j.of {
			j.of[c] = uint8(c)
		}
		same = append(same, j)
	}
	p := s.empty(fields, same)
	s.pairOf[fields] = p
	s.pairs = append(s.pairs, p)
	return p
}

// settlePairs purifies the pairs into mains, and these into the level.
func (s *spread) settlePairs() {
	for _, p := range s.pairs {
		dims := dimsOf(p.joints)
		weight := smooth(p.mass, dims)
		for b := range p.bags {
			down := [][]float64{s.mains[p.fields[1]][b], s.mains[p.fields[0]][b]}
			purify(p.bags[b], weight, dims, down)
		}
	}
}

// empty returns a table of zeros; joints are of the grid's bins.
func (s *spread) empty(fields set, joints []joint) *margin {
	n := cellsOf(joints)
	m := &margin{fields: fields, joints: joints, mass: make([]float64, n), bags: zeros(s.bags, n)}
	for i, w := range s.weight {
		at := 0
		for k, j := range joints {
			at = at*j.bins + int(j.of[s.coarse[fields[k]][i]])
		}
		m.mass[at] += w
	}
	return m
}

func dimsOf(joints []joint) []int {
	var dims []int
	for _, j := range joints {
		dims = append(dims, j.bins)
	}
	return dims
}

// told joins, for each field of a set, the bins that no tree tells apart. A bin
// without a row stays on its own.
func (s *spread) told(kept set, trees [][]*symmetric) []joint {
	joints := make([]joint, 3)
	for k, f := range kept {
		j := joint{of: make([]uint8, s.grids[f].bins), bins: 1}
		for _, own := range trees {
			for _, tree := range own {
				for _, c := range tree.cuts {
					if c.field == f {
						j.split(c.right)
					}
				}
			}
		}
		mass := make([]float64, s.grids[f].bins)
		for i, c := range s.coarse[f] {
			mass[c] += s.weight[i]
		}
		for c, w := range mass {
			if w == 0 || c == missing {
				j.split(1 << c)
			}
		}
		joints[k] = j
	}
	return joints
}

// split tells the bins inside apart from those outside. Bins keep the order of
// their first members.
func (j *joint) split(inside uint64) {
	number := make(map[int]int)
	for c, was := range j.of {
		key := 2*int(was) + int(inside>>c&1)
		if _, ok := number[key]; !ok {
			number[key] = len(number)
		}
		j.of[c] = uint8(number[key])
	}
	j.bins = len(number)
}

// sumUp adds the trees to a table over the set's joints.
func sumUp(trees []*symmetric, kept set, joints []joint, grids []grid, into []float64) {
	n := kept.size()
	for _, tree := range trees {
		parts := make([][]uint8, 3) // [field of the set][bin] bits of the leaf
		for k := range parts {
			parts[k] = make([]uint8, 1)
			if k >= n {
				continue
			}
			parts[k] = make([]uint8, joints[k].bins)
			for c := range grids[kept[k]].bins {
				var bits uint8
				for level, cut := range tree.cuts {
					if cut.field == kept[k] && cut.right>>c&1 == 1 {
						bits |= 1 << level
					}
				}
				parts[k][joints[k].of[c]] = bits
			}
		}
		at := 0
		for _, x := range parts[0] {
			for _, y := range parts[1] {
				for _, w := range parts[2] {
					into[at] += float64(tree.value[x|y|w])
					at++
				}
			}
		}
	}
}

// term turns a table over a set into one over the model's fields, times slope.
func (s *spread) term(m *margin, slope float64) term {
	n := m.fields.size()
	order := make([]int, n) // [field of the term] place in the set
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return s.fields[m.fields[order[a]]] < s.fields[m.fields[order[b]]] })
	t := term{}
	for _, i := range order {
		g := s.grids[m.fields[i]]
		j := joint{of: make([]uint8, len(g.of)), bins: m.joints[i].bins}
		for c, b := range g.of {
			j.of[c] = m.joints[i].of[b]
		}
		t.fields, t.joints = append(t.fields, s.fields[m.fields[i]]), append(t.joints, j)
	}
	t.mass = transpose(m.mass, dimsOf(m.joints), order)
	for _, bag := range m.bags {
		values := transpose(bag, dimsOf(m.joints), order)
		for c := range values {
			values[c] *= slope
		}
		t.bags = append(t.bags, values)
	}
	t.average()
	return t
}

// transpose returns a table with its fields in another order: the i-th is what
// was the order[i]-th.
func transpose(values []float64, dims, order []int) []float64 {
	out := make([]float64, len(values))
	at := make([]int, len(dims))
	for _, v := range values {
		to := 0
		for _, i := range order {
			to = to*dims[i] + at[i]
		}
		out[to] = v
		for i := len(dims) - 1; i >= 0; i-- {
			if at[i]++; at[i] < dims[i] {
				break
			}
			at[i] = 0
		}
	}
	return out
}
