// Package baseline holds the models that Etappe must beat: the base rate, the
// weighted KPI scorecard that teams use today, a regularised logistic
// regression and a seeded ensemble of golearn's trees.
//
// In comes a models.Sample, out goes a models.Model. All ignore the cluster.
// They refuse samples without rows or with one class only; numbers that are
// infinite or beyond 1e100 are taken as missing.
package baseline

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/models"
)

// checkSample refuses what no baseline can learn from and adds up the weights
// of renewed and churned rows. Its errors do not name the baseline: the
// caller of Fit adds it.
func checkSample(ctx context.Context, s *models.Sample) (total [2]float64, err error) {
	if err := ctx.Err(); err != nil {
		return total, err
	}
	for i, churned := range s.Churned {
		w := s.WeightOf(i)
		if !(w >= 0) || math.IsInf(w, 0) {
			return total, fmt.Errorf("weight %v of row %d: %w", w, i, models.ErrTraining)
		}
		if churned {
			total[1] += w
		} else {
			total[0] += w
		}
	}
	if total[0] <= 0 || total[1] <= 0 {
		return total, fmt.Errorf("%d rows without both churned and renewed ones: %w", s.Rows(), models.ErrTraining)
	}
	return total, nil
}

// fieldList is what a model was fitted on.
type fieldList []models.Field

func cloneFields(list []models.Field) fieldList {
	out := make(fieldList, len(list))
	for j, f := range list {
		out[j] = models.Field{Name: f.Name, Levels: slices.Clone(f.Levels)}
	}
	return out
}

func (l fieldList) check(f *models.Frame) error {
	if len(f.Fields) != len(l) {
		return fmt.Errorf("%d fields, the model has %d: %w", len(f.Fields), len(l), models.ErrFields)
	}
	for j, field := range f.Fields {
		if field.Name != l[j].Name || field.Categorical() != l[j].Categorical() || !slices.Equal(field.Levels, l[j].Levels) {
			return fmt.Errorf("field %d is %q, the model has %q or other levels of it: %w", j, field.Name, l[j].Name, models.ErrFields)
		}
	}
	return nil
}

// byName returns the positions of the fields in the order of their names, so
// that sums and draws do not depend on the order of columns.
func byName(list []models.Field) []int {
	order := make([]int, len(list))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(list[a].Name, list[b].Name) })
	return order
}

// usable reports whether a value is a number and not taken as missing.
func usable(v float64) bool { return math.Abs(v) <= 1e100 }

// moments returns the weighted mean and standard deviation of the usable values
// of a column, and whether any is not. The deviation is 0 for a constant.
func moments(column []float64, s *models.Sample) (mean, deviation float64, missing bool) {
	total, low, high := 0.0, math.Inf(1), math.Inf(-1)
	for i, v := range column {
		if !usable(v) {
			missing = true
			continue
		}
		total += s.WeightOf(i)
		mean += s.WeightOf(i) * v
		low, high = math.Min(low, v), math.Max(high, v)
	}
	if !(total > 0) || low == high {
		return 0, 0, missing
	}
	mean /= total
	for i, v := range column {
		if usable(v) {
			deviation += s.WeightOf(i) * (v - mean) * (v - mean)
		}
	}
	return mean, math.Sqrt(deviation / total), missing
}
