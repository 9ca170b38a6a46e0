package additive

import (
	"math"
	"sync"

	"github.com/etappe/etappe/models"
)

// scoringTrees is the residual prepared for scoring.
type scoringTrees struct {
	*ResidualTrees
	bags       [][]scoringTree
	wide       [][MaxBins]uint8 // [field of the residual][bin of the axis] coarser bin
	sharesOnce sync.Once        // the players' tables are computed at the first request for shares
}

// scoringTree is one tree, and what each of its fields has of it.
type scoringTree struct {
	*Tree
	fields []int       // [player] index of the field
	share  [][]float64 // [player][leaf] of the mean over the bags
}

// treeWorkspace is what one goroutine works in.
type treeWorkspace struct {
	coarse [][]uint8 // [field of the residual][row of the block]
	leaf   [block]uint8
	bags   [][]float64 // [bag][row of the block]
}

func newScoringTrees(r *ResidualTrees) *scoringTrees {
	if r == nil {
		return nil
	}
	d := &scoringTrees{ResidualTrees: r, bags: make([][]scoringTree, len(r.Bags)), wide: make([][MaxBins]uint8, len(r.Fields))}
	for b, trees := range r.Bags {
		d.bags[b] = make([]scoringTree, len(trees))
		for k := range trees {
			d.bags[b][k].Tree = &trees[k]
		}
	}
	for f, of := range r.Bin {
		copy(d.wide[f][:], of)
	}
	return d
}

func (d *scoringTrees) newWorkspace() *treeWorkspace {
	if d == nil {
		return nil
	}
	r := &treeWorkspace{coarse: make([][]uint8, len(d.Fields)), bags: models.Zeros(len(d.bags), block)}
	for f := range r.coarse {
		r.coarse[f] = make([]uint8, block)
	}
	return r
}

// computeShares computes the players' tables.
func (d *scoringTrees) computeShares() {
	for b := range d.bags {
		for k := range d.bags[b] {
			t := &d.bags[b][k]
			p := t.players()
			t.share = d.ResidualTrees.shares(t.Tree, &p)
			for i := range t.share {
				t.fields = append(t.fields, d.Fields[p.fields[i]])
				for leaf := range t.share[i] {
					t.share[i][leaf] /= float64(len(d.bags))
				}
			}
		}
	}
}

// add adds the residual to the rows' log-odds and, where requested, to the
// fields' shares; it leaves every bag's sum in the workspace.
func (d *scoringTrees) add(room *treeWorkspace, codes [][]uint8, cluster []int32, z []float64, first int, share [][]float64, centre [][]float64) {
	if share != nil {
		d.sharesOnce.Do(d.computeShares)
	}
	for f, j := range d.Fields {
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
	for f, j := range d.Fields {
		into := share[j][first : first+len(z)]
		for i, k := range cluster {
			into[i] -= centre[k][f]
		}
	}
}

// tree adds one tree to a bag's sum and the shares.
func (d *scoringTrees) tree(t *scoringTree, room *treeWorkspace, sum []float64, first int, share [][]float64) {
	leaf := room.leaf[:len(sum)]
	clear(leaf)
	for level, c := range t.Cuts {
		bit := c.Bits(1 << level)
		for i, bin := range room.coarse[c.Field][:len(leaf)] {
			leaf[i] |= bit[bin&(MaxMergedBins-1)]
		}
	}
	for i, at := range leaf {
		sum[i] += t.Value[at]
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

// addDeviations adds every bag's distance from their mean to the rows' words.
func (d *scoringTrees) addDeviations(s *bagDeviations, room *treeWorkspace, rows int, words []int64) {
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

// maxDeviation bounds how far a bag's sum can be from the mean of the bags.
func (r *ResidualTrees) maxDeviation() float64 {
	if r == nil {
		return 0
	}
	far := 0.0
	for _, trees := range r.Bags {
		sum := 0.0
		for k := range trees {
			most := 0.0
			for _, v := range trees[k].Value {
				most = math.Max(most, math.Abs(v))
			}
			sum += most
		}
		far = math.Max(far, sum)
	}
	return 2 * far
}
