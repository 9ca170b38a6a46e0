package account

import (
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// The features of a type that was not observed at a date are missing in its rows,
// with a warning that survives being stored; all others stay, and
// so do columns that another portfolio shares.
func TestUnobservedFeaturesAreMissing(t *testing.T) {
	columns := [][]float64{{1, 2}, {3, 4}, {5, 6}}
	list := &catalog.Catalog{Definitions: []catalog.Definition{{Name: "report.count", Type: "report"}, {Name: "login.count", Type: "login"}, {Name: "tenure_days"}}}
	asOf := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	p := &Portfolio{AsOf: []time.Time{asOf, asOf.AddDate(0, 0, -90)}, matrix: &features.Matrix{Catalog: list, Columns: append([][]float64(nil), columns...)}}
	p.Unobserved(asOf, []features.Silent{{Type: "report", Last: asOf.AddDate(0, 0, -60)}})
	for i := range 2 {
		if math.IsNaN(p.matrix.Columns[0][i]) != (i == 0) || (len(p.warnings[i]) > 0) != (i == 0) || p.matrix.Columns[1][i] != columns[1][i] || p.matrix.Columns[2][i] != columns[2][i] {
			t.Errorf("row %d: %v", i, p.matrix.Columns)
		}
	}
	kept := p.warnings[0][0].Kept()
	if back := score.WarningOf(kept); back.Code != score.WarnNotObserved || back.Args.Type != "report" || back.Args.Date != "2025-05-02" {
		t.Errorf("the warning is kept as %q, which is %v", kept, back)
	}
	if columns[0][0] != 1 {
		t.Error("the column of before was changed")
	}
}
