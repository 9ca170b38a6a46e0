package boost

import (
	"math/rand/v2"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// binnedData is what all bags are fitted on: the bin of every value, the
// outcome and the weight of every row.
type binnedData struct {
	binnings  []additive.Binning
	codes     [][]uint8   // [field][row]
	lineValue [][]float64 // [field][bin] value of the bin on the field's line; nil: it has none
	monotone  []int8      // [field] monotone direction, 0: free
	active    []int       // fields whose rows fall into more than one bin, sorted by name
	churned   []bool
	weight    []float64
}

// rows returns the number of rows.
func (d *binnedData) rows() int { return len(d.churned) }

// bagOptions are the hyperparameters of boosting one bag.
type bagOptions struct {
	treeOptions
	rate         float64
	randomRounds int // cycles of random splits before the greedy ones
	baseRate     float64
}

// gradientRefresh is the number of fields visited between exact gradients.
const gradientRefresh = 32

// hessianRefresh is the number of cycles for which a field's hessian sums are
// used again.
const hessianRefresh = 6

// bag is the boosting state of one bag: tables fitted on the rows in the bag,
// and the log-odds of all rows, out-of-bag rows included.
type bag struct {
	*binnedData
	bagOptions
	rng       *rand.Rand
	outOfBag  []int32 // rows that the bag is not fitted on, ascending
	intercept float64 // intercept

	label, bagWeight []float32 // [row] 1 churned; training weight, 0 where held out
	g, h, z          []float32 // [row] gradient, hessian (both nil with covariance updates), log-odds

	tables, mass, hess      [][]float64 // [field][bin] value; training weight; hessian sum
	hessianCycle, nextCycle []int       // [field] cycle of the hessians; next cycle to visit
	topGain                 float64     // highest gain in the last full cycle
	cycle                   int
	linear                  bool      // in the linear phase, not in that of trees
	slope                   []float64 // [field] of the line so far
	precision               []float64 // [field] precision κ of a random effect; 0: not estimated yet

	covariance *covarianceUpdates // covariance updates between exact gradients; nil: row by row

	tree         treeBuilder
	histG, histH histogram
	gradient     [additive.MaxBins]float64
}

// newBag returns a bag with all tables 0. Rows of which held is true are out
// of the bag. seed and stream fix its random numbers.
func newBag(d *binnedData, s bagOptions, held []bool, seed, stream uint64) *bag {
	n, fields := d.rows(), len(d.binnings)
	b := &bag{binnedData: d, bagOptions: s, rng: rand.New(rand.NewPCG(seed, stream)), intercept: s.baseRate}
	b.label, b.bagWeight = make([]float32, n), make([]float32, n)
	b.z = make([]float32, n)
	for i := range n {
		if d.churned[i] {
			b.label[i] = 1
		}
		if held != nil && held[i] {
			b.outOfBag = append(b.outOfBag, int32(i))
		} else {
			b.bagWeight[i] = float32(d.weight[i])
		}
		b.z[i] = float32(s.baseRate)
	}
	b.tree.treeOptions = s.treeOptions
	b.tables, b.hess = make([][]float64, fields), make([][]float64, fields)
	b.hessianCycle, b.nextCycle, b.slope = make([]int, fields), make([]int, fields), make([]float64, fields)
	b.precision = make([]float64, fields)
	for j := range fields {
		bins := d.binnings[j].Bins
		b.tables[j], b.hess[j] = make([]float64, bins), make([]float64, bins)
		b.hessianCycle[j] = -hessianRefresh
	}
	return b
}

// sumWeights sums the training weights by bin, once.
func (b *bag) sumWeights() {
	if b.mass != nil {
		return
	}
	b.mass = make([][]float64, len(b.binnings))
	for _, j := range b.active {
		b.mass[j] = make([]float64, b.binnings[j].Bins)
		for i, c := range b.codes[j] {
			b.mass[j][c] += float64(b.bagWeight[i])
		}
	}
}

// updateGradients computes every row's gradient and hessian of the log-loss
// from its log-odds z, label y and weight w:
//
//	g = w·(p − y),   h = w·p·(1 − p),   p = 1/(1+exp(−z))
func (b *bag) updateGradients() {
	n := len(b.z)
	if b.g == nil {
		b.g, b.h = make([]float32, n), make([]float32, n)
	}
	g, h, label, weighted := b.g[:n], b.h[:n], b.label[:n], b.bagWeight[:n]
	for i, z := range b.z {
		p := sigmoid(z)
		w := weighted[i]
		g[i] = w * (p - label[i])
		h[i] = w * p * (1 - p)
	}
}

// boostCycle is one cycle of cyclic gradient boosting: every field that is due
// is visited once, in random order, and its table gets one step.
func (b *bag) boostCycle() {
	turn := make([]int, 0, len(b.active))
	for _, j := range b.active {
		if b.nextCycle[j] <= b.cycle {
			turn = append(turn, j)
		}
	}
	b.rng.Shuffle(len(turn), func(a, c int) { turn[a], turn[c] = turn[c], turn[a] })
	b.sumWeights()
	if b.covariance != nil {
		b.topGain = b.covarianceCycle(turn)
		b.cycle++
		return
	}
	var top float64
	for first := 0; first < len(turn); first += gradientRefresh {
		b.updateGradients()
		top = max(top, b.boostFields(turn[first:min(first+gradientRefresh, len(turn))]))
	}
	b.topGain = top
	b.cycle++
}

// boostFields visits fields in turn with one pass over the rows each and
// returns the highest gain.
func (b *bag) boostFields(turn []int) float64 {
	top, from := 0.0, b.codes[turn[0]]
	b.tree.step = [additive.MaxBins]float32{}
	for _, j := range turn {
		b.fillHistogram(from, j)
		gain := b.fitField(j)
		top, from = max(top, gain), b.codes[j]
		b.scheduleNext(j, gain)
	}
	addStep(from, &b.tree.step, b.g, b.h, b.z)
	return top
}

// fillHistogram adds the pending step of the field before to the log-odds and
// fills field j's histogram: gradient and hessian sums by bin.
func (b *bag) fillHistogram(from []uint8, j int) {
	bins := b.binnings[j].Bins
	b.histG.clear(bins)
	if b.cycle-b.hessianCycle[j] < hessianRefresh {
		addStepSumGradient(from, &b.tree.step, b.codes[j], b.g, b.h, b.z, &b.histG)
	} else {
		b.histH.clear(bins)
		addStepSumBoth(from, &b.tree.step, b.codes[j], b.g, b.h, b.z, &b.histG, &b.histH)
		b.histH.fold(bins, b.hess[j])
		b.hessianCycle[j] = b.cycle
	}
	b.histG.fold(bins, b.gradient[:])
}

// fitField fits one step of field j to its histogram (a line, a BLUP step or a
// tree), adds it to the field's table, leaves it in tree.step for the rows,
// and returns the gain.
func (b *bag) fitField(j int) float64 {
	if b.linear {
		return b.linearStep(j)
	}
	nominal, random := b.binnings[j].Nominal(), b.cycle < b.randomRounds
	if nominal && b.binnings[j].Bins > randomEffectLevels {
		return b.blupStep(j)
	}
	var gain float64
	if random {
		b.tree.prefixSums(b.gradient[:b.binnings[j].Bins], b.hess[j], b.mass[j], nominal, b.rng)
		gain = b.tree.randomTree(b.monotone[j], b.rng)
	} else {
		b.tree.prefixSums(b.gradient[:b.binnings[j].Bins], b.hess[j], b.mass[j], nominal, nil)
		gain = b.tree.bestTree(b.monotone[j])
	}
	gain += b.tree.writeSteps(gain > 0, b.rate)
	for c := range b.tables[j] {
		b.tables[j][c] += float64(b.tree.step[c])
	}
	return gain
}

// scheduleNext sets the cycle in which a field is visited next: 3 or 8 cycles
// later where its gain was below 5 or 1 % of the highest gain of the cycle
// before.
func (b *bag) scheduleNext(j int, gain float64) {
	b.nextCycle[j] = b.cycle + 1
	if b.linear || b.cycle < b.randomRounds {
		return
	}
	switch {
	case gain < 0.01*b.topGain:
		b.nextCycle[j] = b.cycle + 8
	case gain < 0.05*b.topGain:
		b.nextCycle[j] = b.cycle + 3
	}
}

// outOfBagLoss returns the weighted sum of the log-losses of the out-of-bag
// rows, in nats, and their weight.
func (b *bag) outOfBagLoss() (loss, weight float64) {
	b.applyPending()
	for _, i := range b.outOfBag {
		w := b.binnedData.weight[i]
		loss += w * logLoss(float64(b.z[i]), b.churned[i])
		weight += w
	}
	return loss, weight
}

// logLoss returns the log-loss of one row with log-odds z, in nats.
func logLoss(z float64, churned bool) float64 {
	if churned {
		z = -z
	}
	return models.Softplus(z)
}
