package additive

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sort"
)

// Interactions. On top of the mains, or of an early moment of theirs, trees on
// any up to three fields are boosted (detection); the sets that gained most are
// boosted again, each in turn by trees of its own. From where, how many sets and
// for how long is chosen on held-out parts, and all of it is kept only if it
// gains clearly more than chance there.

const (
	shortMains = 100 // rounds after which mains count as short
	gridBins   = 24  // bins of a field in a set, at most
	levelBins  = 12  // of a field with levels: their order is sought anew in each tree, so that many tell of chance
	setL2      = 3.0 // penalty on a leaf's value where cuts are compared: clear leaves, not small ones
	leafL2     = 1.0 // and where it is computed: a rate below 1 holds it back already
	findDepth  = 3   // of detection's trees
	findRate   = 0.1
	findMost   = 400 // trees
	setDepth   = 4   // of the trees in a set
	setRate    = 0.1
	setRows    = 20_000 // rows that such a tree sees
	findRows   = 8000   // rows that a tree of detection sees
	findFields = 60     // fields that may interact: those with the most important mains
	findSure   = 1.0    // standard errors that detection must gain over all mains
	findBags   = 4      // bags that look for sets and their number; all boost the chosen ones
	setSure    = 2.0    // standard errors that interactions must gain
	setGain    = 0.001  // share of the log-loss that more sets must gain
	leastSets  = 50     // fewer accounts of either kind carry no interaction
)

// setCounts are how many sets are tried, few first.
var setCounts = [...]int{5, 10, 20, 40}

// found is the interactions that were chosen.
type found struct {
	*loom
	kept []set
	from *learned  // the mains below
	out  []float64 // [row] out-of-fold log-odds, from sets that the bag found by itself
}

// interact looks for sets. It returns nil where they do not pay.
//
// Which sets are strong is asked of the rows that a bag learns from. All bags
// together know every row, so their common sets would flatter each bag on the
// rows that it holds out: what is judged there (how many sets, for how long,
// whether at all, the calibration) are sets that each bag found by itself; the
// model has the common ones, boosted for as long.
func (r *run) interact(ctx context.Context, e *ensemble, mains *learned, earlier []*learned, report func(float64)) (*found, error) {
	if r.Sets < 0 || r.leastKind() < leastSets {
		return nil, nil
	}
	s := &search{run: r, ensemble: e, lattice: r.newLattice(mains), few: e.bags[:min(findBags, len(e.bags))]}
	if len(s.fields) < 2 {
		return nil, nil
	}
	from, trees, err := s.start(ctx, append(earlier, mains))
	if err != nil || from == nil {
		return nil, err
	}
	report(0.4)
	if err := s.detect(ctx, trees); err != nil {
		return nil, err
	}
	report(0.5)
	k, err := s.count(ctx)
	if err != nil {
		return nil, err
	}
	report(0.7)
	honest, err := s.weave(ctx, e.bags, inSets(s.top(k)))
	if err != nil {
		return nil, err
	}
	report(0.85)
	gain := r.gainOver(mains.outOfFold, honest.best.out)
	if !(gain.mean > setSure*gain.se) {
		return nil, nil
	}
	f := &found{from: from, out: honest.best.out, kept: s.common(k)}
	plan := inSets(slices.Repeat([][]set{f.kept}, len(e.bags)))
	plan.fixed, plan.most = true, honest.best.trees/k*len(f.kept)
	f.loom, err = s.weave(ctx, e.bags, plan)
	report(1)
	return f, err
}

// search is the state of looking for sets.
type search struct {
	*run
	*ensemble
	*lattice
	few  []*booster        // bags that try out
	gain []map[set]float64 // [bag] what detection's trees gained on each set
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
func inSets(kept [][]set) weave {
	k := 1
	for _, own := range kept {
		k = max(k, len(own))
	}
	return weave{depth: setDepth, rate: setRate, kept: kept, chunk: k, wait: 12 * k, most: 1000 * k, rows: setRows, pool: poolRows}
}

// detection is trees on any set.
func detection(most int, fixed bool) weave {
	return weave{depth: findDepth, rate: findRate, chunk: 10, wait: 30, most: most, rows: findRows, pool: poolRows, fixed: fixed}
}

// weave boosts sets on the bags as they are.
func (s *search) weave(ctx context.Context, bags []*booster, w weave) (*loom, error) {
	all := &loom{workers: s.Workers}
	for b, bag := range bags {
		v := newWeaver(s.lattice, bag, w, s.Seed, uint64(w.first+b))
		if w.kept != nil {
			v.kept = w.kept[b]
		}
		all.weavers = append(all.weavers, v)
	}
	var err error
	all.best, err = all.boost(ctx, func(float64) {})
	return all, err
}

// start finds the moment of the mains from which trees on any set get furthest
// on the rows held out, takes the bags there and returns how many trees it took;
// nil if the mains alone are as good.
func (s *search) start(ctx context.Context, moments []*learned) (*learned, int, error) {
	var best *learned
	var trees int
	var least float64
	for i := len(moments) - 1; i >= 0; i-- {
		s.restore(moments[i])
		alone := (&ensemble{bags: s.few}).outOfFold(s.run.rows())
		tried, err := s.weave(ctx, s.few, detection(findMost, false))
		if err != nil {
			return nil, 0, err
		}
		if best == nil {
			if gain := s.gainOver(alone, tried.best.out); !(gain.mean > findSure*gain.se) {
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
func (s *search) detect(ctx context.Context, trees int) error {
	all, err := s.weave(ctx, s.bags, detection(trees, true))
	if err != nil {
		return err
	}
	for _, v := range all.weavers {
		gain := make(map[set]float64)
		for _, tree := range v.trees {
			gain[tree.fields] += tree.gain
		}
		s.gain = append(s.gain, gain)
	}
	return nil
}

// top returns each bag's own strongest sets.
func (s *search) top(k int) [][]set {
	out := make([][]set, len(s.gain))
	for b, gain := range s.gain {
		out[b] = strongest(gain, k)
	}
	return out
}

// common returns the sets that are strongest in all bags together.
func (s *search) common(k int) []set {
	sum := make(map[set]float64)
	for _, own := range s.gain {
		for fields, gain := range own {
			sum[fields] += gain
		}
	}
	return strongest(sum, k)
}

// count returns how many sets pay: more must gain on the rows held out.
func (s *search) count(ctx context.Context) (int, error) {
	best, least := 0, math.Inf(1)
	for _, k := range setCounts {
		if best > 0 && k > s.Sets {
			break
		}
		k = min(k, s.Sets)
		tried, err := s.weave(ctx, s.few, inSets(s.top(k)))
		if err != nil {
			return 0, err
		}
		if tried.best.loss > least*(1-setGain) {
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
func (r *run) mayInteract(mains *learned) []int {
	var free []int
	weight := make(map[int]float64)
	for _, j := range r.visit {
		if r.sign[j] == 0 {
			free = append(free, j)
			weight[j] = r.moved(mains, j)
		}
	}
	ranked := slices.Clone(free)
	slices.SortStableFunc(ranked, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	ranked = ranked[:min(len(ranked), findFields)]
	return slices.DeleteFunc(free, func(j int) bool { return !slices.Contains(ranked, j) })
}

// newLattice lays coarse bins over the fields that may interact. Monotone ones
// do not, so that they stay exactly monotone.
func (r *run) newLattice(mains *learned) *lattice {
	l := &lattice{design: r.design}
	for _, j := range r.mayInteract(mains) {
		limit := gridBins
		if r.axes[j].nominal() {
			limit = levelBins
		}
		g := newGrid(&r.axes[j], r.massOf(j, -1), limit)
		codes := make([]uint8, r.rows())
		for i, c := range r.codes[j] {
			codes[i] = g.of[c]
		}
		l.fields, l.grids, l.coarse = append(l.fields, j), append(l.grids, g), append(l.coarse, codes)
	}
	return l
}

// moved returns the mean square of field j's main effect.
func (r *run) moved(l *learned, j int) float64 {
	mass, square := r.massOf(j, -1), 0.0
	for _, bag := range l.tables {
		middle := mean(bag[j], mass)
		for c, v := range bag[j] {
			square += mass[c] * (v - middle) * (v - middle)
		}
	}
	return square
}

// strongest ranks sets by the gain of the trees on them and on their subsets,
// counting none twice.
func strongest(gain map[set]float64, most int) []set {
	var all []set
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
	var out []set
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
