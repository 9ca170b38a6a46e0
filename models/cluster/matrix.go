package cluster

import (
	"math"
	"math/rand/v2"
	"slices"
)

// matrix is a dense matrix by rows.
type matrix struct {
	n, d int
	x    []float64
}

func newMatrix(n, d int) *matrix { return &matrix{n, d, make([]float64, n*d)} }

func (m *matrix) row(i int) []float64 { return m.x[i*m.d : (i+1)*m.d : (i+1)*m.d] }

// pick returns the given rows, in that order.
func (m *matrix) pick(rows []int) *matrix {
	out := newMatrix(len(rows), m.d)
	for i, r := range rows {
		copy(out.row(i), m.row(r))
	}
	return out
}

func squaredDistance(a, b []float64) float64 {
	sum := 0.0
	for j, x := range a {
		d := x - b[j]
		sum += d * d
	}
	return sum
}

// dot is the scalar product, in four running sums: one alone would wait for
// each addition. It is where the time of a fit goes.
func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	j := 0
	for ; j+4 <= len(a); j += 4 {
		x, y := a[j:j+4:j+4], b[j:j+4:j+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; j < len(a); j++ {
		s0 += a[j] * b[j]
	}
	return s0 + s1 + (s2 + s3)
}

// sampleRows returns up to limit distinct rows in rising order, drawn by seed;
// nil when there are no more than limit.
func sampleRows(n, limit int, seed uint64) []int {
	if n <= limit {
		return nil
	}
	rows := rand.New(rand.NewPCG(seed, 0x5a3b1e)).Perm(n)[:limit]
	slices.Sort(rows)
	return rows
}

// sortedFinite returns the finite numbers of a column in rising order.
func sortedFinite(column []float64) []float64 {
	out := make([]float64, 0, len(column))
	for _, x := range column {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// quantile interpolates linearly in a sorted, non-empty slice.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	part := at - float64(i)
	return sorted[i]*(1-part) + sorted[i+1]*part
}
