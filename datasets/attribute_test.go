package datasets

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/datasets/columnar"
)

// readAttribute reads one attribute column of text.
func readAttribute(t *testing.T, mapping string, values ...string) (Attribute, []Value, error) {
	t.Helper()
	var b strings.Builder
	b.WriteString("account_id,created_at,x\n")
	for i, v := range values {
		fmt.Fprintf(&b, "a%d,2023-01-01,%s\n", i+1, v)
	}
	tables, _, err := readAll(t, folder(t, map[string]string{"accounts.csv": b.String()}), mapping)
	if err != nil {
		return Attribute{}, nil, err
	}
	var column []Value
	for _, a := range tables.Accounts {
		column = append(column, a.Attributes[0])
	}
	return tables.Attributes[0], column, nil
}

func TestAttributeTypes(t *testing.T) {
	number := func(x float64) Value { return Value{Number: x, Known: true} }
	level := func(s string) Value { return Value{Text: s, Known: true} }
	tests := []struct {
		name, mapping string
		values        []string
		categorical   bool
		want          []Value
	}{
		{"numbers", "", []string{"1", " 2.5", "", "-3e2"}, false, []Value{number(1), number(2.5), {}, number(-300)}},
		{"names", "", []string{"basic", "", "pro"}, true, []Value{level("basic"), {}, level("pro")}},
		{"mixed", "", []string{"1", "2", "three", "inf"}, true, []Value{level("1"), level("2"), level("three"), level("inf")}},
		{"all missing", "", []string{"", " ", ""}, false, []Value{{}, {}, {}}},
		{"codes", "accounts: {file: accounts.csv, categorical: [x]}", []string{"1", "02", "3"}, true, []Value{level("1"), level("02"), level("3")}},
		{"constant column", "", []string{"7", "7", "7"}, false, []Value{number(7), number(7), number(7)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			values := test.values
			for len(values) < 3 { // a1 to a3 have renewals
				values = append(values, "")
			}
			attribute, got, err := readAttribute(t, test.mapping, values...)
			if err != nil {
				t.Fatal(err)
			}
			if attribute.Categorical != test.categorical {
				t.Errorf("categorical is %v, want %v", attribute.Categorical, test.categorical)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTenThousandLevels(t *testing.T) {
	values := make([]string, 10000)
	for i := range values {
		values[i] = fmt.Sprintf("level %d", i)
	}
	attribute, got, err := readAttribute(t, "", values...)
	if err != nil || !attribute.Categorical || len(got) != 10000 || got[9999].Text != "level 9999" {
		t.Errorf("%+v, %d values, %v", attribute, len(got), err)
	}
}

func TestAttributesOfParquet(t *testing.T) {
	dir := folder(t, map[string]string{"accounts.csv": "", "renewals.csv": "account_id,due_on,outcome\n7,2024-01-01,open\n", "events.csv": "account_id,type,at\n8,x,2024-01-01\n"})
	day := date(2023, 1, 1)
	err := columnar.Write(filepath.Join(dir, "accounts.parquet"), []columnar.Column{
		{Name: "account_id", Numbers: []float64{7, 8}}, // an id that a warehouse holds as a number
		{Name: "created_at", Times: []time.Time{day, day}},
		{Name: "seats", Numbers: []float64{0, math.NaN()}},
		{Name: "zip", Numbers: []float64{10115, 20095}},
		{Name: "since", Times: []time.Time{day, day}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tables, _, err := readAll(t, dir, "accounts: {file: accounts.parquet, categorical: [zip]}")
	if err != nil {
		t.Fatal(err)
	}
	want := []Account{
		{ID: "7", CreatedAt: day, Attributes: []Value{{Known: true}, {Text: "10115", Known: true}, {Text: "2023-01-01", Known: true}}},
		{ID: "8", CreatedAt: day, Attributes: []Value{{}, {Text: "20095", Known: true}, {Text: "2023-01-01", Known: true}}},
	}
	if diff := cmp.Diff(want, tables.Accounts); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Attribute{{Name: "seats"}, {Name: "zip", Categorical: true}, {Name: "since", Categorical: true}}, tables.Attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestInfiniteNumbersOfParquet(t *testing.T) {
	dir := folder(t, map[string]string{"events.csv": ""})
	err := columnar.Write(filepath.Join(dir, "events.parquet"), []columnar.Column{
		{Name: "account_id", Strings: []string{"a1", "a1", "a1"}}, {Name: "type", Strings: []string{"nps", "nps", "nps"}},
		{Name: "at", Times: []time.Time{date(2023, 5, 1), date(2023, 5, 1), date(2023, 5, 1)}},
		{Name: "value", Numbers: []float64{math.Inf(1), 5, 1e308}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, events, err := readAll(t, dir, "")
	datatest.WantError(t, err, ErrContract, `events.parquet, row 1, column "value": is not a finite number`, "row 3", "2 problem(s)")
	if len(events) != 1 {
		t.Errorf("%d good events, want 1", len(events))
	}
}
