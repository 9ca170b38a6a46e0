package boost

import (
	"math"

	"github.com/etappe/etappe/models/additive"
)

// The linear phase. Before trees are grown, every field is boosted with a line
// over its bins (a level or a missing value by a step of its own): coordinate
// descent with early stopping, which follows the path of ridge regression
// (Bühlmann and Yu, Boosting with the L2 loss, JASA 98, 2003). Where data are
// few or effects are straight this is all that the data carry, and as good as
// a regularised logistic regression; the trees then add what is curved. A line
// is stored as a table like any other.

const (
	linearSkew       = 0.3  // Kelly's skewness from which log(1+x) is taken of a field that is never negative
	linearClip       = 4    // standard deviations
	linearRate       = 0.1  // learning rate where few accounts churned (or renewed)
	linearFastRate   = 0.5  // and where many are
	linearManyEvents = 4000 // accounts of the rarer outcome up to which the rate is linearRate
	linearL2         = 5.0  // penalty on a slope, in training weight times p(1−p)
	linearLevelL2    = 10.0 // penalty on a level's or a missing value's own step
	linearPatience   = 30   // patience, in cycles
	linearMaxCycles  = 400  // most cycles
	linearCheckEvery = 5    // cycles between checks of the out-of-bag loss
)

// linearStopping returns the learning rate and the early stopping of the
// linear phase. Small steps follow the path of ridge regression closely, which
// matters where early stopping ends it on the way. Where many accounts are of
// the rarer outcome it ends where the lines fit best, whatever the steps, and
// larger ones get there sooner: coordinate descent on a convex loss converges
// with any damping between 0 and 1 (Ortega and Rheinboldt, Iterative Solution
// of Nonlinear Equations in Several Variables, 1970).
func (r *run) linearStopping() (float64, stopping) {
	faster := min(max(float64(r.leastKind())/linearManyEvents, 1), linearFastRate/linearRate)
	return linearRate * faster, stopping{maxRounds: linearMaxCycles, checkEvery: linearCheckEvery, patience: int(linearPatience / faster), growth: 4}
}

// lineValues returns the abscissa of each bin of a numeric field: the mean
// value of its rows, log(1+x) where the field is skewed, standardised under
// the training weights and clipped to ±linearClip. Missing has 0. nil: the
// field has no line.
func lineValues(a *additive.Binning, values []float64, codes []uint8, weight []float64) []float64 {
	if a.Nominal() || a.Bins < 3 {
		return nil
	}
	scale := func(v float64) float64 { return v }
	if skewed(a.Cuts, values) {
		scale = math.Log1p
	}
	return scaledValues(a, values, codes, weight, scale)
}

// scaledValues returns the mean value of each bin's rows on a scale,
// standardised under the training weights and clipped at linearClip standard
// deviations: [bin]. A missing value has 0. nil: the field does not vary.
func scaledValues(a *additive.Binning, values []float64, codes []uint8, weight []float64, scale func(float64) float64) []float64 {
	at, mass := make([]float64, a.Bins), make([]float64, a.Bins)
	for i, v := range values {
		if c := codes[i]; c != additive.Missing {
			at[c] += weight[i] * scale(v)
			mass[c] += weight[i]
		}
	}
	var sum, total, square float64
	for c := 1; c < a.Bins; c++ {
		if mass[c] > 0 {
			at[c] /= mass[c]
		}
		sum, total = sum+mass[c]*at[c], total+mass[c]
	}
	middle := sum / total
	for c := 1; c < a.Bins; c++ {
		square += mass[c] * (at[c] - middle) * (at[c] - middle)
	}
	spread := math.Sqrt(square / total)
	if !(spread > 0) || math.IsInf(spread, 0) {
		return nil
	}
	for c := 1; c < a.Bins; c++ {
		at[c] = max(-linearClip, min(linearClip, (at[c]-middle)/spread))
	}
	return at
}

// skewed reports whether a field that is never negative has a long right tail,
// by Kelly's skewness of the cuts, which are its quantiles.
func skewed(cuts, values []float64) bool {
	if len(cuts) < 3 {
		return false
	}
	for _, v := range values {
		if v < 0 {
			return false
		}
	}
	low, middle, high := cuts[len(cuts)/10], cuts[len(cuts)/2], cuts[len(cuts)-1-len(cuts)/10]
	return high > low && (high-2*middle+low)/(high-low) > linearSkew
}

// linearStep adds one Newton step of field j's slope to its table, leaves it
// in tree.step and returns the gain. A monotone field's slope never crosses 0.
func (b *bag) linearStep(j int) float64 {
	g, h, step, at := b.gradient[:b.binnings[j].Bins], b.hess[j], &b.tree.step, b.lineValue[j]
	gain := 0.0
	for c := range g { // bins without rows stay where they are: g is 0
		step[c] = 0
		if at == nil || c == additive.Missing {
			move := -g[c] / (h[c] + linearLevelL2)
			gain -= g[c] * move / 2
			step[c] = float32(b.rate * move)
		}
	}
	if at != nil {
		var sumG, sumH float64
		for c := 1; c < len(g); c++ {
			sumG, sumH = sumG+g[c]*at[c], sumH+h[c]*at[c]*at[c]
		}
		move := -b.rate * sumG / (sumH + linearL2)
		if sign := float64(b.monotone[j]); sign != 0 && sign*(b.slope[j]+move) < 0 {
			move = -b.slope[j]
		}
		b.slope[j] += move
		gain -= sumG * move / (2 * b.rate)
		for c := 1; c < len(g); c++ { // from the slope, not by adding steps up: a slope of 0 is exactly level
			step[c] = float32(b.slope[j]*at[c] - b.tables[j][c])
			b.tables[j][c] = b.slope[j] * at[c]
		}
		b.tables[j][additive.Missing] += float64(step[additive.Missing])
		return gain
	}
	for c := range g {
		b.tables[j][c] += float64(step[c])
	}
	return gain
}

// startPhase switches the bags to the linear phase or to trees; the next cycle
// visits every field.
func (e *ensemble) startPhase(straight bool, rate float64) {
	var shares *binCovariance // one for all: bags share most of their rows
	if first := e.bags[0]; first.rows() >= covarianceMinRows {
		first.applyPending()
		shares = newBinCovariance(first.binnedData, first.z)
	}
	for _, b := range e.bags {
		b.applyPending()
		b.linear, b.rate, b.cycle = straight, rate, 0
		b.startCovarianceUpdates(shares)
		for j := range b.nextCycle {
			b.nextCycle[j], b.hessianCycle[j] = 0, -hessianRefresh
		}
	}
}

// restore rolls the bags back to a checkpoint.
func (e *ensemble) restore(l *checkpoint) {
	for k, b := range e.bags {
		b.covariance = nil
		b.intercept = l.intercept[k]
		for j := range b.tables {
			copy(b.tables[j], l.tables[k][j])
		}
		for i := range b.z {
			b.z[i] = float32(b.intercept)
		}
		for _, j := range b.active {
			table := b.tables[j]
			for i, c := range b.codes[j] {
				b.z[i] += float32(table[c])
			}
		}
	}
}
