package boost

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// check returns an error for a sample that cannot carry a model, and for
// settings that do not fit it.
func (t Trainer) check(s *models.Sample) error {
	if s == nil || s.Frame == nil || s.Rows() == 0 {
		return fmt.Errorf("%w: no row", models.ErrTraining)
	}
	if len(s.Fields) > additive.MaxFields {
		return fmt.Errorf("%w: %d fields, the most is %d", models.ErrTraining, len(s.Fields), additive.MaxFields)
	}
	if err := checkShape(s); err != nil {
		return err
	}
	if err := t.checkSettings(s); err != nil {
		return err
	}
	return checkClasses(s)
}

// checkShape compares the length of every column and list with the number of
// rows.
func checkShape(s *models.Sample) error {
	n := s.Rows()
	if len(s.Fields) != len(s.Columns) {
		return fmt.Errorf("%w: %d fields but %d columns", models.ErrTraining, len(s.Fields), len(s.Columns))
	}
	names := make(map[string]bool, len(s.Fields))
	for j, f := range s.Fields {
		if names[f.Name] {
			return fmt.Errorf("%w: two fields are called %q", models.ErrTraining, f.Name)
		}
		names[f.Name] = true
		if len(s.Columns[j]) != n {
			return fmt.Errorf("%w: field %q has %d rows, the first has %d", models.ErrTraining, f.Name, len(s.Columns[j]), n)
		}
	}
	wrong := func(what string, rows int) error {
		return fmt.Errorf("%w: %d %s for %d rows", models.ErrTraining, rows, what, n)
	}
	switch {
	case len(s.Churned) != n:
		return wrong("outcomes", len(s.Churned))
	case s.Weight != nil && len(s.Weight) != n:
		return wrong("weights", len(s.Weight))
	case s.Group != nil && len(s.Group) != n:
		return wrong("groups", len(s.Group))
	case s.Cluster != nil && len(s.Cluster) != n:
		return wrong("clusters", len(s.Cluster))
	}
	for i, w := range s.Weight {
		if !(w > 0) || math.IsInf(w, 1) {
			return fmt.Errorf("%w: row %d has weight %v, a weight is positive", models.ErrTraining, i, w)
		}
	}
	return nil
}

// checkSettings compares the trainer's settings with the sample.
func (t Trainer) checkSettings(s *models.Sample) error {
	fields := make(map[string]models.Field, len(s.Fields))
	for _, f := range s.Fields {
		fields[f.Name] = f
	}
	for name, sign := range t.Monotone {
		f, ok := fields[name]
		switch {
		case !ok:
			return fmt.Errorf("%w: monotone names %q, which is no field", models.ErrFields, name)
		case f.Categorical() && sign != 0:
			return fmt.Errorf("%w: %q is categorical and has no order to be monotone in", models.ErrFields, name)
		case sign < -1 || sign > 1:
			return fmt.Errorf("%w: monotone of %q is %d, not -1, 0 or 1", models.ErrFields, name, sign)
		}
	}
	if t.Veto != nil && len(t.Veto) != s.Rows() {
		return fmt.Errorf("%w: %d veto marks for %d rows", models.ErrTraining, len(t.Veto), s.Rows())
	}
	for i := range s.Churned {
		if k := s.ClusterOf(i); t.Clusters > 1 && (k < models.NoCluster || k >= t.Clusters) {
			return fmt.Errorf("%w: row %d is in cluster %d of %d", models.ErrTraining, i, k, t.Clusters)
		}
	}
	return nil
}

// checkClasses refuses a sample in which all churned or all renewed.
func checkClasses(s *models.Sample) error {
	churned := 0
	for _, c := range s.Churned {
		if c {
			churned++
		}
	}
	switch churned {
	case 0:
		return fmt.Errorf("%w: none of %d rows churned", models.ErrTraining, len(s.Churned))
	case len(s.Churned):
		return fmt.Errorf("%w: all %d rows churned", models.ErrTraining, len(s.Churned))
	}
	return nil
}
