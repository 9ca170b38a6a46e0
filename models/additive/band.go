package additive

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/etappe/etappe/models"
)

// BandLevel is the level of Term.Band: how often, over a shape, the true one
// lies inside.
const BandLevel = 0.9

// bandWindow is the width of the window by which a shape's bias is judged, in
// widths of the equivalent kernel. It is above 1 because the error is measured
// too wide (the bags' own chance is in it, which makes the kernel look narrow)
// and because a shape that is smooth already differs less from its smoothed self
// than the truth does; 2 brings the share of true shapes inside to .9, on shapes
// that it was not chosen on too (TestProofBands).
const bandWindow = 2

// criticalValue returns how many standard errors a two-sided interval of a level spans
// to either side where the error is estimated from the bags.
func (m *Model) criticalValue(level float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: float64(len(m.intercepts) - 1)}.Quantile(0.5 + level/2)
}

// band returns the half-width of a band of level BandLevel around each cell of
// a table, whose standard errors are se:
//
//	t_{B−1} · √( se² + bias² )
//
// The spread of the bags does not hold what all bags share: early stopping and
// small steps round corners off and flatten hills. A band that holds its level
// in the mean over a shape needs the squared bias beside the variance (Nychka
// 1988, JASA 83:1134, on Wahba's intervals). The bias of a smoother S is (S−1)f,
// and is estimated by smoothing the shape once more, (S−1)f̂ ("twicing", Tukey
// 1977). How wide S is follows from the variance: a local mean over training
// weight W with p(1−p) = v has the variance 1/(vW), so W = 1/(v·se²), the width
// of the equivalent kernel. S here is a line fitted in a window, because lines
// are learned first and are not bent.
//
// Levels have no neighbours to be smoothed into, and missing has none; they and
// tables over several fields have the bags' variance alone.
func (m *Model) band(t *Table, se []float64) []float64 {
	bias := m.bias(t, se)
	band := make([]float64, len(se))
	for c := range band {
		band[c] = m.criticalValue(BandLevel) * se[c]
		if bias != nil {
			band[c] = m.criticalValue(BandLevel) * math.Hypot(se[c], bias[c])
		}
	}
	return band
}

// bias estimates the smoothing bias of each cell of a table; nil where there
// is no estimate.
func (m *Model) bias(t *Table, se []float64) []float64 {
	if len(t.Fields) > 1 || m.binnings[t.Fields[0]].Nominal() {
		return nil
	}
	bias, p := make([]float64, len(se)), models.Sigmoid(average(m.intercepts))
	smoothed(bias, t.Mean, t.Weight, kernel(se, t.Weight, p*(1-p)))
	return bias
}

// errors returns the standard error of each cell of a table.
func (m *Model) errors(t *Table) []float64 {
	se, scale := make([]float64, len(t.Mean)), m.jackknife()
	for c, v := range t.Mean {
		spread := 0.0
		for _, bag := range t.Bags {
			spread += (bag[c] - v) * (bag[c] - v)
		}
		se[c] = scale * math.Sqrt(spread)
	}
	return se
}

// kernel returns the training weight of the window, 0 without an error.
func kernel(se, mass []float64, v float64) float64 {
	var square, total float64
	for c := 1; c < len(mass); c++ {
		square, total = square+mass[c]*se[c]*se[c], total+mass[c]
	}
	if square == 0 {
		return 0
	}
	return bandWindow * total / (v * square)
}

// smoothed writes what each numbered bin differs from a line fitted to the
// window around it, which holds so much weight. Missing has no neighbours.
func smoothed(bias, value, mass []float64, window float64) {
	place, total := make([]float64, len(mass)), 0.0
	for c := 1; c < len(mass); c++ {
		place[c] = total + mass[c]/2
		total += mass[c]
	}
	first := 1
	for c := 1; c < len(mass); c++ {
		low, high := place[c]-window/2, place[c]+window/2
		for place[first]+mass[first]/2 < low {
			first++
		}
		var w, x, xx, y, xy float64
		for d := first; d < len(mass) && place[d]-mass[d]/2 < high; d++ {
			inside := min(place[d]+mass[d]/2, high) - max(place[d]-mass[d]/2, low)
			at := place[d] - place[c]
			w, x, xx = w+inside, x+inside*at, xx+inside*at*at
			y, xy = y+inside*value[d], xy+inside*at*value[d]
		}
		if det := w*xx - x*x; det > 1e-9*w*xx {
			bias[c] = (xx*y-x*xy)/det - value[c]
		}
	}
}
