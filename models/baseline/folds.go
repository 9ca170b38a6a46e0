package baseline

import (
	"math/rand/v2"

	"github.com/etappe/etappe/models"
)

// unused marks a row that takes part in no fold.
const unused = -1

// groupFolds deals rows to folds 0..folds-1, a whole group to one fold, groups
// with a churned row and those without in equal parts. With more than limit
// rows, groups drawn at random stand for all and the others are unused. It
// depends on which rows are together and on their order, not on group numbers.
func groupFolds(s *models.Sample, folds, limit int, seed uint64) []int {
	group := make([]int, s.Rows()) // position by first appearance
	position := map[int32]int{}
	var churned []bool
	for i := range group {
		group[i] = len(churned)
		if s.Group != nil {
			if known, ok := position[s.Group[i]]; ok {
				group[i] = known
			} else {
				position[s.Group[i]] = group[i]
			}
		}
		if group[i] == len(churned) {
			churned = append(churned, false)
		}
		churned[group[i]] = churned[group[i]] || s.Churned[i]
	}
	random := rand.New(rand.NewPCG(seed, 0xf01d))
	kept := len(churned)
	if s.Rows() > limit {
		kept = int(float64(kept) * float64(limit) / float64(s.Rows()))
	}
	fold := make([]int, len(churned))
	next := [2]int{}
	for place, g := range random.Perm(len(churned)) {
		side := 0
		if churned[g] {
			side = 1
		}
		fold[g] = next[side] % folds
		next[side]++
		if place >= kept {
			fold[g] = unused
		}
	}
	out := make([]int, s.Rows())
	for i, g := range group {
		out[i] = fold[g]
	}
	return out
}
