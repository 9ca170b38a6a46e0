package train

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// usualUnmeasured is the share of the variance of the accounts' own log-odds that no
// feature shows where the configuration has none. An assumption: nothing in the data
// identifies it.
const usualUnmeasured = 0.2

// spreadUnit is the unit of the line along the days to the renewal.
const spreadUnit = 90.0

// Bounds of the variance that features determine, for a regression from few outcomes is
// itself uncertain: at least what the model shows, what the bags show and as much again,
// for shrinkage (whose squared bias is the sampling variance where half is shrunk away),
// and at most mostLearnable times the first two.
const (
	leastShrunk   = 1.0
	mostLearnable = 3.0
)

// withSpread makes the model's intervals those of the accounts' own log-odds. logOdds
// are the model's, of the training rows f.
//
// The log-odds that features determine differ by V in all. The model shows less of it,
// Var(z), the fewer outcomes it has learned from, for it shrinks what it is not sure of.
// V is that of a regression with random effects on the same features; what neither z
// nor the bags show of it is the variance still to be learned. Of the accounts' own
// log-odds V is the share 1 − unmeasured.
func (d *Data) withSpread(m *additive.Model, f *models.Frame, logOdds []float64, unmeasured float64) (*additive.Model, error) {
	if unmeasured == 0 {
		return m, nil
	}
	s := &additive.Spread{Unmeasured: unmeasured}
	_, shown := stat.PopMeanVariance(logOdds, d.Weight)
	s.Line = d.spreadLine()
	if s.Line != nil {
		shown, s.Line.Widen = d.widened(logOdds, s.Line)
	}
	sampling, err := d.samplingVariance(m, f)
	if err != nil {
		return nil, err
	}
	least, most := shown+(1+leastShrunk)*sampling, mostLearnable*(shown+sampling)
	s.Variance = least
	if e, ok := d.newEffects(f, s.Line); ok {
		if total, ok := e.total(); ok {
			s.Variance = min(max(total, least), max(least, most))
		}
	}
	s.Unlearned = max(s.Variance-shown-sampling, 0)
	if s.Line != nil {
		d.stretch(s, logOdds)
	}
	next, err := m.WithSpread(s)
	if err != nil {
		return nil, fmt.Errorf("the spread of intervals: %w", err)
	}
	return next, nil
}

// samplingVariance is the mean squared standard error of the log-odds by the bags.
func (d *Data) samplingVariance(m *additive.Model, f *models.Frame) (float64, error) {
	errors, err := m.StandardErrors(f)
	if err != nil {
		return 0, fmt.Errorf("the spread of intervals: %w", err)
	}
	for i, e := range errors {
		errors[i] = e * e
	}
	return stat.Mean(errors, d.Weight), nil
}

// halfWidth is half of the mean width of the rows' 90 % intervals, in log-odds.
func (d *Data) halfWidth(m *additive.Model, f *models.Frame) (float64, error) {
	low, high, err := m.Interval(f, 0.9)
	if err != nil {
		return 0, fmt.Errorf("the width of intervals: %w", err)
	}
	for i := range low {
		low[i] = (high[i] - low[i]) / 2
	}
	return stat.Mean(low, d.Weight), nil
}

// spreadLine returns the line along the days to the renewal, flat; nil where the data
// have no such feature, or rows of one distance only.
func (d *Data) spreadLine() *additive.SpreadLine {
	field := -1
	for j := range d.Catalog.Definitions {
		if d.Catalog.Definitions[j].Measure == catalog.MeasureDaysToRenewal {
			field = j
		}
	}
	if field < 0 {
		return nil
	}
	l := &additive.SpreadLine{Field: field, Unit: spreadUnit, Low: math.Inf(1), High: math.Inf(-1)}
	total := 0.0
	for i, x := range d.Frame.Columns[field] {
		if !math.IsNaN(x) {
			l.Low, l.High = min(l.Low, x), max(l.High, x)
			l.Centre, total = l.Centre+d.Weight[i]*x, total+d.Weight[i]
		}
	}
	if !(l.Low < l.High) {
		return nil
	}
	l.Centre /= total
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
