package boost

import (
	"math"

	"github.com/etappe/etappe/models/additive"
)

// The loops over rows. Without covariance updates a visit of a field is one
// pass: the step of the field before is added, and the histogram of the next
// one filled, while the row is in registers. Between two exact gradients (see
// updateGradients) a step d changes the gradient by its first-order term, g +=
// h·d; with steps of a few hundredths the error is of second order and removed
// at the next exact gradient.

// histogram is gradient (or hessian) sums by bin, in two halves: rows next to
// each other often share a bin, and two cells are faster than one that waits
// for itself.
type histogram [2][additive.MaxBins]float64

func (s *histogram) clear(bins int) {
	clear(s[0][:bins])
	clear(s[1][:bins])
}

func (s *histogram) fold(bins int, into []float64) {
	for b := range into[:bins] {
		into[b] = s[0][b] + s[1][b]
	}
}

// addStepSumBoth applies a step and sums gradients and hessians of the next field.
func addStepSumBoth(from []uint8, step *[additive.MaxBins]float32, next []uint8, g, h, z []float32, sumG, sumH *histogram) {
	n := len(g)
	from, next, h, z = from[:n], next[:n], h[:n], z[:n]
	for i := range n {
		d := step[from[i]]
		hi := h[i]
		gi := g[i] + hi*d
		g[i] = gi
		z[i] += d
		b := next[i]
		sumG[i&1][b] += float64(gi)
		sumH[i&1][b] += float64(hi)
	}
}

// addStepSumGradient is passBoth without the hessians, which change slowly and are summed
// once in a while.
func addStepSumGradient(from []uint8, step *[additive.MaxBins]float32, next []uint8, g, h, z []float32, sumG *histogram) {
	n := len(g)
	from, next, h, z = from[:n], next[:n], h[:n], z[:n]
	i := 0
	for ; i < n-1; i += 2 {
		d0, d1 := step[from[i]], step[from[i+1]]
		g0, g1 := g[i]+h[i]*d0, g[i+1]+h[i+1]*d1
		g[i], g[i+1] = g0, g1
		z[i] += d0
		z[i+1] += d1
		sumG[0][next[i]] += float64(g0)
		sumG[1][next[i+1]] += float64(g1)
	}
	for ; i < n; i++ {
		d := step[from[i]]
		gi := g[i] + h[i]*d
		g[i] = gi
		z[i] += d
		sumG[0][next[i]] += float64(gi)
	}
}

// addStep applies a step without a next field.
func addStep(from []uint8, step *[additive.MaxBins]float32, g, h, z []float32) {
	n := len(g)
	from, h, z = from[:n], h[:n], z[:n]
	for i := range n {
		d := step[from[i]]
		g[i] += h[i] * d
		z[i] += d
	}
}

// sigmoid is 1/(1+exp(−z)) to a few units in the last place of a float32, in a
// fraction of the time of math.Exp. exp(−z) is 2^k · exp(r) with |r| <= ln(2)/2,
// the first from the bits of a float, the second by its Taylor series (after
// Cody and Waite 1980; ln 2 in two pieces keeps r exact). No value changes its
// width on the way: such a conversion makes one row wait for the one before.
func sigmoid(z float32) float32 {
	const (
		round = 3 << 22 // adding 1.5·2^23 rounds to a whole number, left in the low bits
		high  = 0.693359375
		low   = -2.12194440e-4
	)
	if z > 80 {
		z = 80
	}
	if z < -80 {
		z = -80
	}
	shifted := z*-math.Log2E + round
	k := shifted - round
	r := -z - k*high - k*low
	r2 := r * r
	series := 1 + r + r2*(1./2+r*(1./6)) + r2*r2*(1./24+r*(1./120)+r2*(1./720))
	return 1 / (1 + math.Float32frombits((math.Float32bits(shifted)+127)<<23)*series)
}
