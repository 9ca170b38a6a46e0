// Package features turns tables into numbers that were known at a date.
//
// In come datasets.Tables and a list of snapshots (an account at an as-of
// date); out go a Matrix, one row per snapshot and one column per catalogue
// entry, and the Journey along the success path. A row of data is read only if
// both its date and its ingestion date are before the as-of date. No feature
// reads a renewal's outcome: only the schedule looks at whether and when a
// renewal was decided, to find the dates to look at. What the catalogue does not
// name is passed over; tables that do not fit it are refused (ErrCatalog).
package features

import (
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"
)

// Snapshot is an account at an as-of date.
type Snapshot struct {
	Account int32     // index into the tables' accounts
	AsOf    time.Time // UTC midnight; facts of this day itself are not known yet
	DueOn   time.Time // the next renewal that was due at AsOf; zero: none known
	Renewal int32     // index into the tables' renewals; -1: none
}

// Matrix holds the features of a list of snapshots, column by column.
type Matrix struct {
	Catalog *catalog.Catalog
	// Columns has one slice per catalogue entry, one number per snapshot: the
	// feature's value or, for a categorical one, the index into its levels
	// (len(Levels) for a level never seen in training). NaN: missing.
	Columns [][]float64
}

// Rows returns the number of snapshots.
func (m *Matrix) Rows() int {
	if len(m.Columns) == 0 {
		return 0
	}
	return len(m.Columns[0])
}

// Journey describes how far each snapshot's account had come along the success path.
type Journey struct {
	Milestones []string    // names, sorted
	Tenure     []float64   // days since the account was created, one per snapshot
	Reached    [][]float64 // [milestone][snapshot]: tenure in days when reached; NaN: not reached (as far as was known)
}

// Measured reports whether there are milestones and an account whose way along them
// is known.
func (j *Journey) Measured() bool {
	return j != nil && len(j.Milestones) > 0 && slices.ContainsFunc(j.Tenure, func(days float64) bool { return !math.IsNaN(days) })
}

// ReachedOn is the day on which a snapshot's account, as of a date, had reached a
// milestone; the zero time: it had not, or that is not known.
func (j *Journey) ReachedOn(milestone, snapshot int, asOf time.Time) time.Time {
	days := j.Tenure[snapshot] - j.Reached[milestone][snapshot]
	if math.IsNaN(days) {
		return time.Time{}
	}
	return asOf.AddDate(0, 0, -int(days)) // whole days, both
}
