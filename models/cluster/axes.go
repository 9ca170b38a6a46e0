package cluster

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	plainDims    = 8  // up to so many coordinates are clustered as they are
	keptVariance = .9 // above, as many principal axes as hold this share of the variance,
	maxAxes      = 20 // but no more: what takes more is noise without direction
)

// learnAxes finds the principal axes of the weighted coordinates. Many weak
// coordinates add up to noise that hides the groups; the strong axes hold them.
func (c *coordinates) learnAxes(plain *matrix) {
	c.dims = plain.d
	if plain.d <= plainDims || plain.n < 2 {
		return
	}
	weighted := newMatrix(plain.n, plain.d)
	for i := range plain.n {
		for j, h := range plain.row(i) {
			weighted.row(i)[j] = (h - c.mean[j]) * c.weight[j]
		}
	}
	value, axes, ok := principal(weighted)
	if !ok {
		return
	}
	total, sum := 0.0, 0.0
	for _, v := range value {
		total += v
	}
	for a, v := range value {
		if total == 0 || sum >= keptVariance*total || a == maxAxes {
			c.dims = max(a, 1)
			break
		}
		sum += v
	}
	c.axes = axes[:c.dims*plain.d]
}

// principal returns the eigenvalues of the covariance of centred rows in
// falling order and the axes, row-major. An axis points to where its largest
// entry is positive, so that equal data give equal signs.
func principal(centred *matrix) (value, axes []float64, ok bool) {
	d := centred.d
	cov := mat.NewSymDense(d, nil)
	sums := make([]float64, d*d)
	for i := range centred.n {
		row := centred.row(i)
		for a, x := range row {
			for b := a; b < d; b++ {
				sums[a*d+b] += x * row[b]
			}
		}
	}
	for a := range d {
		for b := a; b < d; b++ {
			cov.SetSym(a, b, sums[a*d+b]/float64(centred.n))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(cov, true) {
		return nil, nil, false
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	ascending := eigen.Values(nil)
	value, axes = make([]float64, d), make([]float64, d*d)
	for a := range d {
		from := d - 1 - a
		value[a] = math.Max(ascending[from], 0)
		sign, largest := 1.0, 0.0
		for j := range d {
			if x := vectors.At(j, from); math.Abs(x) > largest+1e-9 {
				largest, sign = math.Abs(x), math.Copysign(1, x)
			}
		}
		for j := range d {
			axes[a*d+j] = sign * vectors.At(j, from)
		}
	}
	return value, axes, true
}
