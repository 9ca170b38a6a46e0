package boost

import (
	"gonum.org/v1/gonum/mat"

	"github.com/etappe/etappe/models"
)

const (
	compositeRound = 3 // the update of precisions before which the information is measured
	compositeLeast = 0.25
	compositeMost  = 4
)

// compositeInformation returns by what the weighted log-likelihood is multiplied so
// that its curvature is that of the information which the accounts hold:
//
//	c = tr(A⁻¹·H) / tr(A⁻¹·J),  J = Σ_accounts s·s'
//
// H is the negative hessian of the log-likelihood, A that with the precisions, and s
// an account's sum of scores (the magnitude adjustment of composite likelihoods:
// Pauli, Racugno, Ventura, Bayesian composite marginal likelihoods, Statistica Sinica
// 21, 2011; Ribatet, Cooley, Davison 2012). 1 where rows are independent.
func (q *ridge) compositeInformation(s *coefficients, sys *system, weight []float64) float64 {
	if q.account == nil {
		return 1
	}
	spread := 0.0
	for _, score := range q.scoresByAccount(s, weight) {
		spread += sys.quadratic(q, score)
	}
	shared, own := sys.variances()
	determined := 0.0
	for c, v := range shared {
		determined += 1 - q.shared[c]*v
	}
	for k := range own {
		for c, v := range own[k] {
			determined += 1 - q.deviation[c]*v
		}
	}
	if !(spread > 0) {
		return 1
	}
	return min(max(determined/spread, compositeLeast), compositeMost)
}

// scoresByAccount returns each account's gradient of the log-likelihood by
// [cluster][column of x], nil for a cluster without a row of it; the last one is of
// the rows without deviation.
func (q *ridge) scoresByAccount(s *coefficients, weight []float64) [][][]float64 {
	out, x := make([][][]float64, q.accounts), make([]float64, q.width())
	for i, k := range q.clusterOf {
		if weight[i] == 0 {
			continue
		}
		q.row(i, x)
		d := -weight[i] * models.Sigmoid(q.logOdds(x, k, s))
		if q.data.churned[i] {
			d += weight[i]
		}
		of := &out[q.account[i]]
		if *of == nil {
			*of = make([][]float64, q.clusters+1)
		}
		if k < 0 {
			k = q.clusters
		}
		if (*of)[k] == nil {
			(*of)[k] = make([]float64, len(x))
		}
		for c, v := range x {
			(*of)[k][c] += d * v
		}
	}
	return out
}

// quadratic returns s'·A⁻¹·s of one account's scores:
//
//	Σ_k s_k'·D_k⁻¹·s_k + t'·S⁻¹·t,  t = s_β − Σ_k C_k'·D_k⁻¹·s_k
func (sys *system) quadratic(q *ridge, score [][]float64) float64 {
	t, sum := mat.NewVecDense(q.width(), nil), 0.0
	for k, g := range score {
		if g == nil {
			continue
		}
		t.AddVec(t, mat.NewVecDense(len(g), g))
		if k == q.clusters {
			continue
		}
		own := mat.NewVecDense(len(q.own), nil)
		for c, from := range q.own {
			own.SetVec(c, g[from])
		}
		var solved, back mat.VecDense
		if sys.own[k].SolveVecTo(&solved, own) != nil {
			continue // no solution, no information
		}
		sum += mat.Dot(own, &solved)
		back.MulVec(sys.cross[k].T(), &solved)
		t.SubVec(t, &back)
	}
	var solved mat.VecDense
	if sys.shared.SolveVecTo(&solved, t) != nil {
		return sum
	}
	return sum + mat.Dot(t, &solved)
}
