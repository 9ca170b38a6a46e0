package additive

import "math"

// The straight part. Before trees are grown, every field is boosted with a line
// over its bins (a level or a missing value by a step of its own): coordinate
// descent with early stopping, which follows the path of ridge regression
// (Bühlmann and Yu, Boosting with the L2 loss, JASA 98, 2003). Where data are few
// or effects are straight this is all that the data carry, and as good as a
// regularised logistic regression; the trees then add what is curved. A line is
// a table like any other, so nothing else needs to know.

const (
	lineSkew  = 0.3  // Kelly's skewness from which a field that is never negative is log1p-ed
	lineClip  = 4    // standard deviations
	lineRate  = 0.1  // learning rate where few rows are of the rarer kind
	lineFast  = 0.5  // and where many are
	lineMany  = 4000 // rows of the rarer kind up to which the path is followed closely
	lineL2    = 5.0  // penalty on a slope, in training weight times p(1−p)
	lineStep  = 10.0 // penalty on a level's or a missing value's own step
	lineWait  = 30   // cycles without a better held-out loss before the straight part ends
	lineMost  = 400  // most cycles of the straight part
	lineChunk = 5    // cycles between looks at the held-out loss
)

// linePace returns the learning rate of the straight part and how long to boost.
// Small steps follow the path of ridge regression closely, which matters where
// early stopping ends it on the way. Where many rows are of the rarer kind it
// ends where the lines fit best, whatever the steps, and larger ones are there
// sooner: coordinate descent on a convex loss converges with any damping between
// 0 and 1 (Ortega and Rheinboldt, Iterative Solution of Nonlinear Equations in
// Several Variables, 1970).
func (r *run) linePace() (float64, pace) {
	faster := min(max(float64(r.leastKind())/lineMany, 1), lineFast/lineRate)
	return lineRate * faster, pace{most: lineMost, chunk: lineChunk, wait: int(lineWait / faster)}
}

// placeBins returns where each bin of a numeric field lies on its line: the mean
// value of its rows, log1p-ed where the field is skewed, standardised under the
// training weights and clipped. Missing lies at 0. nil: the field has no line.
func placeBins(a *axis, values []float64, codes []uint8, weight []float64) []float64 {
	if a.nominal() || a.bins < 3 {
		return nil
	}
	scale := func(v float64) float64 { return v }
	if skewed(a.cuts, values) {
		scale = math.Log1p
	}
	at, mass := make([]float64, a.bins), make([]float64, a.bins)
	for i, v := range values {
		if c := codes[i]; c != missing {
			at[c] += weight[i] * scale(v)
			mass[c] += weight[i]
		}
	}
	var sum, total, square float64
	for c := 1; c < a.bins; c++ {
		if mass[c] > 0 {
			at[c] /= mass[c]
		}
		sum, total = sum+mass[c]*at[c], total+mass[c]
	}
	middle := sum / total
	for c := 1; c < a.bins; c++ {
		square += mass[c] * (at[c] - middle) * (at[c] - middle)
	}
	spread := math.Sqrt(square / total)
	if !(spread > 0) || math.IsInf(spread, 0) {
		return nil
	}
	for c := 1; c < a.bins; c++ {
		at[c] = max(-lineClip, min(lineClip, (at[c]-middle)/spread))
	}
	return at
}

// skewed tells whether a field that is never negative has a long right tail,
// judged by the cuts, which are its quantiles.
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
	return high > low && (high-2*middle+low)/(high-low) > lineSkew
}

// lean adds a step of field j's line to its table and leaves it to be applied.
// It returns the gain. A monotone field's slope never crosses 0.
func (b *booster) lean(j int) float64 {
	g, h, step, at := b.gradient[:b.axes[j].bins], b.hess[j], &b.tree.step, b.lines[j]
	gain := 0.0
	for c := range g { // bins without rows stay where they are: g is 0
		step[c] = 0
		if at == nil || c == missing {
			move := -g[c] / (h[c] + lineStep)
			gain -= g[c] * move / 2
			step[c] = float32(b.rate * move)
		}
	}
	if at != nil {
		var sumG, sumH float64
		for c := 1; c < len(g); c++ {
			sumG, sumH = sumG+g[c]*at[c], sumH+h[c]*at[c]*at[c]
		}
		move := -b.rate * sumG / (sumH + lineL2)
		if sign := float64(b.sign[j]); sign != 0 && sign*(b.slope[j]+move) < 0 {
			move = -b.slope[j]
		}
		b.slope[j] += move
		gain -= sumG * move / (2 * b.rate)
		for c := 1; c < len(g); c++ { // from the slope, not by adding steps up: a slope of 0 is exactly level
			step[c] = float32(b.slope[j]*at[c] - b.tables[j][c])
			b.tables[j][c] = b.slope[j] * at[c]
		}
		b.tables[j][missing] += float64(step[missing])
		return gain
	}
	for c := range g {
		b.tables[j][c] += float64(step[c])
	}
	return gain
}

// phase switches the bags between lines and trees; the next cycle visits every
// field.
func (e *ensemble) phase(straight bool, rate float64) {
	var shares *coupling // one for all: bags share most of their rows
	if first := e.bags[0]; first.rows() >= leastCoupled {
		first.settle()
		shares = newCoupling(first.design, first.z)
	}
	for _, b := range e.bags {
		b.settle()
		b.straight, b.rate, b.cycle = straight, rate, 0
		b.couple(shares)
		for j := range b.due {
			b.due[j], b.summed[j] = 0, -hessianAge
		}
	}
}

// restore takes the bags back to what they knew at the best moment.
func (e *ensemble) restore(l *learned) {
	for k, b := range e.bags {
		b.ledger = nil
		b.level = l.level[k]
		for j := range b.tables {
			copy(b.tables[j], l.tables[k][j])
		}
		for i := range b.z {
			b.z[i] = float32(b.level)
			if b.offset != nil {
				b.z[i] += float32(b.offset[i])
			}
		}
		for _, j := range b.visit {
			table := b.tables[j]
			for i, c := range b.codes[j] {
				b.z[i] += float32(table[c])
			}
		}
	}
}
