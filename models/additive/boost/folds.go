package boost

import (
	"math/rand/v2"
	"sort"

	"github.com/etappe/etappe/models"
)

// groupsOf returns each row's account, numbered from 0 in order of appearance,
// and how many there are.
func groupsOf(s *models.Sample) ([]int32, int) {
	if s.Group == nil {
		group := make([]int32, s.Rows())
		for i := range group {
			group[i] = int32(i)
		}
		return group, len(group)
	}
	return renumbered(s.Group)
}

// renumbered numbers accounts from 0, in the order of their first rows, and
// returns how many there are.
func renumbered(names []int32) ([]int32, int) {
	number, out := make(map[int32]int32), make([]int32, len(names))
	for i, name := range names {
		g, ok := number[name]
		if !ok {
			g = int32(len(number))
			number[name] = g
		}
		out[i] = g
	}
	return out, len(number)
}

// partition deals the accounts into folds of about the same size, stratified:
// accounts of which any row churned and the others are shuffled and dealt in
// turn. Clusters play no part, so that a model whose clusters have nothing of
// their own is the shared model to the byte. It returns each row's fold.
func partition(s *models.Sample, group []int32, groups, parts int, seed uint64) []uint8 {
	stratum := make([]int, groups)
	for i, g := range group {
		if s.Churned[i] {
			stratum[g] |= 1
		}
	}
	order := rand.New(rand.NewPCG(seed, 0x70617274)).Perm(groups)
	sort.SliceStable(order, func(a, b int) bool { return stratum[order[a]] < stratum[order[b]] })
	partOf := make([]uint8, groups)
	for rank, g := range order {
		partOf[g] = uint8(rank % parts)
	}
	part := make([]uint8, len(group))
	for i, g := range group {
		part[i] = partOf[g]
	}
	return part
}
