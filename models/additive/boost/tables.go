package boost

import (
	"sort"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// The trees on a set become a table: they are summed up on the bins that they
// separate, purified, and what moves down is added to pairs
// and main effects.

// setTable is a table over a set of fields while it is computed.
type setTable struct {
	fields featureSet
	merges []additive.MergedBins // from the coarse bins
	weight []float64
	bags   [][]float64
}

// setTables are the tables of all orders while they are computed.
type setTables struct {
	*coarseData
	bags    int
	triples []*setTable
	pairs   []*setTable
	pairOf  map[featureSet]*setTable
	mains   [][][]float64 // [field of the coarse data][bag][coarse bin]
}

// purifiedTables converts the trees into purified tables.
func (f *interactions) purifiedTables() *setTables {
	l := f.boosters[0].data
	s := &setTables{coarseData: l, bags: len(f.boosters), pairOf: make(map[featureSet]*setTable)}
	for _, g := range l.grids {
		s.mains = append(s.mains, models.Zeros(s.bags, g.bins))
	}
	for _, kept := range f.kept {
		own := treesOn(f, kept)
		if kept.size() == 3 {
			s.triple(kept, own)
			continue
		}
		m := s.pair(kept)
		for b, trees := range own {
			addTrees(trees, kept, m.merges, l.grids, m.bags[b])
		}
	}
	s.purifyPairs()
	return s
}

// treesOn returns each bag's trees that belong to a set: those that lie within
// it and within none before it.
func treesOn(f *interactions, kept featureSet) [][]*symmetricTree {
	out := make([][]*symmetricTree, len(f.boosters))
	for b, v := range f.boosters {
		for i := range v.trees {
			if owner(v.trees[i].fields, f.kept) == kept {
				out[b] = append(out[b], &v.trees[i])
			}
		}
	}
	return out
}

func owner(fields featureSet, kept []featureSet) featureSet {
	for _, s := range kept {
		if fields.within(s) {
			return s
		}
	}
	return noFields
}

// triple makes the table of a set of three.
func (s *setTables) triple(kept featureSet, trees [][]*symmetricTree) {
	m := s.emptyTable(kept, s.distinguishedBins(kept, trees))
	dims := dimsOf(m.merges)
	weight := smooth(m.weight, dims)
	for b := range m.bags {
		addTrees(trees[b], kept, m.merges, s.grids, m.bags[b])
		down := make([][]float64, 3)
		for i := range down {
			down[i] = make([]float64, len(m.bags[b])/dims[i])
		}
		purify(m.bags[b], weight, dims, down)
		for i := range down {
			s.addToPair(kept, i, m.merges, down[i], b)
		}
	}
	s.triples = append(s.triples, m)
}

// addToPair adds the means of a triple along its field i to the pair of the
// other two.
func (s *setTables) addToPair(kept featureSet, i int, joints []additive.MergedBins, values []float64, bag int) {
	a, b := (i+1)%3, (i+2)%3
	if a > b {
		a, b = b, a
	}
	p := s.pair(featureSet{kept[a], kept[b], none})
	at := 0
	for x := range p.merges[0].Bins {
		for y := range p.merges[1].Bins {
			p.bags[bag][at] += values[int(joints[a].Bin[x])*joints[b].Bins+int(joints[b].Bin[y])]
			at++
		}
	}
}

// pair returns the pair's table.
func (s *setTables) pair(fields featureSet) *setTable {
	if p := s.pairOf[fields]; p != nil {
		return p
	}
	var same []additive.MergedBins
	for _, f := range fields[:2] {
		j := additive.MergedBins{Bins: s.grids[f].bins, Bin: make([]uint8, s.grids[f].bins)}
		for c := range j.Bin {
			j.Bin[c] = uint8(c)
		}
		same = append(same, j)
	}
	p := s.emptyTable(fields, same)
	s.pairOf[fields] = p
	s.pairs = append(s.pairs, p)
	return p
}

// purifyPairs purifies the pairs into main effects.
func (s *setTables) purifyPairs() {
	for _, p := range s.pairs {
		dims := dimsOf(p.merges)
		weight := smooth(p.weight, dims)
		for b := range p.bags {
			down := [][]float64{s.mains[p.fields[1]][b], s.mains[p.fields[0]][b]}
			purify(p.bags[b], weight, dims, down)
		}
	}
}

// emptyTable returns a table of zeros; joints are of the grid's bins.
func (s *setTables) emptyTable(fields featureSet, joints []additive.MergedBins) *setTable {
	n := additive.Cells(joints)
	m := &setTable{fields: fields, merges: joints, weight: make([]float64, n), bags: models.Zeros(s.bags, n)}
	for i, w := range s.weight {
		at := 0
		for k, j := range joints {
			at = at*j.Bins + int(j.Bin[s.coarse[fields[k]][i]])
		}
		m.weight[at] += w
	}
	return m
}

func dimsOf(joints []additive.MergedBins) []int {
	var dims []int
	for _, j := range joints {
		dims = append(dims, j.Bins)
	}
	return dims
}

// distinguishedBins merges, for each field of a set, the bins that no tree
// separates. A bin without a row stays alone.
func (s *setTables) distinguishedBins(kept featureSet, trees [][]*symmetricTree) []additive.MergedBins {
	joints := make([]additive.MergedBins, 3)
	for k, f := range kept {
		j := additive.MergedBins{Bin: make([]uint8, s.grids[f].bins), Bins: 1}
		for _, own := range trees {
			for _, tree := range own {
				for _, c := range tree.cuts {
					if c.Field == f {
						split(&j, c.Right)
					}
				}
			}
		}
		mass := make([]float64, s.grids[f].bins)
		for i, c := range s.coarse[f] {
			mass[c] += s.weight[i]
		}
		for c, w := range mass {
			if w == 0 || c == additive.Missing {
				split(&j, 1<<c)
			}
		}
		joints[k] = j
	}
	return joints
}

// split separates the bins inside from those outside. Bins keep the order of
// their first members.
func split(j *additive.MergedBins, inside uint64) {
	number := make(map[int]int)
	for c, was := range j.Bin {
		key := 2*int(was) + int(inside>>c&1)
		if _, ok := number[key]; !ok {
			number[key] = len(number)
		}
		j.Bin[c] = uint8(number[key])
	}
	j.Bins = len(number)
}

// addTrees adds the trees to a table over the set's joints.
func addTrees(trees []*symmetricTree, kept featureSet, joints []additive.MergedBins, grids []coarseBinning, into []float64) {
	n := kept.size()
	for _, tree := range trees {
		parts := make([][]uint8, 3) // [field of the set][bin] bits of the leaf
		for k := range parts {
			parts[k] = make([]uint8, 1)
			if k >= n {
				continue
			}
			parts[k] = make([]uint8, joints[k].Bins)
			for c := range grids[kept[k]].bins {
				var bits uint8
				for level, cut := range tree.cuts {
					if cut.Field == kept[k] && cut.Right>>c&1 == 1 {
						bits |= 1 << level
					}
				}
				parts[k][joints[k].Bin[c]] = bits
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

// modelTable converts a table over a set into one over the model's fields,
// times slope.
func (s *setTables) modelTable(m *setTable, slope float64) additive.Table {
	n := m.fields.size()
	order := make([]int, n) // [field of the term] place in the set
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return s.fields[m.fields[order[a]]] < s.fields[m.fields[order[b]]] })
	t := additive.Table{}
	for _, i := range order {
		g := s.grids[m.fields[i]]
		j := additive.MergedBins{Bin: make([]uint8, len(g.bin)), Bins: m.merges[i].Bins}
		for c, b := range g.bin {
			j.Bin[c] = m.merges[i].Bin[b]
		}
		t.Fields, t.Merges = append(t.Fields, s.fields[m.fields[i]]), append(t.Merges, j)
	}
	t.Weight = transpose(m.weight, dimsOf(m.merges), order)
	for _, bag := range m.bags {
		values := transpose(bag, dimsOf(m.merges), order)
		for c := range values {
			values[c] *= slope
		}
		t.Bags = append(t.Bags, values)
	}
	t.SetMean()
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
