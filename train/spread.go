package train

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// usualUnmeasured is the share of the variance of the accounts' own log-odds that no
// feature shows where the configuration has none: the features are taken for an
// instrument of reliability .7, the least that measurement practice accepts of one in
// use (Nunnally 1978, Psychometric Theory, 2nd ed., p. 245). An assumption: nothing
// in the data identifies it.
const usualUnmeasured = 0.3

// Of the line that log-odds are stretched along as a renewal comes near.
const (
	spreadUnit      = 90.0 // days
	shiftPriorSD    = 1.0  // of the shift over a unit, around 0
	stretchPriorSD  = 0.3  // of the stretch over a unit, around 0, as of a Platt slope around 1
	spreadRounds    = 50
	spreadTolerance = 1e-10
)

// withSpread makes the model's intervals those of the accounts' own log-odds. logOdds
// are the model's, of the training rows.
func (d *Data) withSpread(m *additive.Model, logOdds []float64, unmeasured float64) (*additive.Model, error) {
	if unmeasured == 0 {
		return m, nil
	}
	s := &additive.Spread{Unmeasured: unmeasured}
	_, s.Variance = stat.PopMeanVariance(logOdds, d.Weight)
	if s.Line = d.spreadLine(logOdds); s.Line != nil {
		s.Variance, s.Line.Widen = d.widened(logOdds, s.Line)
	}
	next, err := m.WithSpread(s)
	if err != nil {
		return nil, fmt.Errorf("the spread of intervals: %w", err)
	}
	return next, nil
}

// spreadLine fits how the log-odds z stretch as the renewal comes near: what an account
// does counts for more, the less can happen until the decision. With t the days to the
// renewal less their mean, in units of 90 days,
//
//	logit P(churn) = c + a·t + (d + b·t)·z,   a ~ N(0, 1), b ~ N(0, 0.3²), c and d flat
//
// by penalised likelihood over the training rows, renewals weighing alike, and the line
// is Shift = a/d, Stretch = b/d. The model has seen these rows, so d is above 1; that
// stretches near and far alike and falls out of the ratios. nil where the data have no
// such feature, rows of one distance only, or no maximum.
func (d *Data) spreadLine(logOdds []float64) *additive.SpreadLine {
	field := -1
	for j := range d.Catalog.Definitions {
		if d.Catalog.Definitions[j].Measure == catalog.MeasureDaysToRenewal {
			field = j
		}
	}
	if field < 0 {
		return nil
	}
	days := d.Frame.Columns[field]
	l := &additive.SpreadLine{Field: field, Unit: spreadUnit, Low: math.Inf(1), High: math.Inf(-1)}
	total := 0.0
	for i, x := range days {
		if !math.IsNaN(x) {
			l.Low, l.High = min(l.Low, x), max(l.High, x)
			l.Centre, total = l.Centre+d.Weight[i]*x, total+d.Weight[i]
		}
	}
	if !(l.Low < l.High) {
		return nil
	}
	l.Centre /= total
	fitted, ok := d.stretched(logOdds, days, l.Centre)
	if !ok || !(fitted[2] > 0) {
		return nil
	}
	l.Shift, l.Stretch = fitted[1]/fitted[2], fitted[3]/fitted[2]
	return l
}

// widened returns the variance of the log-odds at the centre of the line and by what
// share of it the variance changes over a unit: squared distances from the straight line
// of the log-odds along the field, regressed on the field again. Renewals weigh alike.
func (d *Data) widened(logOdds []float64, l *additive.SpreadLine) (variance, widen float64) {
	var t, z, w []float64
	for i, x := range d.Frame.Columns[l.Field] {
		if !math.IsNaN(x) {
			t, z, w = append(t, (x-l.Centre)/l.Unit), append(z, logOdds[i]), append(w, d.Weight[i])
		}
	}
	middle, slope := stat.LinearRegression(t, z, w, false)
	for k := range z {
		off := z[k] - middle - slope*t[k]
		z[k] = off * off
	}
	if variance, widen = stat.LinearRegression(t, z, w, false); !(variance > 0) {
		return 0, 0
	}
	return variance, widen / variance
}

// stretched maximises the penalised likelihood of spreadLine by Newton's method and
// returns c, a, d, b.
func (d *Data) stretched(logOdds, days []float64, centre float64) (fitted [4]float64, ok bool) {
	fitted[2] = 1
	for range spreadRounds {
		slope, info := d.stretchedAt(fitted, logOdds, days, centre)
		var root mat.Cholesky
		var step mat.VecDense
		if !root.Factorize(info) || root.SolveVecTo(&step, mat.NewVecDense(len(slope), slope[:])) != nil {
			return fitted, false
		}
		far := 0.0
		for k := range fitted {
			fitted[k] += step.AtVec(k)
			far = max(far, math.Abs(step.AtVec(k)))
		}
		if far < spreadTolerance {
			return fitted, true
		}
	}
	return fitted, false
}

// stretchedAt returns the gradient and the information of the penalised likelihood.
func (d *Data) stretchedAt(fitted [4]float64, logOdds, days []float64, centre float64) (slope [4]float64, info *mat.SymDense) {
	precision := [4]float64{1: 1 / (shiftPriorSD * shiftPriorSD), 3: 1 / (stretchPriorSD * stretchPriorSD)}
	info = mat.NewSymDense(len(fitted), nil)
	for k := range fitted {
		slope[k] = -precision[k] * fitted[k]
		info.SetSym(k, k, precision[k])
	}
	for i, z := range logOdds {
		t := (days[i] - centre) / spreadUnit
		if math.IsNaN(t) {
			t = 0
		}
		x := [4]float64{1, t, z, t * z}
		p := models.Sigmoid(fitted[0] + fitted[1]*t + fitted[2]*z + fitted[3]*t*z)
		r := -p
		if d.Churned[i] {
			r = 1 - p
		}
		for k := range x {
			slope[k] += d.Weight[i] * r * x[k]
			for n := k; n < len(x); n++ {
				info.SetSym(k, n, info.At(k, n)+d.Weight[i]*p*(1-p)*x[k]*x[n])
			}
		}
	}
	return slope, info
}
