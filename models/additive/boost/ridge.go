package boost

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/etappe/etappe/models"
)

// The pooled regression. A logistic regression on the boosted model's out-of-fold
// log-odds a and on slope columns, in which every cluster deviates from the shared
// slopes,
//
//	z_i = α·a_i + x_i·β + u_i·δ_k(i)
//
// with independent normal priors on β and δ (a hierarchical or mixed model:
// Gelman and Hill, Data Analysis Using Regression and Multilevel Models, 2007) and
// α ~ N(1, 0.3²), the prior of a calibration's slope. x holds the intercept and all
// columns, u the intercept and the numeric columns. α is the stacking weight of
// the boosted model (Wolpert 1992). The prior's precisions decide how much clusters share: with none the
// clusters are separate models, with an infinite one they are one model.

// ridgeRows is how many rows of a design are held at a time.
const ridgeRows = 512

const (
	ridgeMaxSteps  = 25
	ridgeTolerance = 1e-4 // a Newton step whose largest entry is smaller ends the fit
)

var errRidge = errors.New("the pooled regression has no solution")

// ridge is the design of a pooled regression, and its precisions.
type ridge struct {
	data      *binnedData
	boosted   []float64 // [row] a
	columns   []slopeColumn
	own       []int     // [column of u] column of x
	clusters  int       // how many deviate
	clusterOf []int     // [row] -1: no deviation
	centre    float64   // prior mean of α; 0: α is held at 0
	shared    []float64 // [column of x] precision of α and β
	deviation []float64 // [column of u] precision of δ

	account  []int32 // [row] account; nil: rows are independent
	accounts int

	information float64   // how often the weighted log-likelihood counts beside the priors
	determined  []float64 // [cluster] share of its δ that the data determine
}

// Columns of x before those of fields.
const (
	interceptColumn = iota
	boostedColumn
	firstSlope
)

// width is the number of columns of x.
func (q *ridge) width() int { return len(q.columns) + firstSlope }

// coefficients are those of a pooled regression.
type coefficients struct {
	shared []float64   // intercept, α and β: [column of x]
	own    [][]float64 // δ: [cluster][column of u]
}

// startCoefficients are the prior means.
func (q *ridge) startCoefficients() *coefficients {
	s := &coefficients{shared: make([]float64, q.width()), own: make([][]float64, q.clusters)}
	s.shared[boostedColumn] = q.centre
	for k := range s.own {
		s.own[k] = make([]float64, len(q.own))
	}
	return s
}

func (s *coefficients) clone() *coefficients {
	c := &coefficients{shared: append([]float64(nil), s.shared...)}
	for _, own := range s.own {
		c.own = append(c.own, append([]float64(nil), own...))
	}
	return c
}

// add adds a step times a factor and returns the largest entry of the step.
func (s *coefficients) add(step *coefficients, factor float64) float64 {
	largest := 0.0
	for c, v := range step.shared {
		s.shared[c] += factor * v
		largest = math.Max(largest, math.Abs(v))
	}
	for k, own := range step.own {
		for c, v := range own {
			s.own[k][c] += factor * v
			largest = math.Max(largest, math.Abs(v))
		}
	}
	return largest
}

// row writes row i of x.
func (q *ridge) row(i int, x []float64) {
	x[interceptColumn], x[boostedColumn] = 1, q.boosted[i]
	for c := range q.columns {
		x[c+firstSlope] = q.columns[c].value[q.data.codes[q.columns[c].field][i]]
	}
}

// logOdds returns the log-odds of a row of x in a cluster (-1: shared alone).
func (q *ridge) logOdds(x []float64, k int, s *coefficients) float64 {
	z := 0.0
	for c, v := range x {
		z += v * s.shared[c]
	}
	if k >= 0 {
		for c, of := range q.own {
			z += x[of] * s.own[k][c]
		}
	}
	return z
}

// curvature is what one Newton step needs: per cluster (the last one is that of
// the rows without deviation) the gradient and the negative hessian of the
// log-likelihood, and the penalised log-likelihood itself in nats.
type curvature struct {
	gradient  [][]float64
	hessian   []blas64.Symmetric
	objective float64
}

// curvature passes over the rows once. weight is the training weight by row; 0
// leaves a row out.
func (q *ridge) curvature(s *coefficients, weight []float64, rowsOf [][]int32) *curvature {
	width := q.width()
	out := &curvature{objective: -q.penalty(s)}
	block := blas64.General{Rows: ridgeRows, Cols: width, Stride: width, Data: make([]float64, ridgeRows*width)}
	for k, rows := range rowsOf {
		gradient := make([]float64, width)
		hessian := blas64.Symmetric{N: width, Stride: width, Uplo: blas.Upper, Data: make([]float64, width*width)}
		cluster := k
		if k == q.clusters {
			cluster = -1
		}
		filled := 0
		flush := func() {
			part := block
			part.Rows = filled
			blas64.Syrk(blas.Trans, 1, part, 1, hessian)
			filled = 0
		}
		for _, i := range rows {
			if weight[i] == 0 {
				continue
			}
			x := block.Data[filled*width : (filled+1)*width]
			q.row(int(i), x)
			z := q.logOdds(x, cluster, s)
			p, y := models.Sigmoid(z), 0.0
			if q.data.churned[i] {
				y = 1
			}
			out.objective -= weight[i] * logLoss(z, q.data.churned[i])
			d, root := weight[i]*(y-p), math.Sqrt(weight[i]*p*(1-p))
			for c, v := range x {
				gradient[c] += d * v
				x[c] = root * v
			}
			if filled++; filled == ridgeRows {
				flush()
			}
		}
		if filled > 0 {
			flush()
		}
		out.gradient, out.hessian = append(out.gradient, gradient), append(out.hessian, hessian)
	}
	return out
}

// mean is the prior mean of a coefficient of x.
func (q *ridge) mean(c int) float64 {
	if c == boostedColumn {
		return q.centre
	}
	return 0
}

// penalty is half the sum of squares of the coefficients about their prior means,
// each times its precision, in nats.
func (q *ridge) penalty(s *coefficients) float64 {
	sum := 0.0
	for c, v := range s.shared {
		v -= q.mean(c)
		sum += q.shared[c] * v * v / 2
	}
	for _, own := range s.own {
		for c, v := range own {
			sum += q.deviation[c] * v * v / 2
		}
	}
	return sum
}

// system is the block system of a Newton step after the clusters' deviations
// have been eliminated (Schur complement): one symmetric matrix of the size of
// β, and one of the size of δ for each cluster.
type system struct {
	shared mat.Cholesky   // of S = Λ + Σ_k [H_k − C_k'·D_k⁻¹·C_k]
	own    []mat.Cholesky // of D_k = T + U_k, the own block of H_k
	cross  []*mat.Dense   // C_k: rows of u, columns of x, of H_k
}

// factorize builds and factorizes the system.
func (q *ridge) factorize(v *curvature) (*system, error) {
	width := q.width()
	sum := mat.NewSymDense(width, nil)
	out := &system{own: make([]mat.Cholesky, q.clusters), cross: make([]*mat.Dense, q.clusters)}
	for k := range v.hessian {
		for a := range width {
			for b := a; b < width; b++ {
				sum.SetSym(a, b, sum.At(a, b)+v.hessian[k].Data[a*width+b])
			}
		}
	}
	for c, precision := range q.shared {
		sum.SetSym(c, c, sum.At(c, c)+precision)
	}
	for k := range q.clusters {
		h := func(a, b int) float64 { return v.hessian[k].Data[min(a, b)*width+max(a, b)] }
		d, cross := mat.NewSymDense(len(q.own), nil), mat.NewDense(len(q.own), width, nil)
		for a, from := range q.own {
			for b := a; b < len(q.own); b++ {
				d.SetSym(a, b, h(from, q.own[b]))
			}
			d.SetSym(a, a, d.At(a, a)+q.deviation[a])
			for b := range width {
				cross.Set(a, b, h(from, b))
			}
		}
		if !out.own[k].Factorize(d) {
			return nil, errRidge
		}
		out.cross[k] = cross
		var solved, less mat.Dense
		if err := out.own[k].SolveTo(&solved, cross); err != nil {
			return nil, errRidge
		}
		less.Mul(cross.T(), &solved)
		for a := range width {
			for b := a; b < width; b++ {
				sum.SetSym(a, b, sum.At(a, b)-(less.At(a, b)+less.At(b, a))/2)
			}
		}
	}
	if !out.shared.Factorize(sum) {
		return nil, errRidge
	}
	return out, nil
}

// step returns the Newton step.
func (q *ridge) step(s *coefficients, v *curvature, sys *system) (*coefficients, error) {
	width := q.width()
	right := mat.NewVecDense(width, nil)
	for k := range v.gradient {
		for c, g := range v.gradient[k] {
			right.SetVec(c, right.AtVec(c)+g)
		}
	}
	for c, precision := range q.shared {
		right.SetVec(c, right.AtVec(c)-precision*(s.shared[c]-q.mean(c)))
	}
	own := make([]*mat.VecDense, q.clusters)
	for k := range own {
		own[k] = mat.NewVecDense(len(q.own), nil)
		for c, from := range q.own {
			own[k].SetVec(c, v.gradient[k][from]-q.deviation[c]*s.own[k][c])
		}
		var solved, back mat.VecDense
		if err := sys.own[k].SolveVecTo(&solved, own[k]); err != nil {
			return nil, errRidge
		}
		back.MulVec(sys.cross[k].T(), &solved)
		right.SubVec(right, &back)
	}
	var shared mat.VecDense
	if err := sys.shared.SolveVecTo(&shared, right); err != nil {
		return nil, errRidge
	}
	out := q.startCoefficients()
	copy(out.shared, shared.RawVector().Data)
	for k := range own {
		var part, solved mat.VecDense
		part.MulVec(sys.cross[k], &shared)
		own[k].SubVec(own[k], &part)
		if err := sys.own[k].SolveVecTo(&solved, own[k]); err != nil {
			return nil, errRidge
		}
		copy(out.own[k], solved.RawVector().Data)
	}
	return out, nil
}

// fit maximises the penalised log-likelihood by at most so many Newton steps from
// s, which it changes; a step that makes things worse is halved. It returns the
// last factorized system.
func (q *ridge) fit(s *coefficients, weight []float64, steps int) (*system, error) {
	rowsOf := q.rowsByCluster()
	v := q.curvature(s, weight, rowsOf)
	for {
		sys, err := q.factorize(v)
		if err != nil || steps == 0 {
			return sys, err
		}
		step, err := q.step(s, v, sys)
		if err != nil {
			return nil, err
		}
		steps--
		before, factor := v.objective, 1.0
		largest := s.add(step, 1)
		v = q.curvature(s, weight, rowsOf)
		for v.objective < before-1e-9 && factor > 1e-3 {
			factor /= 2
			s.add(step, -factor)
			v = q.curvature(s, weight, rowsOf)
		}
		if largest < ridgeTolerance || math.IsNaN(v.objective) {
			steps = 0
		}
	}
}

// rowsByCluster returns the rows of each cluster; the last list is of those
// without deviation.
func (q *ridge) rowsByCluster() [][]int32 {
	out := make([][]int32, q.clusters+1)
	for i, k := range q.clusterOf {
		if k < 0 {
			k = q.clusters
		}
		out[k] = append(out[k], int32(i))
	}
	return out
}
