package datasets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets/columnar"
)

func writeText(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func readText(t *testing.T, text string, o TableOptions) (*Table, error) {
	t.Helper()
	return ReadTable(context.Background(), writeText(t, "t.csv", text), o)
}

func mustRead(t *testing.T, text string, o TableOptions) *Table {
	t.Helper()
	table, err := readText(t, text, o)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

var nan = math.NaN()

func TestReadTableTellsColumnsApart(t *testing.T) {
	got := mustRead(t, `id,on,num,zero,flag,plan,half,none,same,sameOrNot,y
a,2024-01-31,1.5,0,true,pro,7,,x,1,yes
b,2024-01-31,NA,1,FALSE,basic,x,NaN,x,,no
a,2024-02-29,-2e3,n/a,yes,pro,7.0,null,x,1,yes
`, TableOptions{ID: "id", AsOf: "on", Target: "y"})
	want := &Table{
		Path:   got.Path,
		IDs:    []string{"a", "b", "a"},
		Target: []string{"yes", "no", "yes"},
		Columns: []TableColumn{
			{Name: "num", Numbers: []float64{1.5, nan, -2000}},
			{Name: "zero", Numbers: []float64{0, 1, nan}},
			{Name: "flag", Levels: []string{"false", "true", "yes"}, Numbers: []float64{1, 0, 2}},
			{Name: "plan", Levels: []string{"basic", "pro"}, Numbers: []float64{1, 0, 1}},
			{Name: "half", Levels: []string{"7", "7.0", "x"}, Numbers: []float64{0, 2, 1}},
			{Name: "sameOrNot", Numbers: []float64{1, nan, 1}},
		},
		Dropped: []DroppedColumn{{"none", "every value is missing"}, {"same", `every value is "x"`}},
		Notes:   []string{`column "half": 2 of 3 values look like numbers, but no one rule reads them all (such as "x"): read as names`},
	}
	want.AsOf = append(want.AsOf, date(2024, 1, 31), date(2024, 1, 31), date(2024, 2, 29))
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

func TestReadTableNamesRowsWithoutAnID(t *testing.T) {
	got := mustRead(t, "x\n1\n2\n", TableOptions{})
	if diff := cmp.Diff([]string{"row-1", "row-2"}, got.IDs); diff != "" || got.AsOf != nil || got.Target != nil {
		t.Error(diff, got.AsOf, got.Target)
	}
}

func TestReadTableBadInput(t *testing.T) {
	mostly := "x,z\n"
	for i := range 96 {
		mostly += fmt.Sprintf("%d,%d\n", i, i)
	}
	withKeys := TableOptions{ID: "id", AsOf: "on", Target: "y"}
	for _, c := range []struct {
		name, text string
		o          TableOptions
		is         error
		says       []string
	}{
		{"empty file", "", TableOptions{}, ErrContract, []string{"t.csv: the file is empty"}},
		{"header only", "a,b\n", TableOptions{}, ErrContract, []string{"t.csv: has a header but not one row"}},
		{"mostly numbers", mostly + "oops,1\n" + "12 km,1\n", TableOptions{}, ErrContract,
			[]string{"2 problem(s)", `row 97, column "x": is not a number, where 96 of the column's 98 values are`, `(found "oops")`, `(found "12 km")`}},
		{"junk first", "x,z\nn.n.,1\n" + strings.TrimPrefix(mostly, "x,z\n"), TableOptions{}, ErrContract, []string{"1 problem(s)", `row 1, column "x"`}},
		{"infinite", "x\n1\nInf\n-1e308\n2\n", TableOptions{}, ErrContract, []string{"2 problem(s)", "row 2", "row 3", "finite"}},
		{"beyond float", "x\n1\n1e400\n", TableOptions{}, ErrContract, []string{"row 2", "finite"}},
		{"twice", "id,on,x,y\na,2024-01-01,1,0\na,2024-01-02,2,1\na,2024-01-01,3,1\n", withKeys, ErrContract,
			[]string{`row 3, column "id": is there twice with the same as-of date (first in row 1) (found "a")`}},
		{"id twice", "id,x\na,1\na,2\n", TableOptions{ID: "id"}, ErrContract, []string{`row 2, column "id": is there twice (first in row 1)`}},
		{"no id", "id,x\na,1\n,2\n", TableOptions{ID: "id"}, ErrContract, []string{`row 2, column "id": is missing`}},
		{"no target", "x,y\n1,0\n2,\n3,NA\n", TableOptions{Target: "y"}, ErrContract, []string{"2 problem(s)", `row 2, column "y": is missing`, "row 3"}},
		{"two date formats", "id,on,x,y\na,2024-01-01,1,0\nb,31.01.2024,2,1\nc,,3,1\n", withKeys, ErrContract,
			[]string{"2 problem(s)", `row 2, column "on": is not an ISO date`, `row 3, column "on": is missing`}},
		{"broken UTF-8", "x,p\n1,a\n2,\xff\xfe\n", TableOptions{}, ErrContract, []string{`row 2, column "p"`, "UTF-8"}},
		{"ragged", "x,p\n1,a\n2\n", TableOptions{}, ErrContract, []string{"row 2", "1 values where the header has 2"}},
		{"nothing tells anything", "x,p\n1,a\n1,a\n", TableOptions{}, ErrContract, []string{"no column that tells anything"}},
		{"target only", "y\n1\n0\n", TableOptions{Target: "y"}, ErrConfig, []string{"no column left"}},
		{"wrong target", "x,churned\n1,0\n", TableOptions{Target: "chruned"}, ErrConfig, []string{`t.csv has no column "chruned"`, `did you mean "churned"?`}},
		{"wrong id", "x,y\n1,0\n", TableOptions{ID: "customer_number"}, ErrConfig, []string{`no column "customer_number"`, "x, y"}},
		{"wrong as-of", "x,as_of\n1,0\n", TableOptions{AsOf: "asof"}, ErrConfig, []string{`did you mean "as_of"?`}},
		{"wrong drop", "x,fold\n1,0\n", TableOptions{Drop: []string{"folds"}}, ErrConfig, []string{`did you mean "fold"?`}},
		{"wrong cluster-by", "x,plan\n1,0\n", TableOptions{ClusterBy: []string{"plans"}}, ErrConfig, []string{`did you mean "plan"?`}},
		{"semicolons", "x;y\n1;0\n", TableOptions{Target: "y"}, ErrConfig, []string{"delimiter"}},
		{"target to cluster by", "x,y\n1,0\n", TableOptions{Target: "y", ClusterBy: []string{"y"}}, ErrConfig, []string{"the target cannot be a feature"}},
		{"target numeric", "x,y\n1,0\n", TableOptions{Target: "y", Numeric: []string{"y"}}, ErrConfig, []string{"the target cannot be a feature"}},
		{"target with levels", "x,y\n1,0\n", TableOptions{Target: "y", Levels: map[string][]string{"y": {"0"}}}, ErrConfig, []string{"the target cannot be a feature"}},
		{"target is id", "x,y\n1,0\n", TableOptions{Target: "y", ID: "y"}, ErrConfig, []string{"cannot be the id"}},
		{"cluster by the id", "x,y\n1,0\n2,1\n", TableOptions{ID: "x", ClusterBy: []string{"x"}}, ErrConfig, []string{"it is no feature"}},
		{"cluster by a constant", "x,y\n1,0\n1,1\n", TableOptions{ClusterBy: []string{"x"}}, ErrConfig, []string{`cannot be made by "x"`, "every value is 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := readText(t, c.text, c.o)
			if !errors.Is(err, c.is) || table != nil {
				t.Fatalf("got table %v, error %v", table, err)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q:\n%v", want, err)
				}
			}
		})
	}
}

func TestReadTableListsAFewProblemsAndCountsTheRest(t *testing.T) {
	text := "id,x\n"
	for range 1001 {
		text += "a,1\n"
	}
	_, err := readText(t, text, TableOptions{ID: "id"})
	var broken *ContractError
	if !errors.As(err, &broken) || len(broken.Problems) != tableProblems || broken.Total != 1000 {
		t.Fatal(err)
	}
	if _, err = readText(t, "x\n"+strings.Repeat("1\n", 990)+strings.Repeat("junk\n", 50), TableOptions{}); !errors.As(err, &broken) || broken.Total != 50 {
		t.Fatal(err)
	}
}

func TestReadTableDropsIdentifiersAndDates(t *testing.T) {
	var b strings.Builder
	b.WriteString(",key,many,few,when,x\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "%d,k%d,m%d,f%d,2024-01-%02d,%d\n", i, i, i%6000, i%900, 1+i%28, i%7)
	}
	got := mustRead(t, b.String(), TableOptions{})
	if diff := cmp.Diff([]DroppedColumn{
		{"", "has no name"},
		{"key", "10000 different values in 10000 rows: looks like an identifier"},
		{"many", "6000 different values in 10000 rows: looks like an identifier"},
		{"when", "is a date: a model needs a number made from it (days since …)"},
	}, got.Dropped); diff != "" {
		t.Error(diff)
	}
	if len(got.Columns) != 2 || len(got.Columns[0].Levels) != 900 {
		t.Errorf("%d columns are left", len(got.Columns))
	}
}

func TestReadTableForScoring(t *testing.T) {
	o := TableOptions{ID: "id", Levels: map[string][]string{"plan": {"basic", "pro"}, "code": {"1", "a"}}, Numeric: []string{"seats"}}
	got := mustRead(t, "extra,code,plan,seats,id\nx,1,pro,5,a\nx,a,gold,,b\n", o)
	want := []TableColumn{
		{Name: "code", Levels: []string{"1", "a"}, Numbers: []float64{0, 1}},
		{Name: "plan", Levels: []string{"basic", "pro"}, Numbers: []float64{1, 2}}, // gold was never seen
		{Name: "seats", Numbers: []float64{5, nan}},
	}
	if diff := cmp.Diff(want, got.Columns, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	// Constant and empty columns stay: the model reads them.
	got = mustRead(t, "code,plan,seats,id\n,pro,5,a\n", o)
	if len(got.Columns) != 3 || len(got.Dropped) != 0 {
		t.Errorf("%d columns, dropped %v", len(got.Columns), got.Dropped)
	}
	_, err := readText(t, "plan,id\npro,a\n", o)
	if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), "lacks 2 column(s) that the model reads: code, seats") {
		t.Error(err)
	}
	_, err = readText(t, "code,plan,seats,id\n1,pro,many,a\n", o)
	if !errors.Is(err, ErrContract) || !strings.Contains(err.Error(), `row 1, column "seats": is not a number`) {
		t.Error(err)
	}
}

func TestReadTableTruncatedParquet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.parquet")
	numbers := make([]float64, 5000)
	for i := range numbers {
		numbers[i] = math.Sqrt(float64(i))
	}
	if err := columnar.Write(path, []columnar.Column{{Name: "x", Numbers: numbers}}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadTable(context.Background(), path, TableOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 4, 11, len(whole) / 2, len(whole) - 1} {
		if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadTable(context.Background(), path, TableOptions{}); !errors.Is(err, ErrContract) || !strings.Contains(err.Error(), "t.parquet") {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

// Parquet says itself what its columns are.
func TestReadTableParquetTypes(t *testing.T) {
	type row struct {
		On    time.Time `parquet:"on,timestamp(microsecond)"`
		Since time.Time `parquet:"since,timestamp"`
		Flag  bool      `parquet:"flag"`
		Seats *int32    `parquet:"seats,optional"`
		Code  string    `parquet:"code,dict"`
		Share float32   `parquet:"share"`
	}
	seats := int32(5)
	path := filepath.Join(t.TempDir(), "t.parquet")
	rows := []row{
		{date(2024, 1, 31), date(2020, 1, 1), true, &seats, "a", 0.1},
		{date(2024, 2, 29), date(2020, 1, 2), false, nil, "NA", 0.2},
	}
	if err := parquet.WriteFile(path, rows); err != nil {
		t.Fatal(err)
	}
	got, err := ReadTable(context.Background(), path, TableOptions{AsOf: "on"})
	if err != nil {
		t.Fatal(err)
	}
	want := []TableColumn{
		{Name: "flag", Levels: []string{"false", "true"}, Numbers: []float64{1, 0}},
		{Name: "seats", Numbers: []float64{5, nan}},
		{Name: "code", Levels: []string{"NA", "a"}, Numbers: []float64{1, 0}},
		{Name: "share", Numbers: []float64{0.1, 0.2}},
	}
	if diff := cmp.Diff(want, got.Columns, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if len(got.Dropped) != 1 || got.Dropped[0].Name != "since" || !got.AsOf[1].Equal(rows[1].On) {
		t.Errorf("dropped %v, as of %v", got.Dropped, got.AsOf)
	}
	// Numbers are levels where the model's column has levels.
	got, err = ReadTable(context.Background(), path, TableOptions{Levels: map[string][]string{"seats": {"4", "5"}}, Numeric: []string{"share"}})
	if err != nil || got.Rows() != 2 || got.Columns[0].Numbers[0] != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

// The same table reads the same from CSV, gzipped CSV and Parquet.
func TestReadTableFormatsAgree(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(r, "rows")
		word := rapid.SampledFrom([]string{"a", "b", "", "NA", "über", "1", "0.5", "x y", "true"})
		number := rapid.SampledFrom([]float64{0, 1, -1.5, 1e15, 1e-7, 123456.75, math.NaN()})
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprintf("id%d", i)
		}
		columns := []columnar.Column{
			{Name: "id", Strings: ids},
			{Name: "w", Strings: rapid.SliceOfN(word, n, n).Draw(r, "words")},
			{Name: "x", Numbers: rapid.SliceOfN(number, n, n).Draw(r, "numbers")},
		}
		var first *Table
		var firstErr error
		dir := t.TempDir()
		for i, name := range []string{"t.csv", "t.csv.gz", "t.parquet"} {
			path := filepath.Join(dir, name)
			if err := columnar.Write(path, columns); err != nil {
				r.Fatal(err)
			}
			got, err := ReadTable(context.Background(), path, TableOptions{ID: "id"})
			if i == 0 {
				first, firstErr = got, err
				continue
			}
			if (err == nil) != (firstErr == nil) {
				r.Fatalf("%s: %v, but CSV: %v", name, err, firstErr)
			}
			if diff := cmp.Diff(first, got, cmpopts.EquateNaNs(), cmpopts.IgnoreFields(Table{}, "Path")); diff != "" {
				r.Fatalf("%s: %s", name, diff)
			}
		}
	})
}

// Whatever a file holds, the answer is a table or one of the two errors.
func TestReadTableNeverPanics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	piece := rapid.SampledFrom([]string{"id", "x", "y", ",", ",", "\n", "\n", "1", "-1e309", "NaN", "a", "\"", "\xff", "\x00", "2024-01-01", "\r", "\xef\xbb\xbf", " "})
	rapid.Check(t, func(r *rapid.T) {
		text := "id,x,y\n" + strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(r, "text"), "")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			r.Fatal(err)
		}
		for _, o := range []TableOptions{{}, {ID: "id", Target: "y"}, {AsOf: "id", Numeric: []string{"x"}}, {Levels: map[string][]string{"y": {"a"}}, Numeric: []string{"x"}}} {
			got, err := ReadTable(context.Background(), path, o)
			if (got == nil) != (errors.Is(err, ErrContract) || errors.Is(err, ErrConfig)) {
				r.Fatalf("table %v, error %v", got, err)
			}
			if got == nil {
				continue
			}
			for _, c := range got.Columns {
				if len(c.Numbers) != got.Rows() {
					r.Fatalf("column %q has %d rows of %d", c.Name, len(c.Numbers), got.Rows())
				}
				for _, x := range c.Numbers {
					if math.IsInf(x, 0) || (c.Levels != nil && (x < 0 || x > float64(len(c.Levels)))) {
						r.Fatalf("column %q holds %v", c.Name, x)
					}
				}
			}
		}
	})
}
