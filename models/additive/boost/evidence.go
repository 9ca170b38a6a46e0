package boost

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Precisions by empirical Bayes. The precision of a group of coefficients is the
// one under which the data are most probable, found by the fixed point of MacKay
// (Bayesian interpolation, Neural Computation 4, 1992), which for a mixed model
// is the REML estimate of its variance components:
//
//	τ = γ / Σ_c θ_c²,  γ = Σ_c (1 − τ·V_cc)
//
// where V is the inverse of the penalised hessian and γ counts the coefficients
// that the data determine. Numeric slopes, indicators, clusters' slopes and
// clusters' intercepts are one group each.
//
// Rows of one account are not independent, and the weighted log-likelihood is a
// composite one: six snapshots of a renewal, each of weight 1/6, carry more than one
// row and less than six. So it counts c times (composite.go), which divides τ by c.

const (
	evidenceRounds    = 15
	evidenceTolerance = 0.03 // a relative change of every precision below it ends the search
	evidenceMin       = 1e-2
	evidenceMax       = 1e6
)

// Starting precisions.
const (
	sharedSlopePrecision    = 20
	indicatorPrecision      = 50
	deviationPrecision      = 60
	deviationLevelPrecision = 10
	interceptPrecision      = 1e-6          // the shared intercept is not penalised
	boostedPrecision        = 1 / 0.3 / 0.3 // of the boosted model's α about 1
)

// group returns the group of a coefficient: those of x, then those of u.
func (q *ridge) group(shared bool, c int) int {
	switch {
	case shared && c < firstSlope:
		return -1
	case shared && q.columns[c-firstSlope].indicator:
		return 1
	case shared:
		return 0
	case c == 0:
		return 3
	}
	return 2
}

// startPrecisions sets the precisions to where the search begins.
func (q *ridge) startPrecisions() {
	start := []float64{sharedSlopePrecision, indicatorPrecision, deviationPrecision, deviationLevelPrecision}
	q.setPrecisions(start)
	q.shared[interceptColumn], q.shared[boostedColumn] = interceptPrecision, boostedPrecision
	if q.centre == 0 {
		q.shared[boostedColumn] = fixedPrecision
	}
}

func (q *ridge) setPrecisions(of []float64) {
	for c := range q.shared {
		if g := q.group(true, c); g >= 0 {
			q.shared[c] = of[g]
		}
	}
	for c := range q.deviation {
		q.deviation[c] = of[q.group(false, c)]
	}
}

// learnPrecisions fits the regression and the precisions together, one Newton
// step for each update after the first fit, and returns the coefficients.
func (q *ridge) learnPrecisions(weight []float64) (*coefficients, error) {
	q.startPrecisions()
	q.information = 1
	s, steps := q.startCoefficients(), 6
	for round := range evidenceRounds {
		sys, err := q.fit(s, weight, steps)
		if err != nil {
			return nil, err
		}
		steps = 1
		if round == compositeRound {
			q.information = q.compositeInformation(s, sys, weight)
			if q.centre > 0 {
				q.shared[boostedColumn] = boostedPrecision / q.information
			}
		}
		if change := q.updatePrecisions(s, sys); change < evidenceTolerance && round >= compositeRound {
			break
		}
	}
	sys, err := q.fit(s, weight, ridgeMaxSteps)
	if err != nil {
		return nil, err
	}
	q.determined = q.determinedShares(sys)
	return s, nil
}

// determinedShares returns for each deviating cluster which share of its
// deviations the data determine, 0 to 1: the mean of 1 − τ·V_cc.
func (q *ridge) determinedShares(sys *system) []float64 {
	_, own := sys.variances()
	out := make([]float64, q.clusters)
	for k := range own {
		for c, v := range own[k] {
			out[k] += (1 - q.deviation[c]*v) / float64(len(own[k]))
		}
		out[k] = min(max(out[k], 0), 1)
	}
	return out
}

// updatePrecisions makes one step of the fixed point and returns the largest
// relative change.
func (q *ridge) updatePrecisions(s *coefficients, sys *system) float64 {
	var determined, squares [4]float64
	var before, after [4]float64
	count := func(g int, precision, variance, value float64) {
		if g >= 0 {
			before[g] = precision
			determined[g] += 1 - precision*variance
			squares[g] += value * value
		}
	}
	shared, own := sys.variances()
	for c, v := range s.shared {
		count(q.group(true, c), q.shared[c], shared[c], v)
	}
	for k := range s.own {
		for c, v := range s.own[k] {
			count(q.group(false, c), q.deviation[c], own[k][c], v)
		}
	}
	change := 0.0
	for g := range after {
		after[g] = min(max(determined[g]/max(q.information*squares[g], 1e-12), evidenceMin), evidenceMax)
		if before[g] > 0 && before[g] < evidenceMax {
			change = math.Max(change, math.Abs(after[g]-before[g])/before[g])
		}
	}
	q.setPrecisions(after[:])
	return change
}

// variances returns the diagonal of the inverse of the whole system: of β, and
// of each cluster's δ.
//
//	V_ββ = S⁻¹,  V_kk = D_k⁻¹ + D_k⁻¹·C_k·S⁻¹·C_k'·D_k⁻¹
func (sys *system) variances() (shared []float64, own [][]float64) {
	var inverse mat.SymDense
	if err := sys.shared.InverseTo(&inverse); err != nil {
		inverse = *mat.NewSymDense(sys.shared.SymmetricDim(), nil)
	}
	shared = make([]float64, inverse.SymmetricDim())
	for c := range shared {
		shared[c] = inverse.At(c, c)
	}
	for k := range sys.own {
		var d mat.SymDense
		if err := sys.own[k].InverseTo(&d); err != nil {
			d = *mat.NewSymDense(sys.own[k].SymmetricDim(), nil)
		}
		var solved, spread mat.Dense
		if err := sys.own[k].SolveTo(&solved, sys.cross[k]); err != nil {
			solved = *mat.NewDense(d.SymmetricDim(), len(shared), nil)
		}
		spread.Mul(&solved, &inverse)
		list := make([]float64, d.SymmetricDim())
		for c := range list {
			list[c] = d.At(c, c) + mat.Dot(spread.RowView(c), solved.RowView(c))
		}
		own = append(own, list)
	}
	return shared, own
}
