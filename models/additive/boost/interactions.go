package boost

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"

	"github.com/etappe/etappe/models/additive"
)

// Interactions. On top of the mains, or of an early moment of theirs, trees on
// any up to three fields are boosted (detection); the sets that gained most are
// boosted again, each in turn by trees of its own. From where, how many sets and
// for how long is chosen on held-out parts, and all of it is kept only if it
// gains clearly more than chance there.

const (
	earlyRounds    = 100 // rounds after which mains count as short
	setBins        = 24  // bins of a field in a set, at most
	setLevelBins   = 12  // of a field with levels: their order is sought anew in each tree, so that many tell of chance
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
	detectBags     = 4      // bags that look for sets and their number; all boost the chosen ones
	setMinSE       = 2.0    // standard errors that interactions must gain
	setMinGain     = 0.001  // share of the log-loss that more sets must gain
	setMinEvents   = 50     // fewer accounts of either kind carry no interaction
)

// setCounts are how many sets are tried, few first.
var setCounts = [...]int{5, 10, 20, 40}

// found is the interactions that were chosen.
type interactions struct {
	*treeEnsemble
	kept      []featureSet
	from      *checkpoint // the mains below
	outOfFold []float64   // [row] out-of-fold log-odds, from sets that the bag found by itself
}

// interact looks for sets. It returns nil where they do not pay.
//
// Which sets are strong is asked of the rows that a bag learns from. All bags
// together know every row, so their common sets would flatter each bag on the
// rows that it holds out: what is judged there (how many sets, for how long,
// whether at all, the calibration) are sets that each bag found by itself; the
// model has the common ones, boosted for as long.
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

// search is the state of looking for sets.
type search struct {
	*run
	*ensemble
	*coarseData
	probeBags []*bag                   // bags that try out
	gain      []map[featureSet]float64 // [bag] what detection's trees gained on each set
}

// leastKind returns the number of accounts that churned or renewed, whichever
// is less.
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

// inSets is how chosen sets are boosted, each bag on its own.
func setPlan(kept [][]featureSet) treePlan {
	k := 1
	for _, own := range kept {
		k = max(k, len(own))
	}
	return treePlan{depth: setDepth, rate: setRate, sets: kept, checkEvery: k, patience: 12 * k, maxTrees: 1000 * k, subsample: setRows, rowSample: sampleRows}
}

// detection is trees on any set.
func detectionPlan(most int, fixed bool) treePlan {
	return treePlan{depth: detectDepth, rate: detectRate, checkEvery: 10, patience: 30, maxTrees: most, subsample: detectRows, rowSample: sampleRows, fixed: fixed}
}

// weave boosts sets on the bags as they are.
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

// start finds the moment of the mains from which trees on any set get furthest
// on the rows held out, takes the bags there and returns how many trees it took;
// nil if the mains alone are as good.
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

// detect asks every bag which sets are strong.
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

// top returns each bag's own strongest sets.
func (s *search) topSets(k int) [][]featureSet {
	out := make([][]featureSet, len(s.gain))
	for b, gain := range s.gain {
		out[b] = strongestSets(gain, k)
	}
	return out
}

// common returns the sets that are strongest in all bags together.
func (s *search) commonSets(k int) []featureSet {
	sum := make(map[featureSet]float64)
	for _, own := range s.gain {
		for fields, gain := range own {
			sum[fields] += gain
		}
	}
	return strongestSets(sum, k)
}

// count returns how many sets pay: more must gain on the rows held out.
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

// gainOver returns what log-odds to gain over from, paired by account.
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

// mayInteract returns the fields with the most important mains, in the order of
// names; of equals, which on few rows all may be, the first.
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

// newLattice lays coarse bins over the fields that may interact. Monotone ones
// do not, so that they stay exactly monotone.
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

// moved returns the mean square of field j's main effect.
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

// strongest ranks sets by the gain of the trees on them and on their subsets,
// counting none twice.
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
