package behaviour

import "math"

// A driver's rate drifts, and a week has ups and downs of its own: with f_t what all
// accounts have in common,
//
//	n_t ~ Poisson(f_t · e^(x_t + ε_t)),  ε_t ~ N(0, noise),  x_t = x_{t−1} + N(0, drift),  x_0 free
//
// the Gaussian counterpart of a gamma-Poisson model with a discount (West, Harrison,
// Bayesian Forecasting and Dynamic Models, 1997, 10.8 and 14.4). A change in week τ adds δ
// to x_t from there on. At the mode of x the counts are a linear Gaussian model in
// working responses y_t = x_t + (n_t − λ_t)/λ_t with variance noise + 1/λ_t, in which
// δ has the generalised least squares estimate (Harvey, Forecasting, Structural Time
// Series Models, 1989, 7.2; Harvey, Durbin 1986, J. R. Stat. Soc. A 149:187)
//
//	δ̂ = u'S⁻¹y / u'S⁻¹u,  z = u'S⁻¹y / √(u'S⁻¹u),  u_t = 1 from τ on
//
// so drift counts against a change, and chance in small counts does. The precision of
// x is tridiagonal, and S⁻¹ = W − W(Q+W)⁻¹W (Woodbury), W the inverse variances: all
// of it costs O(Weeks) for each τ.
const (
	freeLevel   = 9.0  // variance of the first level: nothing is known of it
	modeSteps   = 8    // of Newton's method to the mode
	largestStep = 1.0  // of one of them, in log rate
	blind       = 1e-6 // precision of a week that was not observed
	skewness    = 1.5  // see change
)

// level is a driver of an account with its mode.
type level struct {
	precision []float64 // W by week
	diagonal  []float64 // of Q + W
	off       float64   // beside the diagonal
	residual  []float64 // S⁻¹y
	rate      []float64 // λ by week
}

// fitLevel finds the mode of a driver's weeks, of which the latest were observed.
func fitLevel(counts, common []float64, observed int, drift, noise float64) *level {
	n := len(counts)
	f := &level{precision: make([]float64, n), diagonal: make([]float64, n), off: -1 / drift, residual: make([]float64, n), rate: make([]float64, n)}
	sum, usual := 0.5, 0.0
	for t := n - observed; t < n; t++ {
		sum, usual = sum+counts[t], usual+common[t]
	}
	base := math.Log(sum / math.Max(usual, 1e-9))
	x, y := make([]float64, n), make([]float64, n)
	work := make([]float64, n)
	for range modeSteps {
		for t := range x {
			f.rate[t] = math.Max(common[t]*math.Exp(math.Max(-12, math.Min(12, base+x[t]))), 1e-3)
			if t < n-observed {
				f.precision[t], y[t] = blind, 0
				continue
			}
			f.precision[t], y[t] = 1/(noise+1/f.rate[t]), x[t]+(counts[t]-f.rate[t])/f.rate[t]
		}
		for t := range f.diagonal {
			f.diagonal[t] = 2/drift + f.precision[t]
		}
		f.diagonal[0] += 1/(freeLevel+drift) - 1/drift
		f.diagonal[n-1] -= 1 / drift
		for t := range work {
			work[t] = f.precision[t] * y[t]
		}
		f.solve(work)
		for t := range x {
			x[t] += math.Max(-largestStep, math.Min(largestStep, work[t]-x[t]))
		}
	}
	for t := range work {
		work[t] = f.precision[t] * y[t]
	}
	f.solve(work)
	for t := range work {
		f.residual[t] = f.precision[t] * (y[t] - work[t])
	}
	return f
}

// solve replaces b by (Q+W)⁻¹b (Thomas' algorithm).
func (f *level) solve(b []float64) {
	n := len(b)
	var ratio [Weeks]float64
	pivot := f.diagonal[0]
	b[0] /= pivot
	for t := 1; t < n; t++ {
		ratio[t] = f.off / pivot
		pivot = f.diagonal[t] - f.off*ratio[t]
		b[t] = (b[t] - f.off*b[t-1]) / pivot
	}
	for t := n - 2; t >= 0; t-- {
		b[t] -= ratio[t+1] * b[t+1]
	}
}

// change is z of a change in week τ: positive where the rate rose. Counts are skewed: a
// third cumulant of Σ g_t³/λ_t², g = S⁻¹u, takes γ (z² − 1)/6 off (Cornish, Fisher
// 1937). The rates at the mode follow a rise, which makes the skewness seem a third
// smaller than it is, at .3 to 4 occurrences a week.
func (f *level) change(from int) float64 {
	z, third := f.estimate(from)
	return z - skewness*third*(z*z-1)/6
}

// estimate is z of a change in a week before the correction, and the skewness.
func (f *level) estimate(from int) (z, third float64) {
	n := len(f.precision)
	work := make([]float64, n)
	moved, information := 0.0, 0.0
	for t := from; t < n; t++ {
		work[t] = f.precision[t]
		moved += f.residual[t]
	}
	f.solve(work)
	for t := range n {
		weight := -f.precision[t] * work[t] // S⁻¹u
		if t >= from {
			weight += f.precision[t]
			information += weight
		}
		third += weight * weight * weight / (f.rate[t] * f.rate[t])
	}
	if !(information > 0) {
		return 0, 0
	}
	return moved / math.Sqrt(information), third / math.Pow(information, 1.5)
}
