package datasets

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// A whole column is a required one, any other optional; ids lie plainly, names
// that come again in a dictionary; what is read is what was written.
func TestWholeColumnsAreRequired(t *testing.T) {
	const rows = 3*valuesAtOnce + 17
	columns := []OutColumn{
		{Name: "id", Strings: make([]string, rows), Whole: true}, {Name: "band", Strings: make([]string, rows)},
		{Name: "at", Times: make([]time.Time, rows), Whole: true},
		{Name: "x", Numbers: make([]float64, rows), Whole: true}, {Name: "y", Numbers: make([]float64, rows)},
	}
	for i := range rows {
		columns[0].Strings[i] = fmt.Sprintf("account-%d", i)
		columns[1].Strings[i] = []string{"", "sick", "healthy"}[i%3]
		columns[2].Times[i] = time.Date(2024, 1, 1+i%300, 0, 0, 0, 0, time.UTC)
		columns[3].Numbers[i], columns[4].Numbers[i] = math.Sin(float64(i)), math.Cos(float64(i))
		if i%5 == 0 || i > 2*valuesAtOnce && i < 2*valuesAtOnce+900 {
			columns[4].Numbers[i] = math.NaN()
		}
	}
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := WriteColumns(path, columns); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	opened, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range opened.Root().Columns() {
		if c.Required() != columns[i].Whole {
			t.Errorf("column %q: required %v, whole %v", c.Name(), c.Required(), columns[i].Whole)
		}
		chunk := opened.Metadata().RowGroups[0].Columns[i].MetaData
		if dictionary := chunk.DictionaryPageOffset > 0; dictionary != (c.Name() == "band") {
			t.Errorf("column %q: a dictionary: %v", c.Name(), dictionary)
		}
	}
	table, err := ReadTable(t.Context(), path, TableOptions{ID: "id", AsOf: "at", Numeric: []string{"x", "y"}, Levels: map[string][]string{"band": {"healthy", "sick"}}})
	if err != nil {
		t.Fatal(err)
	}
	equal := func(a, b float64) bool { return a == b || a != a && b != b }
	if !slices.Equal(table.IDs, columns[0].Strings) || !slices.EqualFunc(table.AsOf, columns[2].Times, time.Time.Equal) ||
		!slices.EqualFunc(table.Columns[1].Numbers, columns[3].Numbers, equal) || !slices.EqualFunc(table.Columns[2].Numbers, columns[4].Numbers, equal) {
		t.Error("other values came back")
	}
	for i, code := range table.Columns[0].Numbers {
		if want := []float64{math.NaN(), 1, 0}[i%3]; !equal(code, want) {
			t.Fatalf("row %d: band %v, want %v", i, code, want)
		}
	}
}

// What is said to be whole and is not leaves no file.
func TestWholeColumnsLackNothing(t *testing.T) {
	for name, c := range map[string]OutColumn{
		"text":   {Strings: []string{"a", ""}},
		"number": {Numbers: []float64{math.NaN(), 1}},
		"time":   {Times: []time.Time{time.Unix(0, 0), {}}},
	} {
		c.Name, c.Whole = name, true
		dir := t.TempDir()
		if err := WriteColumns(filepath.Join(dir, "x.parquet"), []OutColumn{c}); err == nil {
			t.Errorf("a missing %s was written", name)
		}
		wantFiles(t, dir)
	}
}
