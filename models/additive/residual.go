package additive

import (
	"math/bits"

	"github.com/etappe/etappe/models"
)

// ResidualTrees is the residual: symmetric trees on any number of fields, in
// every bag its own. A tree of depth d has 2^d leaves and at most d ≤ 6
// fields, so a sum over all coalitions of its fields is short, and its Shapley
// values are exact like those of a table.
//
// The trees hold no mean and no main effect under independent fields (these
// are in the intercept and in the main effects), so that they are interactions
// alone:
//
//	E[T] = 0,   E[T | x_j] = 0 for every j        E over Π_j Weight_j
type ResidualTrees struct {
	Fields []int       // [field of the residual] index of the field
	Bin    [][]uint8   // [field of the residual][bin of the axis] coarser bin
	Weight [][]float64 // [field of the residual][coarser bin] training weight
	Bags   [][]Tree
	// importance is the mean size of a field's share over (at most some thousand)
	// training rows, in log-odds.
	importance []float64
}

// Tree is one symmetric tree. Its leaves are numbered by the sides of its
// cuts, the first the lowest bit.
type Tree struct {
	Cuts  []Cut
	Value []float64 // [leaf]
}

// players are the distinct fields of a tree and the bits of their cuts.
type players struct {
	fields [MaxDepth]int16
	bits   [MaxDepth]uint8
	n      int
}

func (t *Tree) players() players {
	var p players
	for level, c := range t.Cuts {
		i := 0
		for i < p.n && p.fields[i] != c.Field {
			i++
		}
		if i == p.n {
			p.fields[i] = c.Field
			p.n++
		}
		p.bits[i] |= 1 << level
	}
	return p
}

// weights returns, for every player, the share of the training weight in each
// pattern of its cuts: [player][the player's bits of a leaf].
func (r *ResidualTrees) weights(t *Tree, p *players) [MaxDepth][1 << MaxDepth]float64 {
	var out [MaxDepth][1 << MaxDepth]float64
	for i := range p.n {
		total := 0.0
		for b, w := range r.Weight[p.fields[i]] {
			pattern := 0
			for level, c := range t.Cuts {
				if c.Field == p.fields[i] {
					pattern |= int(c.Right>>b&1) << level
				}
			}
			out[i][pattern] += w
			total += w
		}
		for pattern := range out[i] {
			out[i][pattern] /= total
		}
	}
	return out
}

// integrate replaces values by their mean over one player.
func integrate(value []float64, own uint8, weight *[1 << MaxDepth]float64) {
	for leaf := range value {
		if uint8(leaf)&own != 0 {
			continue // done with the leaf that shares the other bits
		}
		sum := 0.0
		for at := own; ; at = (at - 1) & own { // every pattern of the player's bits
			sum += weight[at] * value[leaf|int(at)]
			if at == 0 {
				break
			}
		}
		for at := own; ; at = (at - 1) & own {
			value[leaf|int(at)] = sum
			if at == 0 {
				break
			}
		}
	}
}

// shares returns each player's Shapley value in every leaf, with independent
// fields in the place of the absent: [player][leaf].
//
//	φ_i = Σ_{S ∌ i} |S|! (n−|S|−1)! / n! · ( E[T | x_S, x_i] − E[T | x_S] )
func (r *ResidualTrees) shares(t *Tree, p *players) [][]float64 {
	weight := r.weights(t, p)
	mean := make([][]float64, 1<<p.n) // [coalition][leaf] E[T | x_S]
	mean[1<<p.n-1] = t.Value
	for s := 1<<p.n - 2; s >= 0; s-- {
		absent := bits.TrailingZeros(^uint(s))
		mean[s] = append([]float64(nil), mean[s|1<<absent]...)
		integrate(mean[s], p.bits[absent], &weight[absent])
	}
	out := models.Zeros(p.n, len(t.Value))
	for s, without := range mean {
		for i := range p.n {
			if s>>i&1 == 1 {
				continue
			}
			w := coalition[p.n][bits.OnesCount(uint(s))]
			for leaf, with := range mean[s|1<<i] {
				out[i][leaf] += w * (with - without[leaf])
			}
		}
	}
	return out
}

// coalition[n][s] is s!(n−s−1)!/n!: the weight of a coalition of s among n.
var coalition = func() (w [MaxDepth + 1][MaxDepth]float64) {
	for n := 1; n <= MaxDepth; n++ {
		choose := 1.0
		for s := range n {
			w[n][s] = 1 / (float64(n) * choose)
			choose *= float64(n-1-s) / float64(s+1)
		}
	}
	return w
}()

// Purify makes the tree one of interactions alone: it returns its mean and
// takes it and its main effects out, which it adds to mains [field of the
// residual][merged bin].
func (r *ResidualTrees) Purify(t *Tree, mains [][]float64) float64 {
	p := t.players()
	weight := r.weights(t, &p)
	mean := make([][]float64, p.n+1) // of each player alone; of nobody
	for i := range mean {
		mean[i] = append([]float64(nil), t.Value...)
		for k := range p.n {
			if k != i {
				integrate(mean[i], p.bits[k], &weight[k])
			}
		}
	}
	middle := mean[p.n][0]
	for i := range p.n {
		field := p.fields[i]
		for b := range mains[field] {
			mains[field][b] += mean[i][t.side(b, field)] - middle
		}
		for leaf := range t.Value {
			t.Value[leaf] -= mean[i][leaf] - middle
		}
	}
	for leaf := range t.Value {
		t.Value[leaf] -= middle
	}
	return middle
}

// side returns a field's bits of the leaf in which its bin lies.
func (t *Tree) side(bin int, field int16) int {
	leaf := 0
	for level, c := range t.Cuts {
		if c.Field == field {
			leaf |= int(c.Right>>bin&1) << level
		}
	}
	return leaf
}

// leaf returns the leaf of a row: codes[field][row].
func (r *ResidualTrees) leaf(t *Tree, codes [][]uint8, row int) int {
	leaf := 0
	for level, c := range t.Cuts {
		bin := r.Bin[c.Field][codes[r.Fields[c.Field]][row]]
		leaf |= int(c.Right>>bin&1) << level
	}
	return leaf
}

// addShares adds each field's share of the way from one row to another: the Shapley
// value with from as the single reference. A player all of whose cuts send both
// rows the same way has no part in it.
func (r *ResidualTrees) addShares(s *rowMove, weight float64, add func(j int, share float64)) {
	weight /= float64(len(r.Bags))
	for _, trees := range r.Bags {
		for k := range trees {
			t := &trees[k]
			from, to := r.leaf(t, s.from, s.fromRow), r.leaf(t, s.to, s.toRow)
			if from == to {
				continue
			}
			p := t.players()
			n := 0
			for i := range p.n {
				if moved := p.bits[i] & uint8(from^to); moved != 0 {
					p.fields[n], p.bits[n] = p.fields[i], moved
					n++
				}
			}
			p.n = n
			for i := range n {
				add(r.Fields[p.fields[i]], weight*t.moved(from, i, &p))
			}
		}
	}
}

// moved returns player i's Shapley value; p holds the bits that differ.
func (t *Tree) moved(from, i int, p *players) float64 {
	share := 0.0
	for s := range 1 << p.n {
		if s>>i&1 == 1 {
			continue
		}
		leaf := uint8(from)
		for k := range p.n {
			if s>>k&1 == 1 {
				leaf ^= p.bits[k]
			}
		}
		share += coalition[p.n][bits.OnesCount(uint(s))] * (t.Value[leaf^p.bits[i]] - t.Value[leaf])
	}
	return share
}

// Cut sends the bins in right one way, the others the other way.
type Cut struct {
	Field int16
	Right uint64
}

// Bits returns bit for the bins on the right, 0 for the others.
func (c *Cut) Bits(bit uint8) *[MaxMergedBins]uint8 {
	var out [MaxMergedBins]uint8
	for right := c.Right; right != 0; right &= right - 1 {
		out[bits.TrailingZeros64(right)] = bit
	}
	return &out
}
