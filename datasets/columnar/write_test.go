package columnar

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

func someColumns() []Column {
	return []Column{
		{Name: "z,id", Strings: []string{"a", "", "müller \"x\", y", "a"}},
		{Name: "n", Numbers: []float64{0, math.NaN(), 1e-300, -2.5}},
		{Name: "at", Times: []time.Time{{}, time.Unix(0, 0), time.Date(2024, 2, 29, 12, 0, 0, 5e6, time.UTC), time.Date(1754, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}
}

// readParquet gives a file's cells as text, "null" for a null, and its column names.
func readParquet(t *testing.T, path string) (names []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range file.Schema().Fields() {
		names = append(names, field.Name())
	}
	for _, group := range file.RowGroups() {
		in := group.Rows()
		buf := make([]parquet.Row, 7)
		for {
			n, err := in.ReadRows(buf)
			for _, row := range buf[:n] {
				cells := make([]string, len(row))
				for i, v := range row {
					cells[i] = "null"
					if !v.IsNull() {
						cells[i] = v.String()
					}
				}
				rows = append(rows, cells)
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		in.Close()
	}
	return names, rows
}

func TestWriteColumnsParquetKeepsNullsZeroesAndOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := Write(path, someColumns()); err != nil {
		t.Fatal(err)
	}
	names, rows := readParquet(t, path)
	if diff := cmp.Diff([]string{"z,id", "n", "at"}, names); diff != "" {
		t.Error(diff)
	}
	want := [][]string{
		{"a", "0", "null"},
		{"null", "null", "0"},
		{"müller \"x\", y", "1e-300", "1709208000005"},
		{"a", "-2.5", "-6816268800000"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestWriteColumnsCSV(t *testing.T) {
	for _, name := range []string{"x.csv", "x.csv.gz"} {
		path := filepath.Join(t.TempDir(), name)
		if err := Write(path, someColumns()); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var in io.Reader = f
		if strings.HasSuffix(name, ".gz") {
			if in, err = gzip.NewReader(f); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := csv.NewReader(in).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{
			{"z,id", "n", "at"},
			{"a", "0", ""},
			{"", "", "1970-01-01"},
			{"müller \"x\", y", "1e-300", "2024-02-29T12:00:00.005Z"},
			{"a", "-2.5", "1754-01-01"},
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A lone missing cell must not become an empty line, which readers skip.
func TestWriteColumnsCSVKeepsALoneMissingCell(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := Write(path, []Column{{Name: "n", Numbers: []float64{1, math.NaN(), 3}}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "n\n1\n\"\"\n3\n"; string(text) != want {
		t.Errorf("wrote %q, want %q", text, want)
	}
}

func TestWriteColumnsRefuses(t *testing.T) {
	for name, columns := range map[string][]Column{
		"lengths differ": {{Name: "a", Numbers: []float64{1}}, {Name: "b", Numbers: []float64{1, 2}}},
		"name twice":     {{Name: "a", Numbers: []float64{1}}, {Name: "a", Numbers: []float64{2}}},
		"no name":        {{Numbers: []float64{1}}},
		"no values":      {{Name: "a"}},
		"two kinds":      {{Name: "a", Numbers: []float64{1}, Strings: []string{"x"}}},
		"no columns":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := Write(filepath.Join(dir, "x.parquet"), columns); err == nil {
				t.Error("was written")
			}
			datatest.WantFiles(t, dir)
		})
	}
	dir := t.TempDir()
	if err := Write(filepath.Join(dir, "x.xlsx"), someColumns()); err == nil {
		t.Error("wrote a format that there is not")
	}
	datatest.WantFiles(t, dir)
}

func TestWriteColumnsIsRepeatable(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(r, "rows")
		texts := rapid.SliceOfN(rapid.StringMatching(`[a-zé",\n ]{0,5}`), n, n).Draw(r, "texts")
		numbers := rapid.SliceOfN(rapid.Float64(), n, n).Draw(r, "numbers")
		if n == 0 {
			texts, numbers = []string{}, []float64{}
		}
		dir := t.TempDir()
		columns := []Column{{Name: "t", Strings: texts}, {Name: "x", Numbers: numbers}}
		for _, name := range []string{"a.parquet", "b.parquet"} {
			if err := Write(filepath.Join(dir, name), columns); err != nil {
				r.Fatal(err)
			}
		}
		a, _ := os.ReadFile(filepath.Join(dir, "a.parquet"))
		b, _ := os.ReadFile(filepath.Join(dir, "b.parquet"))
		if string(a) != string(b) {
			r.Fatal("the same columns gave other bytes")
		}
		_, rows := readParquet(t, filepath.Join(dir, "a.parquet"))
		if len(rows) != n {
			r.Fatalf("%d rows of %d came back", len(rows), n)
		}
		for i := range rows {
			want := texts[i]
			if want == "" {
				want = "null"
			}
			if rows[i][0] != want {
				r.Fatalf("row %d: %q, want %q", i, rows[i][0], want)
			}
		}
	})
}

func TestWriteColumnsSpansRowGroups(t *testing.T) {
	n := rowGroupRows + 70_000
	numbers := make([]float64, n)
	for i := range numbers {
		numbers[i] = float64(i)
	}
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := Write(path, []Column{{Name: "x", Numbers: numbers}}); err != nil {
		t.Fatal(err)
	}
	in, err := Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	seen := 0
	err = Each(context.Background(), in, func(b *Block) error {
		for _, x := range b.Vectors[0].Floats {
			if x != float64(seen) {
				return fmt.Errorf("row %d holds %v", seen, x)
			}
			seen++
		}
		return nil
	})
	if err != nil || seen != n {
		t.Fatalf("%d rows of %d, %v", seen, n, err)
	}
}

func TestCheckOutputBeforeTheWork(t *testing.T) {
	dir := t.TempDir()
	for name, says := range map[string]string{
		"a.parquet": "", "a.csv": "", "A.CSV.GZ": "",
		"a.txt": "must end in", "csv": "must end in", "no/a.csv": "there is no folder",
	} {
		err := CheckOutput(filepath.Join(dir, name))
		if says == "" && err != nil || says != "" && (!errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: got %v, want %q", name, err, says)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "b.csv"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := CheckOutput(filepath.Join(dir, "b.csv")); !errors.Is(err, ErrConfig) {
		t.Errorf("a folder: %v", err)
	}
}

// Dates are of the type DATE, and read as they were written; a file has the mode of any
// new one, or of the one that it replaces.
func TestDatesAndModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.parquet")
	days := []time.Time{time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), {}, time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)}
	if err := Write(path, []Column{{Name: "at", Times: days, Days: true}}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if kind := file.Schema().Fields()[0].Type().String(); kind != "DATE" {
		t.Errorf("the column is %s", kind)
	}
	other := filepath.Join(filepath.Dir(path), "plain")
	if err := os.WriteFile(other, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if mode(path) != mode(other) {
		t.Errorf("mode %v, of any new file %v", mode(path), mode(other))
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []Column{{Name: "at", Times: days, Days: true}}); err != nil || mode(path) != 0o640 {
		t.Errorf("written again: mode %v, %v", mode(path), err)
	}
}
