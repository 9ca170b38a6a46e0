package boost

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/etappe/etappe/models"
)

// Of very many rows a weaver works on a pool of its own: what a tree adds need
// not be told to rows that no tree will be drawn from. The pool is drawn anew
// for each bag, as in thin.go; what the trees say of the rows held out is worked
// out for all of them in the end.

// poolRows is how many rows a pool has of those that the bag learns from, and of
// those that it holds out, about; accounts of the rarer kind are leastShare of them, at
// least, if there are as many. A bag that learns from twice as many rows has one.
const sampleRows = 250_000

// poolTree is how many times the rows a tree sees where there is a pool: with as
// many rows to learn from, what is left to learn is faint.
const sampleTreeRows = 2.5

// drawPool returns the rows of a bag's pool of about so many, in their order;
// nil: all.
func (b *bag) drawRowSample(pool int, seed, stream uint64) []int32 {
	var kinds [2]float64
	for i, w := range b.bagWeight {
		if w > 0 {
			kinds[int(b.label[i])]++
		}
	}
	size, learned := float64(pool), kinds[0]+kinds[1]
	share := math.Max(size/learned, size*minEventShare/math.Min(kinds[0], kinds[1]))
	if pool == 0 || share >= 0.5 {
		return nil
	}
	shareHeld := math.Max(share, size/math.Max(size, float64(len(b.outOfBag))))
	random := rand.New(rand.NewPCG(seed^0x706f6f6c, stream))
	var rows []int32
	held := b.outOfBag
	for i := range int32(len(b.z)) {
		if len(held) > 0 && held[0] == i {
			held = held[1:]
			if random.Float64() < shareHeld {
				rows = append(rows, i)
			}
		} else if random.Float64() < share {
			rows = append(rows, i)
		}
	}
	return rows
}

// narrow takes the pool's rows out of the bag and returns their lattice.
func (v *treeBooster) useSample(rows []int32) *coarseData {
	b, l := v.bag, v.data
	v.sampled = true
	v.label, v.bagWeight, v.z = models.Pick(b.label, rows), models.Pick(b.bagWeight, rows), models.Pick(b.z, rows)
	v.outOfBag = nil
	for at, i := range rows {
		if _, out := slices.BinarySearch(b.outOfBag, i); out {
			v.outOfBag = append(v.outOfBag, int32(at))
		}
	}
	narrow := &coarseData{binnedData: &binnedData{churned: models.Pick(l.churned, rows), weight: models.Pick(l.weight, rows)}, fields: l.fields, grids: l.grids}
	for _, codes := range l.coarse {
		narrow.coarse = append(narrow.coarse, models.Pick(codes, rows))
	}
	return narrow
}

// replay returns the log-odds of all rows that the bag holds out, [row] of the
// whole, from where the bag is now on.
func (v *treeBooster) replay() []float32 {
	z, l, held := make([]float32, len(v.bag.z)), v.data, v.bag.outOfBag
	const block = 4096
	part := &coarseData{binnedData: l.binnedData, fields: l.fields, grids: l.grids, coarse: make([][]uint8, len(l.coarse))}
	for from := 0; from < len(held); from += block {
		rows := held[from:min(from+block, len(held))]
		for f, codes := range l.coarse {
			part.coarse[f] = models.Pick(codes, rows)
		}
		at := models.Pick(v.bag.z, rows)
		for t := range v.trees {
			part.apply(&v.trees[t], at)
		}
		for k, i := range rows {
			z[i] = at[k]
		}
	}
	return z
}
