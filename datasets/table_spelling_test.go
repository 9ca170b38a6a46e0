package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// readColumn reads a table of the column x, whose values are separated by
// blanks (_ is a blank in a value), and of a number beside it. rows is how
// often all of them come.
func readColumn(t *testing.T, name, values string, rows int, o TableOptions) (*Table, error) {
	t.Helper()
	text := name + "\tz\n"
	for i := range rows {
		for j, value := range strings.Split(strings.TrimSpace(values), " ") {
			text += fmt.Sprintf("%s\t%d.5\n", strings.ReplaceAll(value, "_", " "), i*100+j)
		}
	}
	o.Delimiter = "tab"
	return readText(t, text, o)
}

const tenNumbers = "1 2 3 4 5 6 7 8 9 10.5 "

func TestReadTableMissingTokens(t *testing.T) {
	for _, c := range []struct {
		values string
		rows   int
		note   string // "": names or an error, as is
	}{
		{tenNumbers + "?", 3, `column "x": 3 values "?" read as missing`},
		{tenNumbers + "-", 1, `column "x": 1 values "-" read as missing`},
		{tenNumbers + "not_available #N/A", 2, `column "x": 2 values "not available" read as missing, 2 values "#N/A" read as missing`},
		{tenNumbers + "? ? ? ? ? ? ? ? ? ?", 1, `column "x": 10 values "?" read as missing`},
		{tenNumbers + strings.Repeat("11 ", 190) + "unlimited unlimited", 1, `column "x": 2 values "unlimited" read as missing`},
		{tenNumbers + "oops", 1, ""},                          // once, and not known to stand for missing
		{tenNumbers + "? ? ? ? ? ? ? ? ? ? ?", 1, ""},         // more than half
		{"1 2 3 4 5 6 7 8 9 ?", 3, ""},                        // nine different numbers
		{tenNumbers + "? - unknown", 3, ""},                   // three words
		{tenNumbers + "10+", 3, ""},                           // a word that says something of a number
		{tenNumbers + strings.Repeat("11 ", 99) + "n", 1, ""}, // an error
	} {
		got, err := readColumn(t, "x", c.values, c.rows, TableOptions{})
		if c.note == "" {
			if err == nil && got.Columns[0].Levels == nil {
				t.Errorf("%s: read as numbers: %v", c.values, got.Notes)
			}
			continue
		}
		if err != nil || len(got.Notes) != 1 || got.Notes[0] != c.note || got.Columns[0].Levels != nil {
			t.Errorf("%s: %v, %v", c.values, got, err)
			continue
		}
		for i, value := range slices.Repeat(strings.Fields(c.values), c.rows) {
			want, err := strconv.ParseFloat(value, 64)
			if got := got.Columns[0].Numbers[i]; got != want && !(err != nil && math.IsNaN(got)) {
				t.Errorf("%s is %v", value, got)
			}
		}
	}
}

var spellings = []struct {
	values string
	want   []float64 // nil: names
}{
	{"$12.50 $3 -$1,234.56 $-7 NA", []float64{12.5, 3, -1234.56, -7, nan}},
	{"12,50_€ 3_€ 1.234,56_€", []float64{12.5, 3, 1234.56}},
	{"EUR_12 EUR13.5", []float64{12, 13.5}},
	{"£1.234 £999", []float64{1234, 999}},
	{"12% 3.5_% 1.234%", []float64{12, 3.5, 1.234}},
	{"1,234.56 343.78 1,000,000", []float64{1234.56, 343.78, 1e6}},
	{"1.234,56 343,78 1.234 7", []float64{1234.56, 343.78, 1234, 7}},
	{"1_234 7 1\u202f234\u00a0567.5", []float64{1234, 7, 1234567.5}},
	{"1_234,5 7,25", []float64{1234.5, 7.25}},
	{"1'234.50 7", []float64{1234.5, 7}},
	{"1,234 12,345 -7,000", []float64{1234, 12345, -7000}},
	{"1,234 12,34", []float64{1.234, 12.34}},
	{"1,234 0,125", []float64{1.234, 0.125}},
	{"12,50 1e3", []float64{12.5, 1000}},
	{"12,50 12.50", nil},
	{"$5 €5", nil},
	{"5% 0.05", nil},
	{"$5 12", nil},
	{"1,23,456 1", nil},
	{"A12,50 B3,40", nil},
	{"SKU123 SKU124", nil},
	{"10.0.0.1 10.0.0.2", nil},
	{"1,2,3 1,2", nil},
	{"03.05.2021 1,5", nil},
}

func TestReadTableSpellings(t *testing.T) {
	for _, c := range spellings {
		got, err := readColumn(t, "x", c.values, 1, TableOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.values, err)
			continue
		}
		x := got.Columns[0]
		if (x.Levels == nil) != (c.want != nil) || len(got.Notes) > 1 || (c.want != nil && len(got.Notes) != 1) {
			t.Errorf("%s: %v %v", c.values, x, got.Notes)
		}
		if diff := cmp.Diff(c.want, x.Numbers, cmpopts.EquateNaNs()); c.want != nil && diff != "" {
			t.Errorf("%s: %s", c.values, diff)
		}
	}
}

// learned returns how scoring reads the column x after training read values.
func learned(t *testing.T, values string) TableOptions {
	t.Helper()
	got, err := readColumn(t, "x", values, 1, TableOptions{})
	if err != nil || got.Columns[0].Levels != nil {
		t.Fatalf("%s: %v, %v", values, got, err)
	}
	o := TableOptions{Numeric: []string{"x"}}
	if s := got.Columns[0].Spelling; s != nil {
		o.Spellings = map[string]Spelling{"x": *s}
	}
	return o
}

const notANumber = `column "x": is not a number, as the model's column is`

// What training reads as numbers, scoring reads as the same ones, each value
// alone too; what training could not read, or another spelling than its, is an
// error and never a number.
func TestReadTableSpellingsForScoring(t *testing.T) {
	for _, c := range spellings {
		if got, err := readColumn(t, "x", c.values, 1, TableOptions{Numeric: []string{"x"}}); !errors.Is(err, ErrContract) || !strings.Contains(err.Error(), notANumber) {
			t.Errorf("%s, plain numbers wanted: %v, %v", c.values, got, err)
		}
		if c.want == nil {
			continue
		}
		o := learned(t, c.values)
		for i, value := range strings.Split(c.values, " ") {
			if value == "NA" { // a column without a number says nothing
				continue
			}
			got, err := readColumn(t, "x", value, 1, o)
			if err != nil {
				t.Errorf("%s alone: %v", value, err)
				continue
			}
			if got.Columns[0].Numbers[0] != c.want[i] || cmp.Diff(o.Spellings["x"], *got.Columns[0].Spelling) != "" {
				t.Errorf("%s alone is %v", value, got.Columns[0])
			}
		}
		got, err := readColumn(t, "x", c.values, 1, o)
		if err != nil || cmp.Diff(c.want, got.Columns[0].Numbers, cmpopts.EquateNaNs()) != "" {
			t.Errorf("%s: %v, %v", c.values, got, err)
		}
	}
}

// Values that could be two numbers are the one that training took them for;
// values that do not fit are refused, and the error shows what would.
func TestReadTableReadsScoringAsTrainingDid(t *testing.T) {
	for _, c := range []struct {
		training, scoring string
		want              float64 // NaN: refused
		like              string
	}{
		{"1,234 12,345", "1,234", 1234, ""},
		{"1,234 12,50", "1,234", 1.234, ""},
		{"1,234 12,50", "12", 12, ""},
		{"1,234 12,50", "1.234", 1234, ""},
		{"1,234 12,50", "12.50", nan, "1.234,5"},
		{"1,234.5 12", "12,50", nan, "1,234.5"},
		{"12_% 3.5_%", "12", 12, ""},
		{"12_% 3.5_%", "12%", 12, ""},
		{"12_% 3.5_%", "$12", nan, "1,234.5 %"},
		{"$12 $3", "$12.50", 12.5, ""},
		{"$12 $3", "$1.234", nan, "1234.5 $"}, // no value showed what a point means
		{"$12 $3", "1.234", nan, "1234.5 $"},
		{"$12 $3", "$1,234", nan, "1234.5 $"},
		{"$12 $3", "1234", 1234, ""},
		{"$1,234 $3", "€12", nan, "1,234.5 $"},
		{"12,50_€ 3_€", "1.234", 1234, ""},
		{"12.5 3", "1,234", nan, "1234.5"},
		{"12.5 3", "12 %", nan, "1234.5"},
		{"1_234,5 7", "1.234", nan, "1 234,5"},
		{"12.5 3", "much", nan, ""},
	} {
		got, err := readColumn(t, "x", strings.ReplaceAll(c.scoring, " ", "_"), 1, learned(t, c.training))
		switch {
		case !math.IsNaN(c.want):
			if err != nil || got.Columns[0].Numbers[0] != c.want {
				t.Errorf("%s after %s: %v, %v", c.scoring, c.training, got, err)
			}
		case !errors.Is(err, ErrContract) || !strings.Contains(err.Error(), notANumber) ||
			(c.like != "" && !strings.Contains(err.Error(), "written like "+c.like+")")):
			t.Errorf("%s after %s: %v, %v", c.scoring, c.training, got, err)
		}
	}
}

// A word that training took for a missing value is one in a single row too.
func TestReadTableKeepsMissingWordsForScoring(t *testing.T) {
	o := learned(t, tenNumbers+"unlimited unlimited")
	got, err := readColumn(t, "x", "unlimited 7", 1, o)
	if err != nil || cmp.Diff([]float64{nan, 7}, got.Columns[0].Numbers, cmpopts.EquateNaNs()) != "" ||
		cmp.Diff([]string{`column "x": 1 values "unlimited" read as missing`}, got.Notes) != "" {
		t.Error(got, err)
	}
}

func TestReadTableRefusesUnknownSpellings(t *testing.T) {
	for _, s := range []Spelling{{Group: "_", Point: "."}, {Group: "."}, {Sign: "$"}, {Point: "."}} {
		_, err := readColumn(t, "x", "1", 1, TableOptions{Numeric: []string{"x"}, Spellings: map[string]Spelling{"x": s}})
		if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), `column "x"`) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

// Blanks between thousands and a plain point: 1.234 could be either.
func TestReadTableDoesNotMixPointsAndCommas(t *testing.T) {
	got, err := readColumn(t, "x", "1_234,5 1.234", 1, TableOptions{})
	if err != nil || got.Columns[0].Levels == nil {
		t.Error(got, err)
	}
}

// "?" is missing in a model's column however few the rows are; a word that may
// mean something is not.
func TestReadTableTokensForScoring(t *testing.T) {
	o := TableOptions{Numeric: []string{"x"}}
	got, err := readColumn(t, "x", "? Unknown - 5", 1, o)
	if err != nil || cmp.Diff([]float64{nan, nan, nan, 5}, got.Columns[0].Numbers, cmpopts.EquateNaNs()) != "" ||
		cmp.Diff([]string{`column "x": 1 values "?" read as missing, 1 values "Unknown" read as missing, 1 values "-" read as missing`}, got.Notes) != "" {
		t.Error(got, err)
	}
	if got, err = readColumn(t, "x", "7 unlimited unlimited", 1, o); !errors.Is(err, ErrContract) || !strings.Contains(err.Error(), "2 problem(s)") {
		t.Error(got, err)
	}
}

func TestReadTableNotesMixedSpellings(t *testing.T) {
	got, err := readColumn(t, "x", "12,50 12.50 12.75", 1, TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`column "x": 3 of 3 values look like numbers, but no one rule reads them all (such as "12,50"): read as names`}
	if diff := cmp.Diff(want, got.Notes); diff != "" {
		t.Error(diff)
	}
	got, err = readColumn(t, "x", "$1,234.50 $7", 1, TableOptions{})
	if want := []string{`column "x": 2 values such as "$1,234.50" read as numbers such as 1234.5`}; err != nil || cmp.Diff(want, got.Notes) != "" {
		t.Error(got, err)
	}
}

// A number written in any style is read back, if one value shows the style; and
// so is each of them alone, once the style is known.
func TestStylesReadBackWhatTheyWrite(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		st := rapid.SampledFrom(styles[:]).Draw(r, "style")
		sign := rapid.SampledFrom(append([]string{""}, signs...)).Draw(r, "sign")
		text, want := "x\tz\n", []float64(nil)
		for i, cents := range append([]int64{123456789_01, -1}, rapid.SliceOf(rapid.Int64Range(-1e12, 1e12)).Draw(r, "cents")...) {
			minus, rest := "", cents
			if cents < 0 {
				minus, rest = "-", -cents
			}
			whole := strconv.FormatInt(rest/100, 10)
			for at := len(whole) - 3; at > 0; at -= 3 {
				whole = whole[:at] + st.group + whole[at:]
			}
			text += fmt.Sprintf("%s%s%s%s%02d\t%d\n", minus, sign, whole, st.point, rest%100, i%7)
			want = append(want, float64(cents)/100)
		}
		got, err := readText(t, text, TableOptions{Delimiter: "tab"})
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Columns[0].Numbers); diff != "" {
			r.Fatal(diff)
		}
		o := TableOptions{Delimiter: "tab", Numeric: []string{"x"}, Spellings: map[string]Spelling{"x": *got.Columns[0].Spelling}}
		row := rapid.IntRange(0, len(want)-1).Draw(r, "row")
		alone, err := readText(t, "x\tz\n"+strings.Split(text, "\n")[1+row]+"\n", o)
		if err != nil || alone.Columns[0].Numbers[0] != want[row] {
			r.Fatal(alone, err)
		}
	})
}

func TestReadTableDatesAreNoIdentifiers(t *testing.T) {
	for _, layout := range []string{"2006-01-02", "02.01.2006 15:04", "01/02/2006", "2006/01/02", "2 Jan 2006", "2006-01-02T15:04:05Z", "1/2/2006 3:04 PM", "January 2, 2006"} {
		text := "x\tz\n"
		for i := range 2000 {
			text += date(2000, 1, 1+i).Format(layout) + fmt.Sprintf("\t%d\n", i%9)
		}
		got, err := readText(t, text+"-\t3\n", TableOptions{Delimiter: "tab"})
		if err != nil || len(got.Dropped) != 1 || got.Dropped[0].Why != isADate {
			t.Errorf("%s: %v, %v", layout, got.Dropped, err)
		}
	}
}

func TestReadTableNumericIdentifiers(t *testing.T) {
	for _, c := range []struct {
		name      string
		rows      int
		value     func(i int) string
		isDropped bool
	}{
		{"row", 100, func(i int) string { return strconv.Itoa(500 + (i*37)%100) }, true}, // consecutive
		{"row", 99, func(i int) string { return strconv.Itoa(500 + i) }, false},
		{"minutes", 200, func(i int) string { return strconv.Itoa(i * i) }, false},
		{"paid", 200, func(i int) string { return strconv.Itoa(i * i) }, false},
		{"number_of_seats", 200, func(i int) string { return strconv.Itoa(i * i) }, false},
		{"id", 200, func(i int) string { return strconv.Itoa(i * i) }, true},
		{"CustomerId", 200, func(i int) string { return strconv.Itoa(i * i) }, true},
		{"customerid", 200, func(i int) string { return strconv.Itoa(i * i) }, true},
		{"Invoice No", 200, func(i int) string { return strconv.Itoa(i * i) }, true},
		{"accountnumber", 200, func(i int) string { return strconv.Itoa(i * i) }, true},
		{"segment_id", 200, func(i int) string { return strconv.Itoa(i % 9) }, false},
		{"id", 200, func(i int) string { return strconv.Itoa(i) + ".5" }, false},
		{"id", 200, func(i int) string { return strconv.Itoa(min(i, 198)) }, false}, // one twice
		{"customer_nr", 10, func(i int) string { return strconv.Itoa(i * i) }, true},
		{"id", 9, func(i int) string { return strconv.Itoa(i * i) }, false},
		{"session_guid", 12, func(i int) string { return fmt.Sprintf("%x-%x", i*31, i) }, true},
		{"country_code", 12, func(i int) string { return []string{"DE", "FR"}[i%2] }, false},
	} {
		text := c.name + ",z\n"
		for i := range c.rows {
			text += fmt.Sprintf("%s,%d\n", c.value(i), i%9)
		}
		got := mustRead(t, text, TableOptions{})
		if (len(got.Dropped) == 1) != c.isDropped {
			t.Errorf("%s of %d rows: dropped %v", c.name, c.rows, got.Dropped)
		}
		if _, err := strconv.ParseFloat(c.value(3), 64); err != nil {
			continue // names
		}
		if got = mustRead(t, text, TableOptions{Numeric: []string{c.name}}); len(got.Columns) != 1 {
			t.Errorf("%s: a model's column is dropped", c.name)
		}
	}
}

// Whole numbers that never come twice are said to be odd where nothing else
// says what they are; measures with a fraction, or with values that come again,
// are not.
func TestReadTableNotesNumbersThatNeverComeTwice(t *testing.T) {
	text := "reference,amount,visits\n"
	for i := range 100 {
		text += fmt.Sprintf("%d,%d.5,%d\n", 7*i*i, i*i, i/2)
	}
	got := mustRead(t, text, TableOptions{})
	want := []string{`column "reference": 100 different whole numbers in 100 rows: read as a measure; leave the column out if it is an identifier`}
	if diff := cmp.Diff(want, got.Notes); diff != "" || len(got.Columns) != 3 {
		t.Error(diff, got.Dropped)
	}
}

func TestReadTableCodesWithLeadingZeros(t *testing.T) {
	got, err := readColumn(t, "zip", strings.Repeat("95299 ", 99)+"01234", 1, TableOptions{})
	if err != nil || cmp.Diff([]string{"01234", "95299"}, got.Columns[0].Levels) != "" ||
		cmp.Diff([]string{`column "zip": numbers with leading zeros such as "01234" read as names`}, got.Notes) != "" {
		t.Error(got, err)
	}
	if got, err = readColumn(t, "x", "0 0.5 00.5 07", 1, TableOptions{}); err != nil || got.Columns[0].Levels != nil {
		t.Error(got, err) // not all are whole: these are measures
	}
}
