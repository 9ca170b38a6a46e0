package datasets

import (
	"errors"
	"math"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/etappe/etappe/datasets/columnar"
)

// A column of a file of numbers reads as it does value by value from text, over
// many blocks: the same numbers, the same missing ones, the same problems.
func TestFloatsReadAsText(t *testing.T) {
	const rows = 70_000
	for name, change := range map[string]func(x []float64){
		"whole and missing": func(x []float64) { x[3], x[60_000] = math.NaN(), math.NaN() },
		"fractions":         func(x []float64) { x[65_000] = 0.25 },
		"beyond all":        func(x []float64) { x[7], x[66_000], x[66_001] = 1e301, -1e302, 2e300 },
	} {
		t.Run(name, func(t *testing.T) {
			columns := []columnar.Column{{Name: "x", Numbers: make([]float64, rows)}, {Name: "y", Numbers: make([]float64, rows)}}
			for i := range rows {
				columns[0].Numbers[i], columns[1].Numbers[i] = float64(i%1000), float64(i%7)
			}
			change(columns[0].Numbers)
			var tables [2]*Table
			var faults [2]error
			for f, file := range []string{"t.csv", "t.parquet"} {
				path := filepath.Join(t.TempDir(), file)
				if err := columnar.Write(path, columns); err != nil {
					t.Fatal(err)
				}
				tables[f], faults[f] = ReadTable(t.Context(), path, TableOptions{})
			}
			var csv, pq *ContractError
			if errors.As(faults[0], &csv) != errors.As(faults[1], &pq) || (faults[0] != nil) != (name == "beyond all") {
				t.Fatalf("from text: %v; from numbers: %v", faults[0], faults[1])
			}
			plain := cmp.Options{cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Table{}, "Path"), cmpopts.IgnoreFields(Problem{}, "File", "Value")}
			if diff := cmp.Diff(csv, pq, plain) + cmp.Diff(tables[0], tables[1], plain); diff != "" {
				t.Errorf("%.2000s", diff)
			}
		})
	}
}
