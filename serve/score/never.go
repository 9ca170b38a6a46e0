package score

import (
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"
)

// Never describes an account that has not once had what a feature counts the days
// since.
type Never struct {
	Days    int    // for which that was observed
	Since   string // the first of them, 2006-01-02; "": the date of the row is not known
	Created bool   // that day is the one on which the account was created
}

// NeverOf is what is known of feature j of row i where that is never; nil: it is not.
func (s *Scorer) NeverOf(in *Input, i, j int) *Never {
	return s.neverOf(j, in.Frame.Columns, i, in.Date(i))
}

func (s *Scorer) neverOf(j int, columns [][]float64, i int, date string) *Never {
	days, never := s.catalog.Definitions[j].Never(columns[j][i])
	if !never {
		return nil
	}
	n := &Never{Days: int(days)}
	tenure := slices.IndexFunc(s.catalog.Definitions, func(d catalog.Definition) bool { return d.Measure == catalog.MeasureTenure })
	n.Created = tenure >= 0 && columns[tenure][i] == days
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		n.Since = day.AddDate(0, 0, -n.Days).Format(time.DateOnly)
	}
	return n
}
