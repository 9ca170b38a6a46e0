package additive

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// maxFields caps the width of a frame, as a saved model's header does.
const maxFields = 20_000

// check refuses a sample that cannot carry a model, and settings that do not
// fit it.
func (t Trainer) check(s *models.Sample) error {
	if s == nil || s.Frame == nil || s.Rows() == 0 {
		return fmt.Errorf("%w: no row", models.ErrTraining)
	}
	if len(s.Fields) > maxFields {
		return fmt.Errorf("%w: %d fields, the most is %d", models.ErrTraining, len(s.Fields), maxFields)
	}
	if err := checkShape(s); err != nil {
		return err
	}
	if err := t.checkSettings(s); err != nil {
		return err
	}
	return checkClasses(s)
}

// checkShape holds every column and list against the number of rows.
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

// checkSettings holds the trainer's settings against the sample.
func (t Trainer) checkSettings(s *models.Sample) error {
	known := make(map[string]models.Field, len(s.Fields))
	for _, f := range s.Fields {
		known[f.Name] = f
	}
	for name, sign := range t.Monotone {
		f, ok := known[name]
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
		if k := s.ClusterOf(i); t.Clusters > 1 && (k < 0 || k >= t.Clusters) {
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

// checkFrame refuses a frame that is not made of the model's fields.
func (m *Model) checkFrame(f *models.Frame) error {
	if len(f.Fields) != len(m.fields) || len(f.Columns) != len(m.fields) {
		return fmt.Errorf("%w: %d fields, the model has %d", models.ErrFields, len(f.Fields), len(m.fields))
	}
	n := f.Rows()
	for j := range m.fields {
		if err := sameField(f.Fields[j], m.fields[j]); err != nil {
			return err
		}
		if len(f.Columns[j]) != n {
			return fmt.Errorf("%w: field %q has %d rows, the first has %d", models.ErrFields, m.fields[j].Name, len(f.Columns[j]), n)
		}
	}
	if f.Cluster != nil && len(f.Cluster) != n {
		return fmt.Errorf("%w: %d clusters for %d rows", models.ErrFields, len(f.Cluster), n)
	}
	for i := 0; i < n && len(m.clusters) > 1; i++ {
		if k := f.ClusterOf(i); k < 0 || k >= len(m.clusters) {
			return fmt.Errorf("%w: row %d is in cluster %d of %d", models.ErrFields, i, k, len(m.clusters))
		}
	}
	return nil
}

// sameField compares a frame's field with the model's.
func sameField(got, want models.Field) error {
	switch {
	case got.Name != want.Name:
		return fmt.Errorf("%w: field %q where the model has %q", models.ErrFields, got.Name, want.Name)
	case len(got.Levels) != len(want.Levels):
		return fmt.Errorf("%w: field %q has %d levels, the model's has %d", models.ErrFields, got.Name, len(got.Levels), len(want.Levels))
	}
	if len(got.Levels) > 0 && &got.Levels[0] == &want.Levels[0] {
		return nil
	}
	for c, level := range got.Levels {
		if level != want.Levels[c] {
			return fmt.Errorf("%w: level %d of field %q is %q, the model's is %q", models.ErrFields, c, got.Name, level, want.Levels[c])
		}
	}
	return nil
}
