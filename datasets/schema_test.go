package datasets

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
	compiler "github.com/santhosh-tekuri/jsonschema/v6"
)

// compileSchema turns a reflected schema into one that can be validated with.
func compileSchema(t *testing.T, schema *jsonschema.Schema) *compiler.Schema {
	t.Helper()
	text, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := compiler.UnmarshalJSON(bytes.NewReader(text))
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
	return compiled
}

// validateYAML checks an etappe.yaml against a schema.
func validateYAML(t *testing.T, schema *compiler.Schema, text string) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	if value == nil {
		value = map[string]any{}
	}
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := compiler.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

// wholeConfig stands for a configuration that embeds Sources beside its own parts.
type wholeConfig struct {
	Sources `yaml:",inline"`
	Train   struct {
		Seed uint64 `yaml:"seed,omitempty"`
	} `yaml:"train,omitempty"`
}

func TestSchemaTakesStartersAndRefusesUnknownKeys(t *testing.T) {
	whole := (&jsonschema.Reflector{FieldNameTag: "yaml", ExpandedStruct: true}).Reflect(&wholeConfig{})
	for name, schema := range map[string]*compiler.Schema{
		"sources": compileSchema(t, SourcesSchema()),
		"whole":   compileSchema(t, whole),
	} {
		t.Run(name, func(t *testing.T) {
			for _, dir := range []string{t.TempDir(), inferFolder(t, wideFiles), inferFolder(t, germanFiles)} {
				text, err := StarterYAML(context.Background(), dir)
				if err != nil {
					t.Fatal(err)
				}
				if err := validateYAML(t, schema, string(text)); err != nil {
					t.Errorf("the schema refuses a starter: %v\n%s", err, text)
				}
			}
			for what, text := range map[string]string{
				"unknown table":         "account: {file: a.csv}",
				"unknown key":           "accounts: {file: a.csv, acount_id: id}",
				"unknown in column":     "accounts: {file: a.csv, account_id: {colum: id}}",
				"a number":              "accounts: {file: a.csv, account_id: 3}",
				"no file":               "accounts: {account_id: id}",
				"two tests":             "events: [{file: a.csv, where: [{column: c, equals: x, not_empty: true}]}]",
				"no test":               "events: [{file: a.csv, where: [{column: c}]}]",
				"unknown take":          "accounts: {file: a.csv, created_at: {column: c, lookup: {file: b.csv, key: k, value: v, take: any}}}",
				"unknown span":          "renewals: {file: a.csv, periods: {start: s, end: e, amount_per: week}}",
				"period without an end": "renewals: {file: a.csv, periods: {start: s}}",
			} {
				if validateYAML(t, schema, text) == nil {
					t.Errorf("%s: the schema takes %s", what, text)
				}
			}
		})
	}
}

func TestSchemaDescribesTheTables(t *testing.T) {
	text, err := json.Marshal(SourcesSchema())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"one row per account", "still count as renewed", `"enum":["month","year","period"]`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the schema does not say %q", want)
		}
	}
}
