package account

import (
	"math"
	"testing"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/features/catalog"
)

// The features of a type that was not observed are missing; all others stay, and
// so do columns that another portfolio shares.
func TestUnobservedFeaturesAreMissing(t *testing.T) {
	columns := [][]float64{{1, 2}, {3, 4}, {5, 6}}
	list := &catalog.Catalog{Definitions: []catalog.Definition{{Name: "report.count", Type: "report"}, {Name: "login.count", Type: "login"}, {Name: "tenure_days"}}}
	p := &Portfolio{matrix: &features.Matrix{Catalog: list, Columns: append([][]float64(nil), columns...)}}
	p.Unobserved([]string{"report", ""})
	for i := range 2 {
		if !math.IsNaN(p.matrix.Columns[0][i]) || p.matrix.Columns[1][i] != columns[1][i] || p.matrix.Columns[2][i] != columns[2][i] {
			t.Errorf("row %d: %v", i, p.matrix.Columns)
		}
	}
	if columns[0][0] != 1 {
		t.Error("the column of before was changed")
	}
}
