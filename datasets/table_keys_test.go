package datasets

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets/columnar"
)

// Whatever the order of the rows, those that come twice are found, and only
// those: with and without dates, from CSV and from Parquet, few and many.
func TestTableKeysFindEveryTwin(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.SampledFrom([]int{1, 2, 40, 700, 3000}).Draw(r, "rows")
		different := rapid.SampledFrom([]int{3, 500, 1 << 30}).Draw(r, "different")
		dated, sorted := rapid.Bool().Draw(r, "dated"), rapid.Bool().Draw(r, "sorted")
		step := rapid.Uint64().Draw(r, "step") | 1
		ids, dates, x := make([]string, n), make([]time.Time, n), make([]float64, n)
		for i := range n {
			number := uint64(i) * step >> 20 % uint64(different)
			if sorted {
				number = uint64(i)
			}
			ids[i], x[i] = fmt.Sprintf("id%09d", number), float64(i%7)
			dates[i] = time.Date(2024, 1, 1+i%2, 0, 0, 0, 0, time.UTC)
		}
		if sorted && n > 2 && rapid.Bool().Draw(r, "one twin") {
			ids[n-1], dates[n-1] = ids[0], dates[0]
		}
		want, seen := []string{}, map[string]int{}
		for i, id := range ids {
			key := id
			if dated {
				key += dates[i].String()
			}
			if first, twice := seen[key]; twice {
				want = append(want, fmt.Sprintf("row %d, first %d", i+1, first))
			} else {
				seen[key] = i + 1
			}
		}
		path := filepath.Join(dir, rapid.SampledFrom([]string{"x.csv", "x.parquet"}).Draw(r, "file"))
		if err := columnar.Write(path, []columnar.Column{{Name: "id", Strings: ids}, {Name: "on", Times: dates}, {Name: "x", Numbers: x}}); err != nil {
			r.Fatal(err)
		}
		o := TableOptions{ID: "id", Numeric: []string{"x"}}
		if dated {
			o.AsOf = "on"
		}
		table, err := ReadTable(t.Context(), path, o)
		if len(want) == 0 {
			if err != nil || len(table.IDs) != n || table.IDs[n-1] != ids[n-1] {
				r.Fatalf("nothing is twice: %v", err)
			}
			return
		}
		var broken *ContractError
		if !errors.As(err, &broken) || broken.Total != len(want) {
			r.Fatalf("%d rows come twice: %v", len(want), err)
		}
		for i, p := range broken.Problems {
			var first int
			at := strings.LastIndex(p.Rule, "row ")
			if _, err := fmt.Sscanf(p.Rule[at:], "row %d)", &first); err != nil {
				r.Fatal(p.Rule, err)
			}
			if got := fmt.Sprintf("row %d, first %d", p.Row, first); got != want[i] {
				r.Fatalf("found %s, want %s", got, want[i])
			}
		}
	})
}
