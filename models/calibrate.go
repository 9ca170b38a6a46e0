package models

import (
	"errors"
	"fmt"
	"math"
)

// Platt recalibrates log-odds by a line. It is affine, so contributions only
// scale by Slope.
type Platt struct {
	Slope     float64 `json:"slope"`
	Intercept float64 `json:"intercept"`
}

// plattPriorSD is the standard deviation of the slope's prior around 1.
const plattPriorSD = 0.3

// nearMinimum is what a Newton step promises at most, in nats of a unit of
// weight, where it is taken without asking the loss.
const nearMinimum = 1e-9

// maxLogOdds bounds what calibration accepts: beyond it squares lose their
// meaning, and no honest model is that sure.
const maxLogOdds = 1e6

// Apply returns the recalibrated log-odds Intercept + Slope·z.
func (p Platt) Apply(z float64) float64 { return p.Intercept + p.Slope*z }

// FitPlatt finds the line that is most probable a posteriori given log-odds
// [row] from a model that has not seen the rows:
//
//	maximise Σ_i w_i ln P(y_i | a + b·z_i) − (b−1)²/(2·0.3²)        b ~ N(1, 0.3²), a flat
//
// after Platt (1999), Probabilistic Outputs for Support Vector Machines; the
// prior keeps the slope finite where classes are separable and near 1 where
// rows are few. The error wraps ErrTraining when a class is absent or a
// log-odds or weight is not a usable number.
func FitPlatt(logOdds []float64, churned []bool, weight []float64) (Platt, error) {
	checkShape(len(logOdds), churned, weight)
	line, _, err := fitLine(logOdds, churned, weight, 1/(plattPriorSD*plattPriorSD))
	return line, err
}

// fitLine maximises the log-likelihood of a line less precision·(slope−1)²/2
// by Newton's method with step halving, from the line of a model without information
// or, with a prior, from the log-odds as they are if their loss is lower. It also
// returns the information matrix [aa, ab, bb] at the maximum.
func fitLine(logOdds []float64, churned []bool, weight []float64, precision float64) (Platt, [3]float64, error) {
	fail := func(err error) (Platt, [3]float64, error) {
		return Platt{}, [3]float64{}, fmt.Errorf("calibration: %w: %w", err, ErrTraining)
	}
	total, err := lineTotals(logOdds, churned, weight)
	if err != nil {
		return fail(err)
	}
	scale := total[0] + total[1]
	evaluate := func(line Platt) linePoint { return lineAt(line, logOdds, churned, weight, precision) }
	at := evaluate(Platt{Slope: 0, Intercept: math.Log(total[1]) - math.Log(total[0])})
	if precision > 0 {
		if as := evaluate(Platt{Slope: 1}); as.loss < at.loss {
			at = as
		}
	}
	start, last := 0.0, math.Inf(1)
	for round := range 200 {
		gradient, info := at.gradient, at.info
		damped := info[0]
		if precision > 0 {
			// Far from every row's doubt the intercept has no curvature left.
			damped += 1e-10 * scale
		}
		det := damped*info[2] - info[1]*info[1]
		if round == 0 {
			start = det
		}
		// Without a prior, vanishing information means a slope on its way to infinity.
		if !(det > 1e-12*damped*info[2]) || (precision == 0 && det < 1e-9*start) {
			return fail(errUndefinedLine)
		}
		step := Platt{
			Intercept: (info[2]*gradient[0] - info[1]*gradient[1]) / det,
			Slope:     (damped*gradient[1] - info[1]*gradient[0]) / det,
		}
		// promise is twice the fall in loss that a full step should bring.
		promise := gradient[0]*step.Intercept + gradient[1]*step.Slope
		if promise <= 1e-18*scale {
			return at.line, info, nil
		}
		// So near the minimum losses hardly differ in floating point, but Newton's
		// steps are sure: each is the square of the one before, until rounding ends it.
		near := promise <= nearMinimum*scale || last < math.Inf(1)
		if near && promise >= last {
			return at.line, info, nil
		}
		if near {
			last = promise
		}
		var lower bool
		if at, lower = halveStep(at, step, near, evaluate); !lower {
			break
		}
	}
	return fail(errNoConvergence)
}

// halveStep goes a Newton step from a line, or the first of its halves that lowers
// the loss; the whole step without a check where any is set. ok is false where none
// lowers it: the line stays.
func halveStep(at linePoint, step Platt, any bool, evaluate func(Platt) linePoint) (next linePoint, ok bool) {
	for size := 1.0; size > 1e-12; size /= 2 {
		line := Platt{Slope: at.line.Slope - size*step.Slope, Intercept: at.line.Intercept - size*step.Intercept}
		if there := evaluate(line); any || there.loss < at.loss {
			return there, true
		}
	}
	return at, false
}

var (
	errUndefinedLine = errors.New("the line is not defined by these rows")
	errNoConvergence = errors.New("it does not converge")
)

// lineTotals checks the rows and adds up the weights of each class.
func lineTotals(logOdds []float64, churned []bool, weight []float64) (total [2]float64, err error) {
	for i, z := range logOdds {
		w := weightAt(weight, i)
		if !(math.Abs(z) <= maxLogOdds) {
			return total, fmt.Errorf("log-odds %v of row %d is not usable", z, i)
		}
		if !(w >= 0) || math.IsInf(w, 0) {
			return total, fmt.Errorf("weight %v of row %d is not usable", w, i)
		}
		total[class(churned[i])] += w
	}
	if total[0] <= 0 || total[1] <= 0 {
		return total, errors.New("both churned and renewed rows are needed")
	}
	return total, nil
}

// linePoint is the penalised loss at a line, its gradient [a, b] and its
// information matrix [aa, ab, bb].
type linePoint struct {
	line     Platt
	loss     float64
	gradient [2]float64
	info     [3]float64
}

// lineAt needs one exponential a row: e = exp(−|f|) gives the probability and the
// loss max(±f, 0) + ln(1+e), whose logarithms rows of weight 1 share, as that of
// their product.
func lineAt(p Platt, logOdds []float64, churned []bool, weight []float64, precision float64) linePoint {
	const full = 0x1p1000 // far from overflow, as no factor is above 2
	at := linePoint{line: p, loss: precision * (p.Slope - 1) * (p.Slope - 1) / 2}
	at.gradient[1], at.info[2] = precision*(p.Slope-1), precision
	product := 1.0
	for i, z := range logOdds {
		f, w := p.Apply(z), weightAt(weight, i)
		e := math.Exp(-math.Abs(f))
		q := 1 / (1 + e)
		if f < 0 {
			q = e / (1 + e)
		}
		r := w * (q - float64(class(churned[i])))
		if churned[i] {
			f = -f
		}
		if w == 1 {
			at.loss += math.Max(f, 0)
			if product *= 1 + e; product > full {
				at.loss, product = at.loss+math.Log(product), 1
			}
		} else {
			at.loss += w * (math.Max(f, 0) + math.Log1p(e))
		}
		h := w * q * (1 - q)
		at.gradient[0] += r
		at.gradient[1] += r * z
		at.info[0] += h
		at.info[1] += h * z
		at.info[2] += h * z * z
	}
	at.loss += math.Log(product)
	return at
}
