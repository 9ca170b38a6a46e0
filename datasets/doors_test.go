package datasets

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/datatest"
)

// forms are the same rows as different writers write them: autopay as pandas,
// R and a spreadsheet do in CSV, and as Parquet has it; region with North
// America; a zip code with a leading zero.
func forms(t *testing.T) map[string]string {
	t.Helper()
	paths := map[string]string{}
	for name, truth := range map[string][2]string{"pandas": {"False", "True"}, "r": {"FALSE", "TRUE"}, "json": {"false", "true"}} {
		text := "id,autopay,region,zip\n"
		for i := range 40 {
			text += fmt.Sprintf("a%d,%s, %s ,%s\n", i, truth[i%2], []string{"NA", "EMEA", "LATAM", ""}[i%4], []string{"01067", "10115"}[i%2])
		}
		paths[name] = writeText(t, name+".csv", text)
	}
	ids, truth, region, zip := make([]string, 40), make([]string, 40), make([]string, 40), make([]string, 40)
	for i := range 40 {
		ids[i], truth[i] = fmt.Sprintf("a%d", i), []string{"false", "true"}[i%2]
		region[i], zip[i] = []string{"NA", "EMEA", "LATAM", ""}[i%4], []string{"01067", "10115"}[i%2]
	}
	paths["parquet"] = filepath.Join(t.TempDir(), "t.parquet")
	err := columnar.Write(paths["parquet"], []columnar.Column{{Name: "id", Strings: ids}, {Name: "autopay", Strings: truth}, {Name: "region", Strings: region}, {Name: "zip", Strings: zip}})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// Whatever file a model was trained on, every file scores alike.
func TestOneFormAtEveryDoor(t *testing.T) {
	paths := forms(t)
	for trained, from := range paths {
		table, err := ReadTable(t.Context(), from, TableOptions{ID: "id"})
		if err != nil {
			t.Fatal(err)
		}
		levels := map[string][]string{}
		for _, c := range table.Columns {
			levels[c.Name] = c.Levels
		}
		want := map[string][]string{"autopay": {"false", "true"}, "region": {"EMEA", "LATAM", "NA"}, "zip": {"01067", "10115"}}
		if diff := cmp.Diff(want, levels); diff != "" {
			t.Errorf("%s: levels (-want +got):\n%s", trained, diff)
		}
		if notes := strings.Join(table.Notes, "\n"); !strings.Contains(notes, `column "region": 10 values "NA" read as a name`) {
			t.Errorf("%s: notes %q", trained, notes)
		}
		for scored, path := range paths {
			again, err := ReadTable(t.Context(), path, TableOptions{ID: "id", Levels: levels})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(table.Columns, again.Columns, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("trained on %s, scored from %s:\n%s", trained, scored, diff)
			}
		}
	}
}

// 1 and 0 are true and false to a model that has these, and the other way round.
func TestTruthAsNumbersForScoring(t *testing.T) {
	names := TableOptions{Levels: map[string][]string{"x": {"false", "true"}}}
	if got := mustRead(t, "x,y\n1,a\n0,b\nTrue,c\n2,d\n", names).Columns[0].Numbers; !cmp.Equal(got, []float64{1, 0, 1, 2}) {
		t.Errorf("names: %v", got)
	}
	if notes := mustRead(t, "x,y\n1,a\n0,b\nTrue,c\n2,d\n", names).Notes; len(notes) != 1 || notes[0] != `column "x": 1 of 4 values were never seen in training, such as "2"` {
		t.Errorf("notes %q", notes)
	}
	numbers := TableOptions{Numeric: []string{"x"}}
	if got := mustRead(t, "x,y\nTRUE,a\n0,b\nfalse,c\n", numbers).Columns[0].Numbers; !cmp.Equal(got, []float64{1, 0, 0}) {
		t.Errorf("numbers: %v", got)
	}
}

// A value that no float64 holds is a name where names are, and a problem where
// numbers are.
func TestNamesThatLookLikeNumbers(t *testing.T) {
	for _, text := range []string{"plan,y\nStarter,1\nTeam,2\nInfinity,3\ninf,4\n", "plan,y\n101E010031,1\n888E050011,2\nA77,3\nB12,4\n"} {
		table := mustRead(t, text, TableOptions{})
		if c := table.Columns[0]; len(c.Levels) != 4 {
			t.Errorf("%q: %+v", text, c)
		}
	}
	_, err := readText(t, "x,y\n1,1\n2,2\nInfinity,3\n", TableOptions{})
	datatest.WantError(t, err, ErrContract, "row 3", "is not a finite number up to 1e300")
}

func TestAttributesAreReadLikeTables(t *testing.T) {
	column := func(values ...string) (list []string) {
		for i := range 24 {
			list = append(list, values[i%len(values)])
		}
		return list
	}
	var euros []string
	for i := range 24 {
		euros = append(euros, fmt.Sprintf(`"1.%03d,50 €"`, 100+i))
	}
	tests := []struct {
		name        string
		values      []string
		categorical bool
		first       Value
	}{
		{"a zip code with a leading zero", column("01067", "10115"), true, Value{Text: "01067", Known: true}},
		{"NA among numbers", append([]string{"NA", "1", "2", "3"}, column("5")...), false, Value{}},
		{"NA among names", column("NA", "EMEA"), true, Value{Text: "NA", Known: true}},
		{"truth", column("True", "FALSE"), true, Value{Text: "true", Known: true}},
		{"decimal commas and a currency", euros, false, Value{Number: 1100.5, Known: true}},
	}
	for _, test := range tests {
		attribute, got, err := readAttribute(t, "", test.values...)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if attribute.Categorical != test.categorical || got[0] != test.first {
			t.Errorf("%s: categorical %v, first %+v", test.name, attribute.Categorical, got[0])
		}
	}
	tables, _, err := readAll(t, folder(t, map[string]string{"accounts.csv": "account_id,created_at,x\na1,2023-01-01,01067\na2,2023-01-01,10115\na3,2023-01-01,10117\n"}), "")
	if err != nil || len(tables.Notes) != 1 || !strings.Contains(tables.Notes[0], `attribute "x": numbers with leading zeros such as "01067" read as names`) {
		t.Errorf("notes %q, %v", tables.Notes, err)
	}
}

func TestColumnOptions(t *testing.T) {
	files := map[string]string{
		"events.csv":   "account_id,type,at,value\na1,invoice,2023-05-01,\"1.234,50 €\"\na1,invoice,2023-05-02,(5)\na1,invoice,2023-05-03,\"7,5-\"\na1,invoice,2023-05-04,k.A.\na2,invoice,2023-05-04,3\n",
		"renewals.csv": "account_id,due_on,outcome\na1,2024-01-01,Yes\na2,2024-02-01,False\na3,2025-03-01,-\n",
	}
	tables, events, err := readAll(t, folder(t, files), `
events: [{file: events.csv, value: {column: value, decimal: ",", missing: [k.A.]}}]
renewals: {file: renewals.csv, outcome: {column: outcome, missing: ["-"], map: {"Yes": renewed, false: churned}}}
`)
	if err != nil {
		t.Fatal(err)
	}
	var values []float64
	for _, e := range events {
		values = append(values, e.Value)
	}
	if diff := cmp.Diff([]float64{1234.5, -5, -7.5, math.NaN(), 3}, values, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a1 2024-01-01 renewed 2024-01-01", "a2 2024-02-01 churned 2024-02-01", "a3 2025-03-01 open"}, outcomesOf(tables)); diff != "" {
		t.Errorf("renewals (-want +got):\n%s", diff)
	}
	for mapping, says := range map[string]string{
		`events: [{file: events.csv, value: {column: value, decimal: ";"}}]`:                 "a point or a comma",
		`events: [{file: events.csv, at: {column: at, timezone: Mars/Olympus}}]`:             "Europe/Berlin",
		`events: [{file: events.csv, at: {column: at, format: unix, timezone: Asia/Tokyo}}]`: "no timezone",
	} {
		_, _, err := readAll(t, folder(t, files), mapping)
		datatest.WantError(t, err, ErrConfig, says)
	}
	_, _, err = readAll(t, folder(t, map[string]string{"events.csv": files["events.csv"]}), "")
	datatest.WantError(t, err, ErrContract, `is not a number written plainly (decimal: ","`)
}

// The words for missing values of the two kinds of columns.
func TestParseDecimal(t *testing.T) {
	for _, test := range []struct {
		text, point string
		want        float64
	}{
		{"1.234,50", ",", 1234.5}, {"1,234.50", ".", 1234.5}, {"1 234,5", ",", 1234.5}, {"1'234.5", ".", 1234.5}, {"740,60", ",", 740.6},
		{"€ 12", ",", 12}, {"12,5 %", ",", 12.5}, {"(1.000)", ",", -1000}, {"12-", ".", -12}, {"-12", ".", -12}, {"($5)", ".", -5}, {"007", ",", 7}, {"1e3", ",", 1000},
		{"1.5", ",", math.NaN()}, {"1,5", ".", math.NaN()}, {"x", ".", math.NaN()}, {"", ".", math.NaN()}, {"(-5)", ".", math.NaN()}, {"5--", ".", math.NaN()}, {"1,2,3", ",", math.NaN()},
	} {
		got, ok := parseDecimal(test.text, test.point)
		if ok == math.IsNaN(test.want) || ok && got != test.want {
			t.Errorf("%q with %q: %v, %v", test.text, test.point, got, ok)
		}
	}
}
