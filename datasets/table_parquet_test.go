package datasets

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/datasets/internal/datatest"
)

// No column of a Parquet file vanishes without a word.
func TestReadTableNamesColumnsThatAreNotRead(t *testing.T) {
	const path = "columnar/testdata/arrow_types.parquet"
	table, err := ReadTable(t.Context(), path, TableOptions{ID: "id", Drop: []string{"map", "dec"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []DroppedColumn{{"fixed", "is binary, 2 bytes a value"}, {"list", "is a list"}, {"struct", "is a struct"}, {"time", "is a time of day without a date"}}
	if diff := cmp.Diff(want, table.Dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	_, err = ReadTable(t.Context(), path, TableOptions{ID: "id", ClusterBy: []string{"struct"}})
	datatest.WantError(t, err, ErrConfig, `the column "struct" is a struct`)
}
