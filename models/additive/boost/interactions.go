package boost

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"

	"github.com/etappe/etappe/models/additive"
)

// Interactions (detection as FAST's, Lou et al. 2013, with trees in the place
// of pair tables). On top of the main effects, or of an early checkpoint of
// theirs, symmetric trees on any up to three fields are boosted (detection).
// The sets of fields whose trees gained most are then boosted again, each in
// turn by trees of its own. The checkpoint to begin with, the number of sets
// and the number of trees are chosen on out-of-bag rows, and all of it is kept
// only if it gains clearly more than chance there.

const (
	earlyRounds    = 100 // rounds after which the early checkpoint of the main effects is saved
	setBins        = 24  // bins of a field in a set, at most
	setLevelBins   = 12  // of a field with levels: each tree sorts them again, so many levels fit chance
	setL2          = 3.0 // penalty on a leaf's value where cuts are compared: clear leaves, not small ones
	leafL2         = 1.0 // and where it is computed: a rate below 1 holds it back already
	detectDepth    = 3   // of detection's trees
	detectRate     = 0.1
	detectMaxTrees = 400 // trees
	setDepth       = 4   // of the trees in a set
	setRate        = 0.1
	setRows        = 20_000 // rows that such a tree sees
	detectRows     = 8000   // rows that a tree of detection sees
	detectMinSE    = 1.0    // standard errors that detection must gain over all mains
	detectBags     = 4      // bags that try starts and numbers of sets; all bags boost the chosen ones
	setMinSE       = 2.0    // standard errors that interactions must gain
	setMinGain     = 0.001  // share of the log-loss that more sets must gain
	setMinEvents   = 50     // fewer accounts of either kind carry no interaction
)

// setCounts are the numbers of sets that are tried, in this order.
var setCounts = [...]int{5, 10, 20, 40}

// interactions is the chosen sets and the trees boosted on them.
type interactions struct {
	*treeEnsemble
	kept      []featureSet
	from      *checkpoint // checkpoint of the main effects that they were boosted on
	outOfFold []float64   // [row] out-of-fold log-odds, from sets that each bag detected alone
}

// fitInteractions detects, counts and boosts sets. It returns nil where they
// do not gain.
//
// Each bag detects strong sets on the rows in the bag. All bags together cover
// every row, so sets common to all would flatter each bag on its out-of-bag
// rows. What is judged there (how many sets, how many trees, whether at all,
// the calibration) are therefore sets that each bag detected alone; the model
// holds the common sets, boosted for as many trees.
func (r *run) fitInteractions(ctx context.Context, e *ensemble, mains *checkpoint, earlier []*checkpoint, report func(float64)) (*interactions, error) {
	if r.Sets < 0 || r.leastKind() < setMinEvents {
		return nil, nil
	}
	s := &search{run: r, ensemble: e, coarseData: r.newCoarseData(mains), probeBags: e.bags[:min(detectBags, len(e.bags))]}
	if len(s.fields) < 2 {
		return nil, nil
	}
	from, trees, err := s.chooseStart(ctx, append(earlier, mains))
	if err != nil || from == nil {
		return nil, err
	}
	report(0.4)
	if err := s.detectSets(ctx, trees); err != nil {
		return nil, err
	}
	report(0.5)
	k, err := s.chooseCount(ctx)
	if err != nil {
		return nil, err
	}
	report(0.7)
	honest, err := s.boostTrees(ctx, e.bags, setPlan(s.topSets(k)))
	if err != nil {
		return nil, err
	}
	report(0.85)
	gain := r.gainOver(mains.outOfFold, honest.best.outOfFold)
	if !(gain.mean > setMinSE*gain.se) {
		return nil, nil
	}
	f := &interactions{from: from, outOfFold: honest.best.outOfFold, kept: s.commonSets(k)}
	plan := setPlan(slices.Repeat([][]featureSet{f.kept}, len(e.bags)))
	plan.fixed, plan.maxTrees = true, honest.best.trees/k*len(f.kept)
	f.treeEnsemble, err = s.boostTrees(ctx, e.bags, plan)
	report(1)
	return f, err
}

// search is the state of detection.
type search struct {
	*run
	*ensemble
	*coarseData
	probeBags []*bag                   // bags on which alternatives are compared
	gain      []map[featureSet]float64 // [bag] gain of detection's trees by set
}

// leastKind returns the number of accounts that churned or that renewed,
// whichever is smaller.
func (r *run) leastKind() int {
	kinds := [2]map[int32]bool{{}, {}}
	for i, churned := range r.churned {
		if churned {
			kinds[1][r.group[i]] = true
		} else {
			kinds[0][r.group[i]] = true
		}
	}
	return min(len(kinds[0]), len(kinds[1]))
}

// setPlan is the plan for trees on chosen sets, each bag on its own ones.
func setPlan(kept [][]featureSet) treePlan {
	k := 1
	for _, own := range kept {
		k = max(k, len(own))
	}
	return treePlan{depth: setDepth, rate: setRate, sets: kept, checkEvery: k, patience: 12 * k, maxTrees: 1000 * k, subsample: setRows, rowSample: sampleRows}
}

// detectionPlan is the plan for trees on any set.
func detectionPlan(most int, fixed bool) treePlan {
	return treePlan{depth: detectDepth, rate: detectRate, checkEvery: 10, patience: 30, maxTrees: most, subsample: detectRows, rowSample: sampleRows, fixed: fixed}
}

// boostTrees boosts symmetric trees after a plan on the bags as they are.
func (s *search) boostTrees(ctx context.Context, bags []*bag, w treePlan) (*treeEnsemble, error) {
	all := &treeEnsemble{workers: s.Workers}
	for b, bag := range bags {
		v := newTreeBooster(s.coarseData, bag, w, s.Seed, uint64(w.firstBag+b))
		if w.sets != nil {
			v.sets = w.sets[b]
		}
		all.boosters = append(all.boosters, v)
	}
	var err error
	all.best, err = all.boost(ctx)
	return all, err
}

// chooseStart finds the checkpoint of the main effects from which trees on any
// set reach the lowest out-of-bag loss, rolls the bags back to it and returns
// the number of trees; nil if the main effects alone are as good.
func (s *search) chooseStart(ctx context.Context, moments []*checkpoint) (*checkpoint, int, error) {
	var best *checkpoint
	var trees int
	var least float64
	for i := len(moments) - 1; i >= 0; i-- {
		s.restore(moments[i])
		alone := (&ensemble{bags: s.probeBags}).outOfFold(s.run.rows())
		tried, err := s.boostTrees(ctx, s.probeBags, detectionPlan(detectMaxTrees, false))
		if err != nil {
			return nil, 0, err
		}
		if best == nil {
			if gain := s.gainOver(alone, tried.best.outOfFold); !(gain.mean > detectMinSE*gain.se) {
				return nil, 0, nil
			}
		}
		if best == nil || tried.best.loss < least {
			best, least, trees = moments[i], tried.best.loss, tried.best.trees
		}
	}
	s.restore(best)
	return best, trees, nil
}

// detectSets sums up the gain of detection's trees by set, in every bag.
func (s *search) detectSets(ctx context.Context, trees int) error {
	all, err := s.boostTrees(ctx, s.bags, detectionPlan(trees, true))
	if err != nil {
		return err
	}
	for _, v := range all.boosters {
		gain := make(map[featureSet]float64)
		for _, tree := range v.trees {
			gain[tree.fields] += tree.gain
		}
		s.gain = append(s.gain, gain)
	}
	return nil
}

// topSets returns each bag's own strongest sets.
func (s *search) topSets(k int) [][]featureSet {
	out := make([][]featureSet, len(s.gain))
	for b, gain := range s.gain {
		out[b] = strongestSets(gain, k)
	}
	return out
}

// commonSets returns the sets with the highest gain over all bags.
func (s *search) commonSets(k int) []featureSet {
	sum := make(map[featureSet]float64)
	for _, own := range s.gain {
		for fields, gain := range own {
			sum[fields] += gain
		}
	}
	return strongestSets(sum, k)
}

// chooseCount returns the number of sets: a higher one must lower the
// out-of-bag loss by setMinGain.
func (s *search) chooseCount(ctx context.Context) (int, error) {
	best, least := 0, math.Inf(1)
	for _, k := range setCounts {
		if best > 0 && k > s.Sets {
			break
		}
		k = min(k, s.Sets)
		tried, err := s.boostTrees(ctx, s.probeBags, setPlan(s.topSets(k)))
		if err != nil {
			return 0, err
		}
		if tried.best.loss > least*(1-setMinGain) {
			break
		}
		best, least = k, tried.best.loss
	}
	return best, nil
}

// gainOver returns the log-loss gained by log-odds to over from, with its
// standard error by account. Rows with NaN on either side are left out.
func (r *run) gainOver(from, to []float64) paired {
	var gain, weight []float64
	var account []int32
	for i := range to {
		if math.IsNaN(to[i]) || math.IsNaN(from[i]) {
			continue
		}
		gain = append(gain, logLoss(from[i], r.churned[i])-logLoss(to[i], r.churned[i]))
		weight, account = append(weight, r.weight[i]), append(account, r.group[i])
	}
	return pairedGain(gain, weight, account)
}

// candidateFields returns the fields with the largest main effects, in the
// order of names; of equals, which on few rows all may be, the first. Monotone
// fields are left out.
func (r *run) candidateFields(mains *checkpoint) []int {
	var free []int
	weight := make(map[int]float64)
	for _, j := range r.active {
		if r.monotone[j] == 0 {
			free = append(free, j)
			weight[j] = r.mainVariance(mains, j)
		}
	}
	ranked := slices.Clone(free)
	slices.SortStableFunc(ranked, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	ranked = ranked[:min(len(ranked), additive.MaxResidualFields)]
	return slices.DeleteFunc(free, func(j int) bool { return !slices.Contains(ranked, j) })
}

// newCoarseData merges the bins of the candidate fields. Monotone ones are
// left out, so that they stay exactly monotone.
func (r *run) newCoarseData(mains *checkpoint) *coarseData {
	l := &coarseData{binnedData: r.binnedData}
	for _, j := range r.candidateFields(mains) {
		limit := setBins
		if r.binnings[j].Nominal() {
			limit = setLevelBins
		}
		g := mergeBins(&r.binnings[j], r.massOf(j, -1), limit)
		codes := make([]uint8, r.rows())
		for i, c := range r.codes[j] {
			codes[i] = g.bin[c]
		}
		l.fields, l.grids, l.coarse = append(l.fields, j), append(l.grids, g), append(l.coarse, codes)
	}
	return l
}

// mainVariance returns the weighted sum of squares of field j's main effect
// around its mean, over all bags.
func (r *run) mainVariance(l *checkpoint, j int) float64 {
	mass, square := r.massOf(j, -1), 0.0
	for _, bag := range l.tables {
		middle := additive.WeightedMean(bag[j], mass)
		for c, v := range bag[j] {
			square += mass[c] * (v - middle) * (v - middle)
		}
	}
	return square
}

// strongestSets ranks sets by the gain of the trees on them and on their
// subsets, counting none twice.
func strongestSets(gain map[featureSet]float64, most int) []featureSet {
	var all []featureSet
	for s := range gain {
		all = append(all, s)
	}
	sort.Slice(all, func(a, b int) bool {
		for i := range all[a] {
			if all[a][i] != all[b][i] {
				return all[a][i] < all[b][i]
			}
		}
		return false
	})
	covered := make([]bool, len(all))
	var out []featureSet
	for len(out) < most {
		best, top := -1, 0.0
		for i, s := range all {
			if s.size() < 2 {
				continue
			}
			sum := 0.0
			for k, sub := range all {
				if !covered[k] && sub.size() > 1 && sub.within(s) {
					sum += gain[sub]
				}
			}
			if sum > top {
				best, top = i, sum
			}
		}
		if best < 0 {
			break
		}
		out = append(out, all[best])
		for k, sub := range all {
			covered[k] = covered[k] || sub.within(all[best])
		}
	}
	return out
}
