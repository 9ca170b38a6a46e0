package datasets

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets/internal/datatest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	compiler "github.com/santhosh-tekuri/jsonschema/v6"
)

func TestReadRefusesBrokenConfiguration(t *testing.T) {
	tests := []struct {
		name    string
		files   map[string]string
		mapping string
		says    []string
	}{
		{"no accounts", map[string]string{"accounts.csv": ""}, "", []string{"no accounts", "accounts.parquet, accounts.csv, accounts.csv.gz", "etappe.yaml"}},
		{"two kinds of accounts", map[string]string{"accounts.csv.gz": "x"}, "", []string{"both accounts.csv and accounts.csv.gz"}},
		{"no such file", nil, "accounts: {file: acounts.csv}", []string{"no such file", `did you mean "accounts.csv"?`}},
		{"no match", nil, "events: [{file: 'log*.csv'}]", []string{`matches "log*.csv"`}},
		{"no file", nil, "accounts: {account_id: id}", []string{"a source names no file"}},
		{"no such column", nil, "accounts: {file: accounts.csv, account_id: accountid}", []string{`accounts.csv has no column "accountid" (did you mean "account_id"?); it has: account_id, created_at, plan, seats`}},
		{"no such event column", nil, "events: [{file: events.csv, user_id: who}]", []string{`events.csv has no column "who"`}},
		{"no such filter column", nil, "accounts: {file: accounts.csv, where: [{column: tier, equals: x}]}", []string{`no column "tier"`}},
		{"wrong delimiter", map[string]string{"accounts.csv": "account_id;created_at\na;2023-01-01\n"}, "accounts: {file: accounts.csv, account_id: account_id, created_at: {column: created_at}}", []string{"is the delimiter another one?"}},
		{"long delimiter", nil, "accounts: {file: accounts.csv, delimiter: ', '}", []string{`the delimiter ", " is not one character`}},
		{"no such look-up", nil, "accounts: {file: accounts.csv, parent_id: {column: plan, lookup: {file: p.csv, key: a, value: b}}}", []string{"no such file", "p.csv"}},
		{"no such look-up column", nil, "accounts: {file: accounts.csv, parent_id: {column: plan, lookup: {file: events.csv, key: a, value: at}}}", []string{`events.csv has no column "a"`}},
		{"look-up without key", nil, "accounts: {file: accounts.csv, parent_id: {column: plan, lookup: {file: events.csv, value: at}}}", []string{"needs a key and a value column"}},
		{"look-up take", nil, "accounts: {file: accounts.csv, parent_id: {column: plan, lookup: {file: events.csv, key: type, value: at, take: any}}}", []string{"must be first, last, min or max"}},
		{"filter with two tests", nil, "accounts: {file: accounts.csv, where: [{column: plan, equals: x, not_empty: true}]}", []string{"exactly one of equals, in, not_in"}},
		{"filter without a test", nil, "accounts: {file: accounts.csv, where: [{column: plan}]}", []string{"exactly one of"}},
		{"column and constant", nil, "events: [{file: events.csv, type: {column: type, constant: x}}]", []string{"type is given both a column and a constant"}},
		{"type and emit", nil, "events: [{file: events.csv, type: type, emit: [{type: {constant: x}}]}]", []string{"not in both"}},
		{"date format", nil, "accounts: {file: accounts.csv, created_at: {column: created_at, format: DD.MM.YYYY}}", []string{`"DD.MM.YYYY" is no date format`, "created_at"}},
		{"date pattern", nil, "accounts: {file: accounts.csv, created_at: {column: created_at, format: '%Y-%Q'}}", []string{"a % that is not understood"}},
		{"days since", nil, "accounts: {file: accounts.csv, created_at: {column: created_at, format: days since never}}", []string{"needs a day such as 2020-01-01"}},
		{"categorical", nil, "accounts: {file: accounts.csv, categorical: [plans]}", []string{`"plans" is no attribute (did you mean "plan"?)`}},
		{"grace", nil, "renewals: {file: renewals.csv, periods: {start: due_on, end: due_on, grace_days: -1}}", []string{"must not be negative"}},
		{"amount", nil, "renewals: {file: renewals.csv, periods: {start: due_on, end: due_on, amount_per: week}}", []string{"must be month, year or period"}},
		{"until", nil, "renewals: {file: renewals.csv, periods: {start: due_on, end: due_on, until: 1.1.2024}}", []string{"until is \"1.1.2024\""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := readAll(t, folder(t, test.files), test.mapping)
			datatest.WantError(t, err, ErrConfig, test.says...)
		})
	}
}

func TestReadNeedsThePresent(t *testing.T) {
	if _, err := Read(context.Background(), folder(t, nil), Sources{}, Options{}); err == nil {
		t.Error("read without a present")
	}
}

// etappeFile stands for cmd's file: the sources inlined among other sections.
type etappeFile struct {
	Sources `yaml:",inline"`
	Train   struct {
		Seed int `yaml:"seed"`
	} `yaml:"train"`
}

func TestColumnShortForm(t *testing.T) {
	const text = `
accounts:
  file: a.csv
  account_id: id
  created_at: {column: since, format: "%d.%m.%Y"}
  attributes: {plan: tier}
events:
  - file: e.csv
    type: {constant: login}
    where: [{column: kind, in: [a, b]}]
train: {seed: 3}
`
	var got etappeFile
	if err := yaml.UnmarshalWithOptions([]byte(text), &got, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	want := Sources{
		Accounts: &AccountSource{
			File: File{Path: "a.csv"}, AccountID: Column{Column: "id"},
			CreatedAt:  Column{Column: "since", Format: "%d.%m.%Y"},
			Attributes: map[string]Column{"plan": {Column: "tier"}},
		},
		Events: []EventSource{{File: File{Path: "e.csv", Where: []Filter{{Column: "kind", In: []string{"a", "b"}}}}, Type: &Column{Constant: "login"}}},
	}
	if diff := cmp.Diff(want, got.Sources); diff != "" || got.Train.Seed != 3 {
		t.Errorf("seed %d, sources (-want +got):\n%s", got.Train.Seed, diff)
	}
}

func TestUnknownKeyNamesItsLine(t *testing.T) {
	tests := []struct {
		name, text, key string
		line            int
	}{
		{"table", "train: {seed: 1}\naccount:\n  file: a.csv\n", "account", 2},
		{"source", "accounts:\n  file: a.csv\n  acount_id: id\n", "acount_id", 3},
		{"column", "accounts:\n  file: a.csv\n  account_id:\n    column: id\n    fromat: unix\n", "fromat", 5},
		{"pointer column", "events:\n  - file: a.csv\n    type:\n      colum: id\n", "colum", 4},
		{"look-up", "accounts:\n  file: a.csv\n  account_id:\n    column: id\n    lookup:\n      file: b.csv\n      keys: x\n", "keys", 7},
		{"filter", "accounts:\n  file: a.csv\n  where:\n    - column: id\n      equal: x\n", "equal", 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var f etappeFile
			err := yaml.UnmarshalWithOptions([]byte(test.text), &f, yaml.Strict())
			if err == nil {
				t.Fatal("the unknown key was accepted")
			}
			if !strings.Contains(err.Error(), fmt.Sprintf("[%d:", test.line)) || !strings.Contains(err.Error(), test.key) {
				t.Errorf("error names neither line %d nor %q:\n%v", test.line, test.key, err)
			}
		})
	}
}

func TestSchemaAcceptsBothForms(t *testing.T) {
	schema, err := json.Marshal(jsonschema.Reflect(&Sources{}))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := compiler.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := compiler.NewCompiler()
	if err := c.AddResource("etappe.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("etappe.json")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		`{"accounts": {"file": "a.csv", "account_id": "id"}}`:                                                                   true,
		`{"accounts": {"file": "a.csv", "account_id": {"column": "id", "lookup": {"file": "b", "key": "c", "value": "d"}}}}`:    true,
		`{"events": [{"file": "a.csv", "type": {"constant": "x"}, "value": "v", "where": [{"column": "c", "not_in": ["x"]}]}]}`: true,
		`{"accounts": {"file": "a.csv", "account_id": {"colum": "id"}}}`:                                                        false,
		`{"accounts": {"file": "a.csv", "account_id": 3}}`:                                                                      false,
		`{"accounts": {"account_id": "id"}}`:                                                                                    false,
	} {
		value, err := compiler.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); (err == nil) != want {
			t.Errorf("%s: accepted %v, want %v (%v)", text, err == nil, want, err)
		}
	}
}
