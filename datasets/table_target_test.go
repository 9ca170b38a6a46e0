package datasets

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// labelled is a table of one target.
func labelled(values ...string) *Table { return &Table{Path: "t.csv", Target: values} }

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		name   string
		target string
		values TargetValues
		want   []Outcome
		notes  []string
	}{
		{"two values", "yes no yes", TargetValues{Positive: "yes"}, []Outcome{Churned, Renewed, Churned},
			[]string{`target: "yes" counts as churned, "no" as not churned`}},
		{"numbers", "1 0 1.0 0.0", TargetValues{Positive: "1"}, []Outcome{Churned, Renewed, Churned, Renewed},
			[]string{`target: "1" counts as churned, "0" as not churned`}},
		{"open", "yes no open Pending open", TargetValues{Positive: "yes"}, []Outcome{Churned, Renewed, Open, Open, Open},
			[]string{`target: "yes" counts as churned, "no" as not churned`,
				`target: 3 rows are not decided yet and left out: "open" (2 rows), "Pending" (1 rows)`}},
		{"declared", "yes no kept paused yes", TargetValues{Positive: "yes", Negative: []string{"no", "kept"}, Open: []string{"paused"}},
			[]Outcome{Churned, Renewed, Renewed, Open, Churned}, []string{`target: 1 rows are not decided yet and left out: "paused" (1 rows)`}},
		{"declared numbers", "1 0 2 -1", TargetValues{Positive: "1", Negative: []string{"0.0", "2"}, Open: []string{"-1.0"}},
			[]Outcome{Churned, Renewed, Renewed, Open}, []string{`target: 1 rows are not decided yet and left out: "-1" (1 rows)`}},
		{"an open word that is none", "gone unknown", TargetValues{Positive: "gone", Negative: []string{"unknown"}}, []Outcome{Churned, Renewed}, nil},
		{"signs", "+ - +", TargetValues{Positive: "+"}, []Outcome{Churned, Renewed, Churned}, []string{`target: "+" counts as churned, "-" as not churned`}},
		{"one value", "yes yes", TargetValues{Positive: "yes"}, []Outcome{Churned, Churned}, nil},
	} {
		got, notes, err := labelled(strings.Fields(c.target)...).Outcomes(c.values)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got) + cmp.Diff(c.notes, notes); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestOutcomesRefused(t *testing.T) {
	continuous := make([]string, 50)
	for i := range continuous {
		continuous[i] = fmt.Sprint(float64(i) / 8)
	}
	for _, c := range []struct {
		name   string
		target []string
		values TargetValues
		says   []string
	}{
		{"a third value", []string{"yes", "no", "no", "maybe", "open"}, TargetValues{Positive: "yes"},
			[]string{`t.csv: the target holds 2 value(s)`, `"no" (2 rows), "maybe" (1 rows);`, "--negative VALUE", "--open VALUE", "table.negative"}},
		{"another case", []string{"yes", "Yes", "no"}, TargetValues{Positive: "yes"}, []string{`"Yes" (1 rows), "no" (1 rows)`}},
		{"one not declared", []string{"yes", "no", "kept"}, TargetValues{Positive: "yes", Negative: []string{"no"}}, []string{`1 value(s)`, `"kept" (1 rows)`}},
		{"a number to be predicted", continuous, TargetValues{Positive: "1"}, []string{`49 value(s)`, "and 43 more"}},
		{"never positive", []string{"0", "0", "2"}, TargetValues{Positive: "1"}, []string{`no row has the target "1"; it holds 0, 2`}},
		{"nothing but open", []string{"yes", "unknown", "unknown"}, TargetValues{Positive: "yes"}, []string{`only values of rows that are not decided yet: "unknown" (2 rows)`, "--negative"}},
		{"both", []string{"yes", "no"}, TargetValues{Positive: "yes", Negative: []string{"no", "yes"}}, []string{`"yes" is declared both churned and renewed`}},
		{"no target", nil, TargetValues{Positive: "yes"}, []string{"needs a target column"}},
	} {
		got, _, err := labelled(c.target...).Outcomes(c.values)
		if !errors.Is(err, ErrConfig) || got != nil {
			t.Errorf("%s: %v, %v", c.name, got, err)
			continue
		}
		for _, want := range c.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error does not say %q: %v", c.name, want, err)
			}
		}
	}
}

// Whatever the values are, a row is a negative only if its value is the only
// one that nothing else explains, or was declared.
func TestOutcomesNeverMakeAnOpenRowNegative(t *testing.T) {
	words := []string{"yes", "no", "open", "Pending", "in_progress", "unknown", "?", "maybe", "offen"}
	rapid.Check(t, func(r *rapid.T) {
		target := rapid.SliceOfN(rapid.SampledFrom(words), 1, 12).Draw(r, "target")
		v := TargetValues{Positive: "yes", Negative: rapid.SliceOfN(rapid.SampledFrom([]string{"no", "maybe"}), 0, 2).Draw(r, "negative")}
		got, _, err := labelled(target...).Outcomes(v)
		if err != nil {
			return
		}
		for i, value := range target {
			switch {
			case (got[i] == Churned) != (value == "yes"):
				r.Fatalf("%q is %s", value, got[i])
			case got[i] == Renewed && value != "no" && value != "maybe":
				r.Fatalf("%q is %s", value, got[i])
			case got[i] == Renewed && len(v.Negative) > 0 && !slices.Contains(v.Negative, value):
				r.Fatalf("%q is %s, negative are %q", value, got[i], v.Negative)
			}
		}
	})
}

// The reader keeps what a row says, and a blank is no way to say open.
func TestReadTableTargetOfThreeValues(t *testing.T) {
	table := mustRead(t, "x,y\n1,yes\n2,no\n3,open\n", TableOptions{Target: "y"})
	got, _, err := table.Outcomes(TargetValues{Positive: "yes"})
	if err != nil || !slices.Equal(got, []Outcome{Churned, Renewed, Open}) {
		t.Error(got, err)
	}
	if _, err := readText(t, "x,y\n1,yes\n2,no\n3,\n", TableOptions{Target: "y"}); !errors.Is(err, ErrContract) ||
		!strings.Contains(err.Error(), `row 3, column "y": is missing (a row that is not decided yet says open)`) {
		t.Error(err)
	}
}
