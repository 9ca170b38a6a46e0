package columnar

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/parquet-go/parquet-go"
)

// A whole column is a required one, any other optional; ids lie plainly, names
// that come again in a dictionary; what is read is what was written.
func TestWholeColumnsAreRequired(t *testing.T) {
	const rows = 3*valuesAtOnce + 17
	columns := []Column{
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
	if err := Write(path, columns); err != nil {
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
	in, err := Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := readCells(t, in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range columns[0].Strings {
		want := []string{columns[0].Strings[i], columns[1].Strings[i], columns[2].Times[i].Format(time.DateOnly), FormatFloat(columns[3].Numbers[i]), ""}
		if y := columns[4].Numbers[i]; y == y {
			want[4] = FormatFloat(y)
		}
		if !slices.Equal(got[i], want) {
			t.Fatalf("row %d: %q, want %q", i+1, got[i], want)
		}
	}
}

// A column that is declared whole and lacks a value leaves no file.
func TestWholeColumnsLackNothing(t *testing.T) {
	for name, c := range map[string]Column{
		"text":   {Strings: []string{"a", ""}},
		"number": {Numbers: []float64{math.NaN(), 1}},
		"time":   {Times: []time.Time{time.Unix(0, 0), {}}},
	} {
		c.Name, c.Whole = name, true
		dir := t.TempDir()
		if err := Write(filepath.Join(dir, "x.parquet"), []Column{c}); err == nil {
			t.Errorf("a missing %s was written", name)
		}
		datatest.WantFiles(t, dir)
	}
}
