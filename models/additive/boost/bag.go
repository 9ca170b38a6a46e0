package boost

import (
	"math/rand/v2"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// design is what all bags learn from: bins of every row, and what became of it.
type binnedData struct {
	binnings  []additive.Binning
	codes     [][]uint8   // [field][row]
	lineValue [][]float64 // [field][bin] place on the field's line; nil: it has none
	monotone  []int8      // [field] monotone direction, 0: free
	active    []int       // fields that can be cut, sorted by name
	churned   []bool
	weight    []float64
	offset    []float64 // log-odds that are given; nil: none
}

// rows returns the number of rows.
func (d *binnedData) rows() int { return len(d.churned) }

// schedule says how boosting proceeds.
type bagOptions struct {
	treeOptions
	rate         float64
	randomRounds int // cycles with random cuts before the greedy ones
	baseRate     float64
}

// refreshAfter is how many fields are visited between exact gradients.
const gradientRefresh = 32

// hessianAge is how many cycles a field's hessians may be old.
const hessianRefresh = 6

// booster is one bag at work: it learns from the rows it does not hold out.
type bag struct {
	*binnedData
	bagOptions
	rng       *rand.Rand
	outOfBag  []int32 // rows held out
	intercept float64 // intercept

	label, bagWeight []float32 // [row] 1 churned; training weight, 0 where held out
	g, h, z          []float32 // [row] gradient, hessian (both nil where nobody asks rows for them), log-odds

	tables, mass, hess      [][]float64 // [field][bin] what is learned; training weight; hessians
	hessianCycle, nextCycle []int       // [field] cycle of the hessians; next cycle to visit
	topGain                 float64     // highest gain in the last full cycle
	cycle                   int
	linear                  bool      // boosting lines, not trees
	slope                   []float64 // [field] of the line so far
	precision               []float64 // [field] precision of its levels' prior, where they are many

	covariance *covarianceUpdates // steps are told to bins; nil: to rows

	tree         treeBuilder
	histG, histH histogram
	gradient     [additive.MaxBins]float64
}

// newBooster prepares a bag; held marks the rows that it must not learn from.
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
		if d.offset != nil {
			b.z[i] += float32(d.offset[i])
		}
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

// weigh sums the training weights up by bin, once.
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

// refresh makes gradients and hessians exact again.
//
//	g = w·(p − y), h = w·p·(1 − p), p = 1/(1+exp(−z))
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

// intercept moves the level by one full Newton step.
func (b *bag) fitIntercept() {
	b.updateGradients()
	g, h := 0.0, b.l2
	for i := range b.g {
		g += float64(b.g[i])
		h += float64(b.h[i])
	}
	step := float32(-g / h)
	b.intercept += float64(step)
	for i := range b.z {
		b.z[i] += step
	}
}

// advance visits every field that is due, once.
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

// run visits fields in turn, one pass over the rows each, and returns the
// highest gain.
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

// sum applies the step at hand and sums field j's gradients by bin.
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

// learn grows a tree on field j, adds it to the field's table and leaves its
// step to be applied. It returns the gain.
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

// postpone says when a field is visited next: one that gained little compared
// with the best of the cycle before can wait.
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

// heldLoss returns the weighted sum of log-losses of the rows held out, and
// their weight.
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
