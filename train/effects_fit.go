package train

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/etappe/etappe/models"
)

// group is the variance that a coefficient shares: 0 slopes, 1 deviations; -1: it is an
// intercept, whose variance is given.
func (e *effects) group(c int) int {
	switch p := e.width(); {
	case c%p == 0:
		return -1
	case c < p:
		return 0
	}
	return 1
}

// precision of a coefficient around 0.
func (e *effects) precision(c int) float64 {
	if g := e.group(c); g >= 0 {
		return 1 / e.variance[g]
	}
	return 1 / interceptVariance
}

// moments returns Σ w_i x_i x_i' of the rows of each cluster; the last: of rows without
// deviations.
func (e *effects) moments(weight func(i int) float64) []*mat.SymDense {
	p := e.width()
	out := make([]*mat.SymDense, e.clusters+1)
	for k := range out {
		var rows []float64
		for i := range e.churned {
			if own := e.own(i); own == p*(1+k) || own == 0 && k == e.clusters {
				root := math.Sqrt(weight(i))
				for _, x := range e.x.RawRowView(i) {
					rows = append(rows, root*x)
				}
			}
		}
		out[k] = mat.NewSymDense(p, nil)
		if len(rows) > 0 {
			out[k].SymOuterK(1, mat.NewDense(len(rows)/p, p, rows).T())
		}
	}
	return out
}

// newton makes one step of the penalised likelihood and keeps the information before it.
func (e *effects) newton() bool {
	z := e.logOdds()
	var step mat.VecDense
	if !e.root.Factorize(e.information(z)) || e.root.SolveVecTo(&step, e.gradient(z)) != nil {
		return false
	}
	e.coefficients.AddVec(e.coefficients, &step)
	return true
}

// information returns the negative second derivative of the penalised likelihood.
func (e *effects) information(z []float64) *mat.SymDense {
	p, n := e.width(), e.coefficients.Len()
	info := mat.NewSymDense(n, nil)
	for c := range n {
		info.SetSym(c, c, e.precision(c))
	}
	for k, m := range e.moments(func(i int) float64 { q := models.Sigmoid(z[i]); return q * (1 - q) }) {
		own := p * (1 + k)
		for a := range p {
			for b := range p {
				v := m.At(a, b)
				if b >= a {
					info.SetSym(a, b, info.At(a, b)+v)
				}
				if k == e.clusters {
					continue
				}
				info.SetSym(a, own+b, v)
				if b >= a {
					info.SetSym(own+a, own+b, info.At(own+a, own+b)+v)
				}
			}
		}
	}
	return info
}

// gradient returns the first derivative of the penalised likelihood.
func (e *effects) gradient(z []float64) *mat.VecDense {
	gradient := make([]float64, e.coefficients.Len())
	for c := range gradient {
		gradient[c] = -e.precision(c) * e.coefficients.AtVec(c)
	}
	for i := range z {
		r, own := -models.Sigmoid(z[i]), e.own(i)
		if e.churned[i] {
			r++
		}
		for c, x := range e.x.RawRowView(i) {
			gradient[c] += r * x
			if own > 0 {
				gradient[own+c] += r * x
			}
		}
	}
	return mat.NewVecDense(len(gradient), gradient)
}

// update makes one step of the evidence's fixed point, τ = Σ β² / (number of β that the
// data determine), and returns the largest change of a logarithm; NaN: there is none.
func (e *effects) update() float64 {
	e.covariance = new(mat.SymDense)
	if err := e.root.InverseTo(e.covariance); err != nil {
		return math.NaN()
	}
	var squares, determined [2]float64
	for c := range e.coefficients.Len() {
		if g := e.group(c); g >= 0 {
			squares[g] += e.coefficients.AtVec(c) * e.coefficients.AtVec(c)
			determined[g] += 1 - e.covariance.At(c, c)/e.variance[g]
		}
	}
	change := 0.0
	for g := range e.variance {
		if determined[g] > 0 {
			next := max(squares[g]/determined[g], leastVariance)
			change = max(change, math.Abs(math.Log(next/e.variance[g])))
			e.variance[g] = next
		}
	}
	return change
}

// open is the mean variance of a row's log-odds given the data.
func (e *effects) open() float64 {
	p, total := e.width(), 0.0
	for k, m := range e.moments(func(int) float64 { return 1 / float64(len(e.churned)) }) {
		own := p * (1 + k)
		for a := range p {
			for b := range p {
				v := e.covariance.At(a, b)
				if k < e.clusters {
					v += 2*e.covariance.At(a, own+b) + e.covariance.At(own+a, own+b)
				}
				total += v * m.At(a, b)
			}
		}
	}
	return total
}
