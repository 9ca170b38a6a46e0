package score

import (
	"fmt"
	"slices"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
)

// Detail is how many contributions an answer carries.
type Detail string

// The details. All is the zero value.
const (
	DetailAll  Detail = ""     // every entry
	DetailTop  Detail = "top"  // the strongest few and the sum of the others
	DetailNone Detail = "none" // none
)

// Input is a batch of rows to score. Only Frame is required; every slice that
// is given has one entry per row.
type Input struct {
	Frame      *models.Frame // the artifact's fields; its Cluster is not read
	AccountIDs []string
	AsOf       []time.Time
	// Journey is how far each row had come along the success path. nil, or a
	// row whose tenure is NaN: its path is not measured.
	Journey *models.Journey
	// Warnings are those of the reader of the batch about each row.
	Warnings [][]Warning
	Detail   Detail
}

// NewInput turns a matrix of features into a batch. ids and asOf have one entry
// per row; j may be nil. catalog.ErrCatalog if the matrix was built from
// another catalogue than the model's.
func (s *Scorer) NewInput(m *features.Matrix, j *features.Journey, ids []string, asOf []time.Time) (*Input, error) {
	if got := m.Catalog.Fingerprint(); got != s.fingerprint {
		return nil, fmt.Errorf("%w: features %s, model %s", catalog.ErrCatalog, got, s.fingerprint)
	}
	in := &Input{
		Frame:      &models.Frame{Fields: s.fields, Columns: m.Columns},
		AccountIDs: ids,
		AsOf:       asOf,
	}
	if j != nil {
		in.Journey = &models.Journey{Milestones: j.Milestones, Tenure: j.Tenure, Reached: j.Reached}
	}
	return in, s.Check(in)
}

// Check refuses a batch whose fields are not the model's or whose slices do
// not fit each other.
func (s *Scorer) Check(in *Input) error {
	if in == nil || in.Frame == nil {
		return fmt.Errorf("%w: no frame", ErrInput)
	}
	if !sameFields(in.Frame.Fields, s.fields) || len(in.Frame.Columns) != len(s.fields) {
		return fmt.Errorf("%w: %d columns given, %d expected", catalog.ErrCatalog, len(in.Frame.Columns), len(s.fields))
	}
	n := in.Frame.Rows()
	for j, column := range in.Frame.Columns {
		if len(column) != n {
			return fmt.Errorf("%w: column %q has %d rows, not %d", ErrInput, s.fields[j].Name, len(column), n)
		}
	}
	for _, part := range []struct {
		name string
		rows int
		none bool
	}{
		{"account ids", len(in.AccountIDs), in.AccountIDs == nil},
		{"as-of dates", len(in.AsOf), in.AsOf == nil},
		{"warnings", len(in.Warnings), in.Warnings == nil},
	} {
		if !part.none && part.rows != n {
			return fmt.Errorf("%w: %d %s for %d rows", ErrInput, part.rows, part.name, n)
		}
	}
	return checkJourney(in.Journey, n)
}

func checkJourney(j *models.Journey, rows int) error {
	if j == nil {
		return nil
	}
	if len(j.Tenure) != rows || len(j.Reached) != len(j.Milestones) {
		return fmt.Errorf("%w: a journey of %d rows and %d milestones for %d rows and %d names",
			ErrInput, len(j.Tenure), len(j.Reached), rows, len(j.Milestones))
	}
	for m, reached := range j.Reached {
		if len(reached) != rows {
			return fmt.Errorf("%w: milestone %q has %d rows, not %d", ErrInput, j.Milestones[m], len(reached), rows)
		}
	}
	return nil
}

// sameFields is whether two lists name the same columns with the same
// levels, in the same order.
func sameFields(a, b []models.Field) bool {
	return slices.EqualFunc(a, b, func(x, y models.Field) bool {
		return x.Name == y.Name && slices.Equal(x.Levels, y.Levels)
	})
}

// AccountID returns row i's account id, "" without one.
func (in *Input) AccountID(i int) string {
	if in.AccountIDs == nil {
		return ""
	}
	return in.AccountIDs[i]
}

// Date returns row i's as-of date as 2006-01-02, "" without one.
func (in *Input) Date(i int) string {
	if in.AsOf == nil || in.AsOf[i].IsZero() {
		return ""
	}
	return in.AsOf[i].Format(time.DateOnly)
}

// Put writes the one row of another batch over row i.
func (in *Input) Put(i int, one *Input) {
	in.AsOf[i], in.Warnings[i] = one.AsOf[0], one.Warnings[0]
	for j, column := range one.Frame.Columns {
		in.Frame.Columns[j][i] = column[0]
	}
	if one.Journey == nil {
		return
	}
	in.Journey.Tenure[i] = one.Journey.Tenure[0]
	for m, reached := range one.Journey.Reached {
		in.Journey.Reached[m][i] = reached[0]
	}
}
