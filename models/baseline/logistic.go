package baseline

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/etappe/etappe/models"
	"gonum.org/v1/gonum/floats"
)

// Logistic is logistic regression with a ridge penalty:
//
//	minimise Σ_i w_i ln(1+e^∓(a + x_i·β)) + ½·penalty·|β|²        Σ w_i = number of rows
//
// over standardised numbers and indicators of levels and of missing values
// (le Cessie & van Houwelingen 1992, Applied Statistics 41:191). The penalty
// with the lowest log-loss in cross-validation is taken; a fold never splits a
// group.
type Logistic struct {
	Penalties []float64 // candidates; nil: 1, 3, 10, 30, 100
	Seed      uint64    // of the folds
}

// Limits of the work that one fit may cost.
const (
	penaltyFolds = 5
	penaltyRows  = 10_000 // the penalty is chosen on at most about so many rows: it is a prior, and does not grow with them
	coarse, fine = 1e-4, 1e-7
)

// Name returns "logistic".
func (Logistic) Name() string { return "logistic" }

// Fit chooses the penalty and fits all rows with it.
func (t Logistic) Fit(ctx context.Context, s *models.Sample) (models.Model, error) {
	total, err := checkSample(ctx, s)
	if err != nil {
		return nil, err
	}
	e := newEncoding(s)
	all := &task{design: e.design(s.Frame), churned: s.Churned, weight: make([]float64, s.Rows())}
	scale := float64(s.Rows()) / (total[0] + total[1])
	for i := range all.weight {
		all.weight[i] = scale * s.WeightOf(i)
	}
	penalty, err := t.choose(ctx, all, s, e.width)
	if err != nil {
		return nil, err
	}
	coefficient := make([]float64, e.width+1)
	coefficient[e.width] = math.Log(total[1] / total[0])
	if coefficient, err = all.solve(ctx, coefficient, penalty, fine); err != nil {
		return nil, err
	}
	return &logistic{e, coefficient, penalty}, nil
}

// logistic is a fitted Logistic.
type logistic struct {
	encoding    *encoding
	coefficient []float64
	penalty     float64
}

// LogOdds returns every row's log-odds of churn; models.ErrFields for other fields.
func (m *logistic) LogOdds(f *models.Frame) ([]float64, error) {
	if err := m.encoding.fields.check(f); err != nil {
		return nil, err
	}
	z := make([]float64, f.Rows())
	m.encoding.design(f).logOdds(z, m.coefficient)
	return z, nil
}

// choose returns the penalty with the lowest mean log-loss over folds.
func (t Logistic) choose(ctx context.Context, all *task, s *models.Sample, width int) (float64, error) {
	penalties := slices.Clone(t.Penalties)
	if penalties == nil {
		penalties = []float64{1, 3, 10, 30, 100}
	}
	// From strong to weak: each solution is a good start for the next.
	slices.Sort(penalties)
	slices.Reverse(penalties)
	if len(penalties) == 1 {
		return penalties[0], nil
	}
	folds := groupFolds(s, penaltyFolds, penaltyRows, t.Seed)
	// Folds side by side, each into its own place: the sums keep their order.
	var lost [penaltyFolds][]float64
	var failed [penaltyFolds]error
	var wait sync.WaitGroup
	for fold := range penaltyFolds {
		wait.Go(func() { lost[fold], failed[fold] = all.lose(ctx, folds, fold, penalties, width) })
	}
	wait.Wait()
	loss := make([]float64, len(penalties))
	for fold, own := range lost {
		if failed[fold] != nil {
			return 0, failed[fold]
		}
		for p, l := range own {
			loss[p] += l
		}
	}
	return penalties[floats.MinIdx(loss)], nil
}

// lose fits each penalty on all folds but one and returns what it loses on that
// one; nil: the fold has one class only.
func (t *task) lose(ctx context.Context, folds []int, fold int, penalties []float64, width int) ([]float64, error) {
	var in, out []int
	for i, k := range folds {
		switch k {
		case fold:
			out = append(out, i)
		case unused:
		default:
			in = append(in, i)
		}
	}
	train, test := t.pick(in), t.pick(out)
	if !train.bothClasses() || len(out) == 0 {
		return nil, nil // hardly any churned group
	}
	loss, coefficient, z := make([]float64, len(penalties)), make([]float64, width+1), make([]float64, len(out))
	for p, penalty := range penalties {
		var err error
		if coefficient, err = train.solve(ctx, coefficient, penalty, coarse); err != nil {
			return nil, err
		}
		test.design.logOdds(z, coefficient)
		loss[p] = models.LogLoss(z, test.churned, test.weight) * floats.Sum(test.weight)
	}
	return loss, nil
}
