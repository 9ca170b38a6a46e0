package additive

import "math"

// ledger is what a bag knows by bin where steps are told to bins (see coupling):
// exact sums of a moment, and what has been stepped since.
type ledger struct {
	*coupling
	stale   bool        // the sums are of log-odds that are no more
	unit    float64     // what 1 stands for in a gradient's fixed point; twice that in a hessian's
	sums    [][2]counts // [field] of rows with even and odd numbers
	exact   [][]float64 // [field][bin] gradients as they were at that moment
	g       [][]float64 // [field][bin] gradients now, but for what other fields moved
	moved   []float32   // [group of all fields] how far the others moved its rows
	waiting []waiting   // [field]
	age     int         // cycles since that moment
	after   int         // cycles between exact gradients, see trust
}

// counts are a field's sums of gradients and hessians by bin, both in one word as
// fixed point, as symmetricGrower's are.
type counts [maxBins]int64

// waiting is what rows have not been told of a field's steps.
type waiting struct {
	step [maxBins]float32
	any  bool
}

const (
	tellAfter = 10   // most cycles between exact gradients
	tellBlock = 2048 // rows at a time: what is known of them stays in the first cache
)

// couple takes over how fields hang together; nil: steps are told to rows.
func (b *booster) couple(shares *coupling) {
	b.ledger = nil
	if shares == nil {
		return
	}
	t := &ledger{coupling: shares, stale: true, moved: make([]float32, shares.total)}
	t.sums, t.waiting = make([][2]counts, len(b.axes)), make([]waiting, len(b.axes))
	t.exact, t.g = make([][]float64, len(b.axes)), make([][]float64, len(b.axes))
	total := 0.0
	for _, w := range b.weighted {
		total += float64(w)
	}
	t.unit = math.Exp2(math.Ceil(math.Log2(max(total, math.SmallestNonzeroFloat32)) - 30)) // 2³⁰ of them are more than any sum
	for _, j := range b.visit {
		t.exact[j], t.g[j] = make([]float64, b.axes[j].bins), make([]float64, b.axes[j].bins)
	}
	b.ledger = t
}

// tell visits fields in turn and returns the highest gain.
func (b *booster) tell(turn []int) float64 {
	t, top := b.ledger, 0.0
	if t.stale {
		b.measure()
	}
	for _, j := range turn {
		g, h := t.g[j], b.hess[j]
		for c := range g {
			b.gradient[c] = t.now(b, j, c)
		}
		gain := b.learn(j)
		step, wait := &b.tree.step, &t.waiting[j]
		for c := range g {
			wait.step[c] += step[c]
			g[c] += h[c] * float64(step[c])
		}
		wait.any = true
		t.tell(j, step, h, t.moved)
		top = max(top, gain)
		b.postpone(j, gain)
	}
	if t.age++; t.age >= t.after {
		b.settle()
	}
	return top
}

// settle tells the rows what has been stepped.
func (b *booster) settle() {
	if b.ledger == nil {
		return
	}
	var codes [][]uint8
	var steps []*[maxBins]float32
	for _, j := range b.visit {
		if wait := &b.ledger.waiting[j]; wait.any {
			codes, steps = append(codes, b.codes[j]), append(steps, &wait.step)
		}
	}
	if len(codes) == 0 {
		return
	}
	for from := 0; from < len(b.z); from += tellBlock {
		to, k := min(from+tellBlock, len(b.z)), 0
		z := b.z[from:to]
		for ; k+4 <= len(codes); k += 4 {
			tellFour(z, codes[k][from:to], codes[k+1][from:to], codes[k+2][from:to], codes[k+3][from:to], steps[k], steps[k+1], steps[k+2], steps[k+3])
		}
		for ; k < len(codes); k++ {
			tellOne(z, codes[k][from:to], steps[k])
		}
	}
	clear(b.ledger.waiting)
	b.ledger.stale = true
}

// measure makes the sums exact again: what refresh and passBoth do, without
// keeping anything by row.
func (b *booster) measure() {
	t := b.ledger
	clear(t.sums)
	var packed [tellBlock]int64
	for from := 0; from < len(b.z); from += tellBlock {
		to := min(from+tellBlock, len(b.z))
		b.pack(from, packed[:to-from])
		for _, j := range b.visit {
			t.sums[j][0].add(&t.sums[j][1], b.codes[j][from:to], packed[:to-from])
		}
	}
	var wrong, change, size float64
	for _, j := range b.visit {
		even, odd := &t.sums[j][0], &t.sums[j][1]
		for c := range t.g[j] {
			sum := even[c] + odd[c]
			g, h := float64(sum>>32)*t.unit, float64(uint32(sum))*t.unit/2
			off, moved := g-t.now(b, j, c), g-t.exact[j][c]
			wrong, change, size = wrong+off*off/(h+b.l2), change+moved*moved/(h+b.l2), size+g*g/(h+b.l2)
			t.exact[j][c], t.g[j][c], b.hess[j][c] = g, g, h
		}
	}
	clear(t.moved)
	t.trust(wrong, change, size, b.rate)
	t.stale, t.age = false, 0
}

// now returns a field's gradient in a bin as far as bins have been told.
func (t *ledger) now(b *booster, j, c int) float64 {
	return t.g[j][c] + b.hess[j][c]*float64(t.moved[t.first[j]+int(t.group[j][c])])
}

// trust says how long bins may be told steps, from how wrong their gradients had
// become, how much they had changed, and how large they are, as sums of squares.
// Where D fields say the same and none is told of the others, because it is lost in
// groups, gradients change D times as much as each believes: wrong/change = (1 −
// 1/D)². Together the fields then go D·s of the way, s = 1 − (1−rate)^cycles; not
// too far, if
//
//	(1−rate)^cycles ≥ √(wrong/change)
//
// An error of a hundredth of the gradients themselves does no harm.
func (t *ledger) trust(wrong, change, size, rate float64) {
	cycles := math.Log(wrong/change) / (2 * math.Log(1-rate))
	if wrong <= size/100 {
		cycles = tellAfter
	}
	if t.after == 0 || !(cycles >= 1) { // nothing is known yet, or too much was wrong
		t.after = 1
		return
	}
	t.after = int(min(cycles, float64(2*t.after), tellAfter))
}

// pack writes gradients and hessians of the rows from one on as fixed point. What
// is cut off is spread by the row's number, as symmetricGrower.pack does.
func (b *booster) pack(from int, into []int64) {
	const above = 1 << 31 // keeps what is cut off below a gradient of either sign
	scale := float32(1 / b.ledger.unit)
	label, weighted := b.label[from:][:len(into)], b.weighted[from:][:len(into)]
	for k, z := range b.z[from:][:len(into)] {
		p, w := sigmoid(z), weighted[k]*scale
		dither := float64(uint32(from+k)*2654435769>>8) / (1 << 24)
		g := int64(float64(w*(p-label[k]))+dither+above) - above
		h := int64(float64(2*w*p*(1-p)) + dither)
		into[k] = g<<32 + h
	}
}

// add counts the rows of a block.
func (even *counts) add(odd *counts, codes []uint8, packed []int64) {
	codes = codes[:len(packed)]
	i := 0
	for ; i < len(packed)-1; i += 2 {
		even[codes[i]] += packed[i]
		odd[codes[i+1]] += packed[i+1]
	}
	for ; i < len(packed); i++ {
		even[codes[i]] += packed[i]
	}
}

func tellFour(z []float32, a, b, c, d []uint8, sa, sb, sc, sd *[maxBins]float32) {
	a, b, c, d = a[:len(z)], b[:len(z)], c[:len(z)], d[:len(z)]
	for i := range z {
		z[i] += sa[a[i]] + sb[b[i]] + (sc[c[i]] + sd[d[i]])
	}
}

func tellOne(z []float32, codes []uint8, step *[maxBins]float32) {
	codes = codes[:len(z)]
	for i := range z {
		z[i] += step[codes[i]]
	}
}
