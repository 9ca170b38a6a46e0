package boost

import (
	"math"
	"math/rand/v2"
)

// Where there are very many rows, the main effects of a bag are boosted on a
// subsample of the accounts, drawn anew for each bag (subagging: Bühlmann and
// Yu, Analyzing bagging, Ann. Statist. 30, 2002). The mean of the bags still
// rests on about all accounts, in a fraction of the time. Out-of-bag losses,
// out-of-fold log-odds, interactions and the tables' weights are of all rows.

// minEventShare is the least share of a subsample that is accounts of the
// rarer outcome, if there are as many: where few churn, all of them are
// needed.
const minEventShare = 1.0 / 12

// subsampleShare returns the share of the accounts that a bag boosts its main
// effects on. Together the bags cover about all rows.
func (r *run) subsampleShare() float64 {
	rows := math.Max(float64(r.BagRows), float64(r.rows())/float64(r.Bags))
	least := float64(r.BagRows) * minEventShare / float64(max(1, r.leastKind()))
	return min(1, math.Max(rows/float64(r.rows()), least))
}

// subsample returns a share of the accounts as data of their own, and which of
// its rows are out of the bag.
func (r *run) subsample(bag int, share float64) (*binnedData, []bool) {
	held := r.outOfBag(bag)
	if share >= 1 {
		return r.binnedData, held
	}
	keep := r.subsampledAccounts(bag, share)
	var rows []int32
	var out []bool
	for i, g := range r.group {
		if keep[g] {
			rows, out = append(rows, int32(i)), append(out, held[i])
		}
	}
	d := *r.binnedData
	d.codes = make([][]uint8, len(r.codes))
	for _, j := range r.active {
		d.codes[j] = make([]uint8, len(rows))
		for at, i := range rows {
			d.codes[j][at] = r.codes[j][i]
		}
	}
	d.churned, d.weight = make([]bool, len(rows)), make([]float64, len(rows))
	for at, i := range rows {
		d.churned[at], d.weight[at] = r.churned[i], r.weight[i]
	}
	return &d, out
}

// useAllRows replaces bags that were boosted on a subsample by bags of all
// rows, and computes the loss and the out-of-fold log-odds of each checkpoint
// over these.
func (r *run) useAllRows(e *ensemble, plan bagOptions, moments []*checkpoint) {
	e.subsampled = false
	for b := range e.bags {
		e.bags[b] = newBag(r.binnedData, plan, r.outOfBag(b), r.Seed, uint64(b))
	}
	for _, l := range moments {
		e.restore(l)
		l.loss, l.outOfFold = e.loss(), e.outOfFold(r.rows())
	}
}

// subsampledAccounts returns which accounts a bag's main effects are fitted on;
// nil: all.
func (r *run) subsampledAccounts(bag int, share float64) []bool {
	if share >= 1 {
		return nil
	}
	random := rand.New(rand.NewPCG(r.Seed, 0x7468696e+uint64(bag)))
	keep := make([]bool, r.groups)
	for g := range keep {
		keep[g] = random.Float64() < share
	}
	return keep
}
