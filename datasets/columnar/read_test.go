package columnar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

// everyType has a column of every kind that other writers make.
type everyType struct {
	Text     string           `parquet:"text,dict"`
	Plain    string           `parquet:"plain"`
	Maybe    *string          `parquet:"maybe,optional,dict"`
	Code     *float64         `parquet:"code,optional,dict"`
	Double   float64          `parquet:"double"`
	Float    float32          `parquet:"float"`
	Int      int64            `parquet:"int"`
	MaybeInt *int32           `parquet:"maybe_int,optional,dict"`
	Unsigned uint64           `parquet:"unsigned"`
	Flag     *bool            `parquet:"flag,optional"`
	Day      int32            `parquet:"day,date"`
	Milli    time.Time        `parquet:"milli,timestamp(millisecond)"`
	Micro    time.Time        `parquet:"micro,timestamp(microsecond)"`
	Nano     *time.Time       `parquet:"nano,optional,timestamp(nanosecond)"`
	Old      deprecated.Int96 `parquet:"old"`
	Price    int64            `parquet:"price,decimal(2:18)"`
	Big      [12]byte         `parquet:"big,decimal(3:28)"`
	ID       [16]byte         `parquet:"id,uuid"`
	List     []string         `parquet:"list,list"` // not flat: not offered
}

func pointer[T any](v T) *T { return &v }

func everyTypeRow(i int) everyType {
	at := time.Date(2024, 1, 31, 12, 0, i%60, 0, time.UTC)
	row := everyType{
		Text: fmt.Sprintf(" level %d ", i%7), Plain: fmt.Sprintf("row %d", i), Double: float64(i) / 4, Float: 0.1, Int: 1<<60 + int64(i),
		Unsigned: math.MaxUint64 - uint64(i), Day: 19753, Milli: at, Micro: at, Price: -12345, ID: [16]byte{0xde, 0xad, 15: byte(i)},
		Old: deprecated.Int96{0, 0, 2440588 + 19753}, Big: [12]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xfa, 0x24}, // -1500
	}
	if i%3 != 0 {
		row.Maybe, row.Code, row.MaybeInt = pointer(fmt.Sprint(i%5)), pointer(float64(i%4)), pointer(int32(i%6-2))
		row.Flag, row.Nano = pointer(i%2 == 0), pointer(at)
	}
	return row
}

// wantCells is everyTypeRow as text.
func wantCells(i int) []string {
	at := time.Date(2024, 1, 31, 12, 0, i%60, 0, time.UTC).Format("2006-01-02T15:04:05")
	cells := []string{
		fmt.Sprintf("level %d", i%7), fmt.Sprintf("row %d", i), "", "", FormatFloat(float64(i) / 4), "0.1", fmt.Sprint(1<<60 + int64(i)), "",
		fmt.Sprint(math.MaxUint64 - uint64(i)), "", "2024-01-31", at, at, "", "2024-01-31", "-123.45", "-1.5",
		fmt.Sprintf("dead0000-0000-0000-0000-0000000000%02x", byte(i)),
	}
	if i%3 != 0 {
		cells[2], cells[3], cells[7] = fmt.Sprint(i%5), fmt.Sprint(i%4), fmt.Sprint(i%6-2)
		cells[9], cells[13] = fmt.Sprint(i%2 == 0), at
	}
	return cells
}

// writeEveryType writes n rows in row groups and pages of odd lengths.
func writeEveryType(t testing.TB, n int, options ...parquet.WriterOption) string {
	t.Helper()
	var b bytes.Buffer
	options = append(options, parquet.MaxRowsPerRowGroup(1001), parquet.PageBufferSize(777))
	w := parquet.NewGenericWriter[everyType](&b, options...)
	for i := range n {
		if _, err := w.Write([]everyType{everyTypeRow(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return saved(t, "every.parquet", b.Bytes())
}

func saved(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readCells reads a whole file as text, and checks the row numbers on the way.
func readCells(t testing.TB, rows Reader) ([][]string, error) {
	t.Helper()
	defer rows.Close()
	var list [][]string
	for {
		b, err := rows.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		for i := range b.Rows {
			if b.Number(i) != int64(len(list)+1) {
				t.Fatalf("row %d has the number %d", len(list)+1, b.Number(i))
			}
			row := make([]string, len(b.Vectors))
			for j := range b.Vectors {
				row[j] = b.Vectors[j].Text(i)
			}
			list = append(list, row)
		}
	}
}

func TestParquetTypes(t *testing.T) {
	const n = 2500
	for name, options := range map[string][]parquet.WriterOption{
		"version 2 pages":     {parquet.DataPageVersion(2)},
		"gzip":                {parquet.Compression(&parquet.Gzip)},
		"brotli":              {parquet.Compression(&parquet.Brotli)},
		"zstd":                {parquet.Compression(&parquet.Zstd)},
		"uncompressed":        {parquet.Compression(&parquet.Uncompressed)},
		"version 1 pages":     {parquet.DataPageVersion(1), parquet.Compression(&parquet.Snappy)},
		"dictionary given up": {parquet.DictionaryMaxBytes(20)},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := Open(writeEveryType(t, n, options...), "")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := len(rows.Columns()), 18; got != want {
				t.Fatalf("%d columns %v, want %d: the list is not flat", got, rows.Columns(), want)
			}
			got, err := readCells(t, rows)
			if err != nil {
				t.Fatal(err)
			}
			want := make([][]string, n)
			for i := range want {
				want[i] = wantCells(i)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("cells (-want +got):\n%.2000s", diff)
			}
		})
	}
}

// The files were written by pyarrow and DuckDB (testdata/README.md): what
// they hold is read as it is, or its column is named.
func TestParquetOfOtherWriters(t *testing.T) {
	for _, test := range []struct {
		file    string
		columns []string
		skipped []Skipped
		cells   [][]string
	}{
		{"arrow_types.parquet", []string{"id", "half", "binary", "dec", "flag", "big"},
			[]Skipped{{"fixed", "is binary, 2 bytes a value"}, {"list", "is a list"}, {"struct", "is a struct"}, {"map", "is a map"}, {"time", "is a time of day without a date"}},
			[][]string{{"a", "1.5", "x", "1.25", "true", "infinity"}, {"b", "-0.0999755859375", "y", "", "", "NA"}, {"c", "65504", "", "-1.7014118346046923e+38", "false", ""}}},
		{"arrow_empty.parquet", []string{"id", "half", "binary", "dec", "flag", "big"},
			[]Skipped{{"fixed", "is binary, 2 bytes a value"}, {"list", "is a list"}, {"struct", "is a struct"}, {"map", "is a map"}, {"time", "is a time of day without a date"}}, nil},
		{"duck_types.parquet", []string{"id", "huge", "u", "f"},
			[]Skipped{{"span", "is an interval, which is no length of time"}, {"tm", "is a time of day without a date"}, {"l", "is a list"}, {"s", "is a struct"}, {"m", "is a map"}},
			[][]string{{"a", "1.7014118346046923e+38", "uuid", "1.5"}}},
		{"duck_empty.parquet", []string{"id", "n"}, nil, nil},
	} {
		in, err := Open(filepath.Join("testdata", test.file), "")
		if err != nil {
			t.Fatal(err)
		}
		var picked []int
		for i, name := range in.Columns() {
			if slices.Contains(test.columns, name) {
				picked = append(picked, i)
			}
		}
		in.Pick(picked)
		if len(picked) != len(test.columns) {
			t.Errorf("%s: columns %q", test.file, in.Columns())
		}
		if diff := cmp.Diff(test.skipped, in.Skipped()); diff != "" {
			t.Errorf("%s: skipped (-want +got):\n%s", test.file, diff)
		}
		got, err := readCells(t, in)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(test.cells, got); diff != "" {
			t.Errorf("%s: cells (-want +got):\n%s", test.file, diff)
		}
	}
	in, err := Open("testdata/duck_types.parquet", "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = readCells(t, in)
	datatest.WantError(t, err, ErrContract, `column "b"`, "is not UTF-8 text")
}

func TestHalf(t *testing.T) {
	for bits, want := range map[uint16]float64{0: 0, 1: math.Ldexp(1, -24), 0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x7c00: math.Inf(1), 0x3555: 0.333251953125} {
		if got := half(bits); got != want {
			t.Errorf("%#x: %v, want %v", bits, got, want)
		}
	}
	if !math.IsNaN(half(0x7e00)) {
		t.Error("NaN is a number")
	}
}

func TestParquetRefusesTwinColumns(t *testing.T) {
	path := saved(t, "twins.parquet", nil)
	twin := func(name string) Column { return Column{Name: name, Numbers: []float64{1}} }
	if err := Write(path, []Column{twin("seats"), twin(" seats")}); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path, "")
	datatest.WantError(t, err, ErrContract, `twins.parquet: two columns are called "seats"`)
}

func TestParquetRefusesLZ4(t *testing.T) {
	rows, err := Open(writeEveryType(t, 10, parquet.Compression(&parquet.Lz4Raw)), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = readCells(t, rows)
	datatest.WantError(t, err, ErrContract, "every.parquet", "LZ4")
}

func TestParquetPickReadsOnlyThose(t *testing.T) {
	rows, err := Open(writeEveryType(t, 10), "")
	if err != nil {
		t.Fatal(err)
	}
	rows.Pick([]int{4, 0})
	got, err := readCells(t, rows)
	if err != nil || len(got) != 10 || !cmp.Equal(got[9], []string{"2.25", "level 2"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

// A damaged file is one error that names it, whatever was damaged: the library
// may return an error or panic, but neither a panic nor a wrong count of rows
// comes out here.
func TestDamagedParquet(t *testing.T) {
	path := writeEveryType(t, 2500)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := func(content []byte) (int, error) {
		rows, err := Open(saved(t, "broken.parquet", content), "")
		if err != nil {
			return 0, err
		}
		got, err := readCells(t, rows)
		return len(got), err
	}
	for _, size := range []int{1, 3, 8, len(good) / 3, len(good) / 2, len(good) - 9, len(good) - 1} {
		_, err := read(good[:size])
		datatest.WantError(t, err, ErrContract, "broken.parquet")
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		flipped := bytes.Clone(good)
		for range 1 + random.IntN(40) {
			flipped[random.IntN(len(flipped))] ^= byte(1 + random.IntN(255))
		}
		if n, err := read(flipped); err != nil {
			datatest.WantError(t, err, ErrContract, "broken.parquet")
		} else if n != 2500 {
			t.Errorf("a damaged file reads as %d rows", n)
		}
	}
}

func TestCSVRows(t *testing.T) {
	text := "\ufeff a ,b,c\r\n 1 ,\"x,\"\"y\"\"\nz\",\r\n\r\n2,,3\n4,5\n6,\"7\"8,9\n10,b\xffd,12\n13,14,15"
	for name, content := range map[string][]byte{"t.csv": []byte(text), "t.csv.gz": datatest.Zip(t, text)} {
		rows, err := Open(saved(t, name, content), "")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		b, err := rows.Next()
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for i := range b.Rows {
			got = append(got, []string{fmt.Sprint(b.Number(i)), b.Vectors[0].Text(i), b.Vectors[1].Text(i), b.Vectors[2].Text(i)})
		}
		want := [][]string{{"1", "1", "x,\"y\"\nz", ""}, {"2", "2", "", "3"}, {"6", "13", "14", "15"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: cells (-want +got):\n%s", name, diff)
		}
		var where []string
		for _, p := range b.Problems {
			where = append(where, fmt.Sprint(p.Row, p.Column))
		}
		if diff := cmp.Diff([]string{"3", "4", "5b"}, where); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", name, diff)
		}
		if _, err := rows.Next(); err != io.EOF {
			t.Errorf("%s: after the end: %v", name, err)
		}
	}
}

func TestTabDelimiter(t *testing.T) {
	for name, delimiter := range map[string]string{"t.tsv": "", "t.tsv.gz": "", "t.csv": "tab", "u.csv": `\t`, "v.csv": "\t"} {
		content := []byte("a\tb\n1\t2\n")
		if strings.HasSuffix(name, ".gz") {
			content = datatest.Zip(t, string(content))
		}
		rows, err := Open(saved(t, name, content), delimiter)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readCells(t, rows)
		if err != nil || !cmp.Equal(got, [][]string{{"1", "2"}}) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestOpenRowsRefuses(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none.csv"), ""); !errors.Is(err, ErrConfig) {
		t.Errorf("no such file: %v", err)
	}
	if _, err := Open(t.TempDir(), ""); !errors.Is(err, ErrConfig) {
		t.Errorf("a folder: %v", err)
	}
	for _, name := range []string{"e.csv", "e.csv.gz", "e.parquet"} {
		_, err := Open(saved(t, name, nil), "")
		datatest.WantError(t, err, ErrContract, name+": the file is empty")
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("a\"b\n\"\n\xff,\r\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		rows, err := Open(saved(t, "fuzz.csv", content), "")
		if err != nil {
			return
		}
		defer rows.Close()
		for {
			if _, err := rows.Next(); err != nil {
				return
			}
		}
	})
}
