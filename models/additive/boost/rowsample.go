package boost

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/etappe/etappe/models"
)

// Of very many rows a treeBooster works on a sample: a tree's values need not
// be added to rows that no tree is fitted on. Each bag draws its own sample;
// the log-odds of all out-of-bag rows are computed at the end.

// sampleRows is about the number of rows of a sample that are in the bag, and
// of those out of it; at least minEventShare of them are accounts of the rarer
// outcome, if there are as many. A bag with at least twice as many rows draws
// one.
const sampleRows = 250_000

// sampleTreeRows multiplies the rows of a tree where there is a sample: with
// so many rows, what is left to fit is faint.
const sampleTreeRows = 2.5

// drawRowSample returns the rows of a bag's sample of about so many,
// ascending; nil: all rows.
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

// useSample copies the sampled rows out of the bag and returns their coarse
// bins.
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

// replay adds all trees to the bag's log-odds and returns those of all its
// out-of-bag rows: [row].
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
