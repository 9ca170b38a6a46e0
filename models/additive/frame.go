package additive

import (
	"fmt"

	"github.com/etappe/etappe/models"
)

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
		if k := f.ClusterOf(i); k < models.NoCluster || k >= len(m.clusters) {
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
