package train

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// Bounds of the regression with random effects.
const (
	mostEffectRows    = 10_000 // renewals
	mostEffects       = 800    // coefficients; of more, clusters share all
	leastLevelRows    = 20     // of a categorical level
	leastEffectEvents = 20     // churned, and renewed
	effectRounds      = 60
	effectNewton      = 2
	effectTolerance   = 1e-2
	interceptVariance = 100.0
	leastVariance     = 1e-8 // of a coefficient
)

// effects is a logistic regression with random effects: every feature, on normal
// scores, has a slope that all accounts share and a deviation in each cluster,
//
//	logit P(churn) = x·β + x·δ_k,   β ~ N(0, τ₁),  δ ~ N(0, τ₂)
//
// of which the variances τ are those of largest evidence (MacKay 1992, Neural
// Computation 4:720). It does not predict: its variances are how much of
// the log-odds features like these determine, learned so far or not.
type effects struct {
	x        *mat.Dense // [row][column], the intercept first
	churned  []bool
	cluster  []int // 0 to clusters-1; more: no deviation
	clusters int
	variance [2]float64 // τ, of slopes and of deviations

	coefficients *mat.VecDense // β, then δ of each cluster
	root         mat.Cholesky  // of the information
	covariance   *mat.SymDense // its inverse
}

// newEffects builds the regression from one row of each renewal, and false where there
// are too few outcomes or too many columns.
func (d *Data) newEffects(f *models.Frame, l *additive.SpreadLine) (*effects, bool) {
	rows := d.nearest(l)
	if n := len(rows); n > mostEffectRows {
		for k := range mostEffectRows {
			rows[k] = rows[k*n/mostEffectRows]
		}
		rows = rows[:mostEffectRows]
	}
	e := &effects{churned: models.Pick(d.Churned, rows), cluster: make([]int, len(rows))}
	if n := count(e.churned); min(n, len(rows)-n) < leastEffectEvents {
		return nil, false
	}
	columns := [][]float64{make([]float64, len(rows))}
	for i := range columns[0] {
		columns[0][i] = 1
	}
	for j := range f.Fields {
		columns = append(columns, effectColumns(models.Pick(f.Columns[j], rows), len(f.Fields[j].Levels), f.Fields[j].Categorical())...)
	}
	for i, row := range rows {
		e.cluster[i] = f.ClusterOf(row)
		e.clusters = max(e.clusters, e.cluster[i]+1)
	}
	if len(columns)*(1+e.clusters) > mostEffects || e.clusters == 1 {
		e.clusters = 0
	}
	if len(columns) > mostEffects {
		return nil, false
	}
	e.x = mat.NewDense(len(rows), len(columns), nil)
	for c, column := range columns {
		e.x.SetCol(c, column)
	}
	return e, true
}

// nearest picks the row of each renewal that is nearest to the centre of a line, or
// without one in the middle.
func (d *Data) nearest(l *additive.SpreadLine) []int {
	rows := d.onePerRenewal(d.everyRow())
	if l == nil {
		return rows
	}
	of := make(map[int32]int, len(rows))
	for k, i := range rows {
		of[d.Renewal[i]] = k
	}
	far := func(i int) float64 { return math.Abs(d.Frame.Columns[l.Field][i] - l.Centre) }
	for i, r := range d.Renewal {
		if far(i) < far(rows[of[r]]) {
			rows[of[r]] = i
		}
	}
	return rows
}

// effectColumns turns a feature into columns of mean 0 and variance 1: a number into its
// normal scores (missing: 0), a level of rows enough into an indicator.
func effectColumns(values []float64, levels int, categorical bool) (out [][]float64) {
	if !categorical {
		if scores := normalScores(values); scores != nil {
			out = append(out, scores)
		}
		return out
	}
	for level := range levels {
		column, n := make([]float64, len(values)), 0
		for i, v := range values {
			if v == float64(level) {
				column[i], n = 1, n+1
			}
		}
		if min(n, len(values)-n) < leastLevelRows {
			continue
		}
		mean, deviation := stat.PopMeanStdDev(column, nil)
		for i := range column {
			column[i] = (column[i] - mean) / deviation
		}
		out = append(out, column)
	}
	return out
}

// normalScores returns Φ⁻¹((rank − ½)/n), ties at their mean rank, stretched to variance
// 1; nil where all values are one.
func normalScores(values []float64) []float64 {
	var order []int
	for i, v := range values {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	scores, square := make([]float64, len(values)), 0.0
	for at := 0; at < len(order); {
		to := at
		for to < len(order) && values[order[to]] == values[order[at]] {
			to++
		}
		z := distuv.UnitNormal.Quantile(float64(at+to) / 2 / float64(len(order)))
		for ; at < to; at++ {
			scores[order[at]] = z
		}
	}
	mean := 0.0
	for _, i := range order {
		mean += scores[i] / float64(len(order))
	}
	for _, i := range order {
		scores[i] -= mean
		square += scores[i] * scores[i] / float64(len(order))
	}
	if !(square > 1e-9) {
		return nil
	}
	for i := range scores {
		scores[i] /= math.Sqrt(square)
	}
	return scores
}

// width is the number of columns.
func (e *effects) width() int { _, p := e.x.Dims(); return p }

// total fits the regression and returns the variance of the log-odds that the features
// determine: of the fitted log-odds, and what about them is still open in the mean.
func (e *effects) total() (float64, bool) {
	p := e.width()
	e.variance = [2]float64{1 / float64(p), 0.5 / float64(p)}
	base := float64(count(e.churned)) / float64(len(e.churned))
	e.coefficients = mat.NewVecDense(p*(1+e.clusters), nil)
	e.coefficients.SetVec(0, math.Log(base/(1-base)))
rounds:
	for range effectRounds {
		for range effectNewton {
			if !e.newton() {
				return 0, false
			}
		}
		switch change := e.update(); {
		case math.IsNaN(change):
			return 0, false
		case change < effectTolerance:
			break rounds
		}
	}
	_, fitted := stat.PopMeanVariance(e.logOdds(), nil)
	total := fitted + e.open()
	return total, !math.IsNaN(total) && !math.IsInf(total, 0)
}

// own is where the deviations of a row's cluster begin; 0: it has none.
func (e *effects) own(i int) int {
	if k := e.cluster[i]; k >= 0 && k < e.clusters {
		return e.width() * (1 + k)
	}
	return 0
}

func (e *effects) logOdds() []float64 {
	beta := e.coefficients.RawVector().Data
	z := make([]float64, len(e.churned))
	for i := range z {
		own := e.own(i)
		for c, x := range e.x.RawRowView(i) {
			z[i] += x * beta[c]
			if own > 0 {
				z[i] += x * beta[own+c]
			}
		}
	}
	return z
}
