package additive

import (
	"math"
	"math/rand/v2"
)

// design is what all bags learn from: bins of every row, and what became of it.
type design struct {
	axes    []axis
	codes   [][]uint8   // [field][row]
	lines   [][]float64 // [field][bin] place on the field's line; nil: it has none
	sign    []int8      // [field] monotone direction, 0: free
	visit   []int       // fields that can be cut, sorted by name
	churned []bool
	weight  []float64
	offset  []float64 // log-odds that are given; nil: none
}

// rows returns the number of rows.
func (d *design) rows() int { return len(d.churned) }

// schedule says how boosting proceeds.
type schedule struct {
	growth
	rate   float64
	smooth int // cycles with random cuts before the greedy ones
	start  float64
}

// refreshAfter is how many fields are visited between exact gradients.
const refreshAfter = 32

// hessianAge is how many cycles a field's hessians may be old.
const hessianAge = 6

// booster is one bag at work: it learns from the rows it does not hold out.
type booster struct {
	*design
	schedule
	rng   *rand.Rand
	held  []int32 // rows held out
	level float64 // intercept

	label, weighted []float32 // [row] 1 churned; training weight, 0 where held out
	g, h, z         []float32 // [row] gradient, hessian (both nil where nobody asks rows for them), log-odds

	tables, mass, hess [][]float64 // [field][bin] what is learned; training weight; hessians
	summed, due        []int       // [field] cycle of the hessians; next cycle to visit
	top                float64     // highest gain in the last full cycle
	cycle              int
	straight           bool      // boosting lines, not trees
	slope              []float64 // [field] of the line so far
	prior              []float64 // [field] precision of its levels' prior, where they are many

	ledger *ledger // steps are told to bins; nil: to rows

	tree       grower
	sumG, sumH sums
	gradient   [maxBins]float64
}

// newBooster prepares a bag; held marks the rows that it must not learn from.
func newBooster(d *design, s schedule, held []bool, seed, stream uint64) *booster {
	n, fields := d.rows(), len(d.axes)
	b := &booster{design: d, schedule: s, rng: rand.New(rand.NewPCG(seed, stream)), level: s.start}
	b.label, b.weighted = make([]float32, n), make([]float32, n)
	b.z = make([]float32, n)
	for i := range n {
		if d.churned[i] {
			b.label[i] = 1
		}
		if held != nil && held[i] {
			b.held = append(b.held, int32(i))
		} else {
			b.weighted[i] = float32(d.weight[i])
		}
		b.z[i] = float32(s.start)
		if d.offset != nil {
			b.z[i] += float32(d.offset[i])
		}
	}
	b.tree.growth = s.growth
	b.tables, b.hess = make([][]float64, fields), make([][]float64, fields)
	b.summed, b.due, b.slope = make([]int, fields), make([]int, fields), make([]float64, fields)
	b.prior = make([]float64, fields)
	for j := range fields {
		bins := d.axes[j].bins
		b.tables[j], b.hess[j] = make([]float64, bins), make([]float64, bins)
		b.summed[j] = -hessianAge
	}
	return b
}

// weigh sums the training weights up by bin, once.
func (b *booster) weigh() {
	if b.mass != nil {
		return
	}
	b.mass = make([][]float64, len(b.axes))
	for _, j := range b.visit {
		b.mass[j] = make([]float64, b.axes[j].bins)
		for i, c := range b.codes[j] {
			b.mass[j][c] += float64(b.weighted[i])
		}
	}
}

// refresh makes gradients and hessians exact again.
//
//	g = w·(p − y), h = w·p·(1 − p), p = 1/(1+exp(−z))
func (b *booster) refresh() {
	n := len(b.z)
	if b.g == nil {
		b.g, b.h = make([]float32, n), make([]float32, n)
	}
	g, h, label, weighted := b.g[:n], b.h[:n], b.label[:n], b.weighted[:n]
	for i, z := range b.z {
		p := sigmoid(z)
		w := weighted[i]
		g[i] = w * (p - label[i])
		h[i] = w * p * (1 - p)
	}
}

// intercept moves the level by one full Newton step.
func (b *booster) intercept() {
	b.refresh()
	g, h := 0.0, b.l2
	for i := range b.g {
		g += float64(b.g[i])
		h += float64(b.h[i])
	}
	step := float32(-g / h)
	b.level += float64(step)
	for i := range b.z {
		b.z[i] += step
	}
}

// advance visits every field that is due, once.
func (b *booster) advance() {
	turn := make([]int, 0, len(b.visit))
	for _, j := range b.visit {
		if b.due[j] <= b.cycle {
			turn = append(turn, j)
		}
	}
	b.rng.Shuffle(len(turn), func(a, c int) { turn[a], turn[c] = turn[c], turn[a] })
	b.weigh()
	if b.ledger != nil {
		b.top = b.tell(turn)
		b.cycle++
		return
	}
	var top float64
	for first := 0; first < len(turn); first += refreshAfter {
		b.refresh()
		top = max(top, b.run(turn[first:min(first+refreshAfter, len(turn))]))
	}
	b.top = top
	b.cycle++
}

// run visits fields in turn, one pass over the rows each, and returns the
// highest gain.
func (b *booster) run(turn []int) float64 {
	top, from := 0.0, b.codes[turn[0]]
	b.tree.step = [maxBins]float32{}
	for _, j := range turn {
		b.sum(from, j)
		gain := b.learn(j)
		top, from = max(top, gain), b.codes[j]
		b.postpone(j, gain)
	}
	apply(from, &b.tree.step, b.g, b.h, b.z)
	return top
}

// sum applies the step at hand and sums field j's gradients by bin.
func (b *booster) sum(from []uint8, j int) {
	bins := b.axes[j].bins
	b.sumG.clear(bins)
	if b.cycle-b.summed[j] < hessianAge {
		pass(from, &b.tree.step, b.codes[j], b.g, b.h, b.z, &b.sumG)
	} else {
		b.sumH.clear(bins)
		passBoth(from, &b.tree.step, b.codes[j], b.g, b.h, b.z, &b.sumG, &b.sumH)
		b.sumH.fold(bins, b.hess[j])
		b.summed[j] = b.cycle
	}
	b.sumG.fold(bins, b.gradient[:])
}

// learn grows a tree on field j, adds it to the field's table and leaves its
// step to be applied. It returns the gain.
func (b *booster) learn(j int) float64 {
	if b.straight {
		return b.lean(j)
	}
	nominal, random := b.axes[j].nominal(), b.cycle < b.smooth
	if nominal && b.axes[j].bins > manyLevels {
		return b.shrink(j)
	}
	var gain float64
	if random {
		b.tree.load(b.gradient[:b.axes[j].bins], b.hess[j], b.mass[j], nominal, b.rng)
		gain = b.tree.random(b.sign[j], b.rng)
	} else {
		b.tree.load(b.gradient[:b.axes[j].bins], b.hess[j], b.mass[j], nominal, nil)
		gain = b.tree.grow(b.sign[j])
	}
	gain += b.tree.write(gain > 0, b.rate)
	for c := range b.tables[j] {
		b.tables[j][c] += float64(b.tree.step[c])
	}
	return gain
}

// postpone says when a field is visited next: one that gained little compared
// with the best of the cycle before can wait.
func (b *booster) postpone(j int, gain float64) {
	b.due[j] = b.cycle + 1
	if b.straight || b.cycle < b.smooth {
		return
	}
	switch {
	case gain < 0.01*b.top:
		b.due[j] = b.cycle + 8
	case gain < 0.05*b.top:
		b.due[j] = b.cycle + 3
	}
}

// heldLoss returns the weighted sum of log-losses of the rows held out, and
// their weight.
func (b *booster) heldLoss() (loss, weight float64) {
	b.settle()
	for _, i := range b.held {
		w := b.design.weight[i]
		loss += w * logLoss(float64(b.z[i]), b.churned[i])
		weight += w
	}
	return loss, weight
}

// logLoss is ln(1 + exp(∓z)), without overflow.
func logLoss(z float64, churned bool) float64 {
	if churned {
		z = -z
	}
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}
