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
// by Newton's method with step halving. It also returns the information matrix
// [aa, ab, bb] at the maximum.
func fitLine(logOdds []float64, churned []bool, weight []float64, precision float64) (Platt, [3]float64, error) {
	fail := func(err error) (Platt, [3]float64, error) {
		return Platt{}, [3]float64{}, fmt.Errorf("calibration: %w: %w", err, ErrTraining)
	}
	total, err := lineTotals(logOdds, churned, weight)
	if err != nil {
		return fail(err)
	}
	scale := total[0] + total[1]
	// Start where the mean probability is right for a model that says nothing.
	at := Platt{Slope: 0, Intercept: math.Log(total[1]) - math.Log(total[0])}
	loss := lineLoss(at, logOdds, churned, weight, precision)
	start, last := 0.0, math.Inf(1)
	for round := range 200 {
		gradient, info := lineDerivatives(at, logOdds, churned, weight, precision)
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
			return at, info, nil
		}
		// So near the minimum losses hardly differ in floating point, but Newton's
		// steps are sure: each is the square of the one before, until rounding ends it.
		if promise <= nearMinimum*scale || last < math.Inf(1) {
			if promise >= last {
				return at, info, nil
			}
			last = promise
			at = Platt{Slope: at.Slope - step.Slope, Intercept: at.Intercept - step.Intercept}
			continue
		}
		lower := false
		for size := 1.0; size > 1e-12 && !lower; size /= 2 {
			next := Platt{Slope: at.Slope - size*step.Slope, Intercept: at.Intercept - size*step.Intercept}
			if nextLoss := lineLoss(next, logOdds, churned, weight, precision); nextLoss < loss {
				at, loss, lower = next, nextLoss, true
			}
		}
		if !lower {
			break
		}
	}
	return fail(errNoConvergence)
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

func lineLoss(p Platt, logOdds []float64, churned []bool, weight []float64, precision float64) float64 {
	loss := precision * (p.Slope - 1) * (p.Slope - 1) / 2
	for i, z := range logOdds {
		f := p.Apply(z)
		if churned[i] {
			f = -f
		}
		loss += weightAt(weight, i) * softplus(f)
	}
	return loss
}

// lineDerivatives returns the gradient [a, b] and the information matrix
// [aa, ab, bb] of the penalised loss.
func lineDerivatives(p Platt, logOdds []float64, churned []bool, weight []float64, precision float64) (gradient [2]float64, info [3]float64) {
	gradient[1] = precision * (p.Slope - 1)
	info[2] = precision
	for i, z := range logOdds {
		w := weightAt(weight, i)
		q := Sigmoid(p.Apply(z))
		r := w * (q - float64(class(churned[i])))
		h := w * q * (1 - q)
		gradient[0] += r
		gradient[1] += r * z
		info[0] += h
		info[1] += h * z
		info[2] += h * z * z
	}
	return gradient, info
}
