package boost

import (
	"math"

	"github.com/etappe/etappe/models/additive"
)

// covarianceUpdates is the state of a bag between two exact gradients (see
// binCovariance): histograms as they were at the last one, and the steps
// since.
type covarianceUpdates struct {
	*binCovariance
	stale         bool                 // the histograms belong to older log-odds
	unit          float64              // what 1 stands for in a gradient's fixed point; twice that in a hessian's
	hist          [][2]packedHistogram // [field] of rows with even and odd numbers
	exactGradient [][]float64          // [field][bin] gradient sums at the last exact gradient
	gradient      [][]float64          // [field][bin] gradient sums now, without the steps of other fields
	shift         []float32            // [group of all fields] mean move of its rows by steps of other fields
	pending       []pendingStep        // [field]
	age           int                  // cycles since the last exact gradient
	refreshAfter  int                  // cycles from one exact gradient to the next, see setRefresh
}

// packedHistogram is gradient and hessian sums by bin, both in one word as
// fixed point, as in symmetricBuilder.
type packedHistogram [additive.MaxBins]int64

// pendingStep is the sum of a field's steps since the last exact gradient, not
// yet in the rows' log-odds.
type pendingStep struct {
	step [additive.MaxBins]float32
	any  bool
}

const (
	maxRefreshCycles = 10   // most cycles between exact gradients
	rowBlock         = 2048 // rows at a time, so that their numbers stay in the first cache
)

// startCovarianceUpdates switches to covariance updates with the given shares;
// nil: to steps row by row.
func (b *bag) startCovarianceUpdates(shares *binCovariance) {
	b.covariance = nil
	if shares == nil {
		return
	}
	t := &covarianceUpdates{binCovariance: shares, stale: true, shift: make([]float32, shares.total)}
	t.hist, t.pending = make([][2]packedHistogram, len(b.binnings)), make([]pendingStep, len(b.binnings))
	t.exactGradient, t.gradient = make([][]float64, len(b.binnings)), make([][]float64, len(b.binnings))
	total := 0.0
	for _, w := range b.bagWeight {
		total += float64(w)
	}
	t.unit = math.Exp2(math.Ceil(math.Log2(max(total, math.SmallestNonzeroFloat32)) - 30)) // 2³⁰ of them are more than any sum
	for _, j := range b.active {
		t.exactGradient[j], t.gradient[j] = make([]float64, b.binnings[j].Bins), make([]float64, b.binnings[j].Bins)
	}
	b.covariance = t
}

// covarianceCycle visits fields in turn with covariance updates and returns
// the highest gain.
func (b *bag) covarianceCycle(turn []int) float64 {
	t, top := b.covariance, 0.0
	if t.stale {
		b.refreshHistograms()
	}
	for _, j := range turn {
		g, h := t.gradient[j], b.hess[j]
		for c := range g {
			b.gradient[c] = t.currentGradient(b, j, c)
		}
		gain := b.fitField(j)
		step, wait := &b.tree.step, &t.pending[j]
		for c := range g {
			wait.step[c] += step[c]
			g[c] += h[c] * float64(step[c])
		}
		wait.any = true
		t.propagate(j, step, h, t.shift)
		top = max(top, gain)
		b.scheduleNext(j, gain)
	}
	if t.age++; t.age >= t.refreshAfter {
		b.applyPending()
	}
	return top
}

// applyPending adds all pending steps to the rows' log-odds.
func (b *bag) applyPending() {
	if b.covariance == nil {
		return
	}
	var codes [][]uint8
	var steps []*[additive.MaxBins]float32
	for _, j := range b.active {
		if wait := &b.covariance.pending[j]; wait.any {
			codes, steps = append(codes, b.codes[j]), append(steps, &wait.step)
		}
	}
	if len(codes) == 0 {
		return
	}
	for from := 0; from < len(b.z); from += rowBlock {
		to, k := min(from+rowBlock, len(b.z)), 0
		z := b.z[from:to]
		for ; k+4 <= len(codes); k += 4 {
			addFourSteps(z, codes[k][from:to], codes[k+1][from:to], codes[k+2][from:to], codes[k+3][from:to], steps[k], steps[k+1], steps[k+2], steps[k+3])
		}
		for ; k < len(codes); k++ {
			addOneStep(z, codes[k][from:to], steps[k])
		}
	}
	clear(b.covariance.pending)
	b.covariance.stale = true
}

// refreshHistograms computes exact gradient and hessian sums of all fields
// from the rows' log-odds, without keeping a gradient for each row.
func (b *bag) refreshHistograms() {
	t := b.covariance
	clear(t.hist)
	var packed [rowBlock]int64
	for from := 0; from < len(b.z); from += rowBlock {
		to := min(from+rowBlock, len(b.z))
		b.packGradients(from, packed[:to-from])
		for _, j := range b.active {
			t.hist[j][0].add(&t.hist[j][1], b.codes[j][from:to], packed[:to-from])
		}
	}
	var wrong, change, size float64
	for _, j := range b.active {
		even, odd := &t.hist[j][0], &t.hist[j][1]
		for c := range t.gradient[j] {
			sum := even[c] + odd[c]
			g, h := float64(sum>>32)*t.unit, float64(uint32(sum))*t.unit/2
			off, moved := g-t.currentGradient(b, j, c), g-t.exactGradient[j][c]
			wrong, change, size = wrong+off*off/(h+b.l2), change+moved*moved/(h+b.l2), size+g*g/(h+b.l2)
			t.exactGradient[j][c], t.gradient[j][c], b.hess[j][c] = g, g, h
		}
	}
	clear(t.shift)
	t.setRefresh(wrong, change, size, b.rate)
	t.stale, t.age = false, 0
}

// currentGradient returns the gradient sum of field j's bin c with all steps
// so far, to first order.
func (t *covarianceUpdates) currentGradient(b *bag, j, c int) float64 {
	return t.gradient[j][c] + b.hess[j][c]*float64(t.shift[t.first[j]+int(t.group[j][c])])
}

// setRefresh sets the number of cycles until the next exact gradient, from how
// wrong the updated gradients had become, how much they had changed, and how
// large they are, all as sums of squares over the hessians. Where D fields
// carry the same information and the groups hide it, gradients change D times
// as much as each field's update implies: wrong/change = (1 − 1/D)². Together the
// fields then go D·s of the way, s = 1 − (1−rate)^cycles, which is not too far
// if
//
//	(1−rate)^cycles ≥ √(wrong/change)
//
// An error of a hundredth of the gradients themselves is allowed.
func (t *covarianceUpdates) setRefresh(wrong, change, size, rate float64) {
	cycles := math.Log(wrong/change) / (2 * math.Log(1-rate))
	if wrong <= size/100 {
		cycles = maxRefreshCycles
	}
	if t.refreshAfter == 0 || !(cycles >= 1) { // the first time, or the error was too large
		t.refreshAfter = 1
		return
	}
	t.refreshAfter = int(min(cycles, float64(2*t.refreshAfter), maxRefreshCycles))
}

// packGradients writes gradient and hessian of the rows from a row on as fixed
// point. The rounding is spread by the row's number, as in
// symmetricBuilder.pack.
func (b *bag) packGradients(from int, into []int64) {
	const above = 1 << 31 // keeps what is cut off below a gradient of either sign
	scale := float32(1 / b.covariance.unit)
	label, weighted := b.label[from:][:len(into)], b.bagWeight[from:][:len(into)]
	for k, z := range b.z[from:][:len(into)] {
		p, w := sigmoid(z), weighted[k]*scale
		dither := float64(uint32(from+k)*2654435769>>8) / (1 << 24)
		g := int64(float64(w*(p-label[k]))+dither+above) - above
		h := int64(float64(2*w*p*(1-p)) + dither)
		into[k] = g<<32 + h
	}
}

// add counts the rows of a block.
func (even *packedHistogram) add(odd *packedHistogram, codes []uint8, packed []int64) {
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

func addFourSteps(z []float32, a, b, c, d []uint8, sa, sb, sc, sd *[additive.MaxBins]float32) {
	a, b, c, d = a[:len(z)], b[:len(z)], c[:len(z)], d[:len(z)]
	for i := range z {
		z[i] += sa[a[i]] + sb[b[i]] + (sc[c[i]] + sd[d[i]])
	}
}

func addOneStep(z []float32, codes []uint8, step *[additive.MaxBins]float32) {
	codes = codes[:len(z)]
	for i := range z {
		z[i] += step[codes[i]]
	}
}
