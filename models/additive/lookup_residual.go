package additive

import (
	"math"
	"sync"
)

// deepTables is the residual laid out for scoring.
type deepTables struct {
	*residual
	bags   [][]deepTable
	wide   [][maxBins]uint8 // [field of the residual][bin of the axis] coarser bin
	shares sync.Once        // the players' tables are only made where shares are asked for
}

// deepTable is one tree, and what each of its fields has of it.
type deepTable struct {
	*deepTree
	fields []int       // [player] index of the field
	share  [][]float64 // [player][leaf] of the mean over the bags
}

// deepRoom is what one goroutine works in.
type deepRoom struct {
	coarse [][]uint8 // [field of the residual][row of the block]
	leaf   [block]uint8
	bags   [][]float64 // [bag][row of the block]
}

func newDeepTables(r *residual) *deepTables {
	if r == nil {
		return nil
	}
	d := &deepTables{residual: r, bags: make([][]deepTable, len(r.bags)), wide: make([][maxBins]uint8, len(r.fields))}
	for b, trees := range r.bags {
		d.bags[b] = make([]deepTable, len(trees))
		for k := range trees {
			d.bags[b][k].deepTree = &trees[k]
		}
	}
	for f, of := range r.of {
		copy(d.wide[f][:], of)
	}
	return d
}

func (d *deepTables) room() *deepRoom {
	if d == nil {
		return nil
	}
	r := &deepRoom{coarse: make([][]uint8, len(d.fields)), bags: zeros(len(d.bags), block)}
	for f := range r.coarse {
		r.coarse[f] = make([]uint8, block)
	}
	return r
}

// layShares makes the players' tables.
func (d *deepTables) layShares() {
	for b := range d.bags {
		for k := range d.bags[b] {
			t := &d.bags[b][k]
			p := t.players()
			t.share = d.residual.shares(t.deepTree, &p)
			for i := range t.share {
				t.fields = append(t.fields, d.fields[p.fields[i]])
				for leaf := range t.share[i] {
					t.share[i][leaf] /= float64(len(d.bags))
				}
			}
		}
	}
}

// add adds the residual to the rows' log-odds and, where asked for, to the
// fields' shares; it leaves every bag's sum in the room.
func (d *deepTables) add(room *deepRoom, codes [][]uint8, cluster []int32, z []float64, first int, share [][]float64, centre [][]float64) {
	if share != nil {
		d.shares.Do(d.layShares)
	}
	for f, j := range d.fields {
		of, into := &d.wide[f], room.coarse[f][:len(z)]
		for i, c := range codes[j][:len(z)] {
			into[i] = of[c]
		}
	}
	for b := range d.bags {
		sum := room.bags[b][:len(z)]
		clear(sum)
		for k := range d.bags[b] {
			d.tree(&d.bags[b][k], room, sum, first, share)
		}
		for i, v := range sum {
			z[i] += v / float64(len(d.bags))
		}
	}
	if share == nil {
		return
	}
	for f, j := range d.fields {
		into := share[j][first : first+len(z)]
		for i, k := range cluster {
			into[i] -= centre[k][f]
		}
	}
}

// tree adds one tree to a bag's sum and the shares.
func (d *deepTables) tree(t *deepTable, room *deepRoom, sum []float64, first int, share [][]float64) {
	leaf := room.leaf[:len(sum)]
	clear(leaf)
	for level, c := range t.cuts {
		bit := c.bits(1 << level)
		for i, bin := range room.coarse[c.field][:len(leaf)] {
			leaf[i] |= bit[bin&(maxGrid-1)]
		}
	}
	for i, at := range leaf {
		sum[i] += t.value[at]
	}
	if share == nil {
		return
	}
	for k, j := range t.fields {
		of, into := t.share[k], share[j][first:first+len(sum)]
		for i, at := range leaf {
			into[i] += of[at]
		}
	}
}

// spread adds every bag's distance from their mean to the rows' words.
func (d *deepTables) spread(s *spread64, room *deepRoom, rows int, words []int64) {
	for i := range rows {
		middle := 0.0
		for b := range room.bags {
			middle += room.bags[b][i]
		}
		middle /= float64(len(room.bags))
		for b := range room.bags {
			words[i*s.words+b/2] += int64(math.Round((room.bags[b][i]-middle)/s.unit)) << (b % 2 * 32)
		}
	}
}

// furthest bounds how far a bag's sum can be from the mean of the bags.
func (r *residual) furthest() float64 {
	if r == nil {
		return 0
	}
	far := 0.0
	for _, trees := range r.bags {
		sum := 0.0
		for k := range trees {
			most := 0.0
			for _, v := range trees[k].value {
				most = math.Max(most, math.Abs(v))
			}
			sum += most
		}
		far = math.Max(far, sum)
	}
	return 2 * far
}
