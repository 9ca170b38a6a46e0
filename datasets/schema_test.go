package datasets

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	compiler "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/etappe/etappe/datasets/internal/datatest"
)

// wholeConfig stands for a configuration that embeds Sources beside its own parts.
type wholeConfig struct {
	Sources `yaml:",inline"`
	Train   struct {
		Seed uint64 `yaml:"seed,omitempty"`
	} `yaml:"train,omitempty"`
}

func TestSchemaRefusesUnknownKeys(t *testing.T) {
	whole := (&jsonschema.Reflector{FieldNameTag: "yaml", ExpandedStruct: true}).Reflect(&wholeConfig{})
	for name, schema := range map[string]*compiler.Schema{
		"sources": datatest.CompileSchema(t, SourcesSchema()),
		"whole":   datatest.CompileSchema(t, whole),
	} {
		t.Run(name, func(t *testing.T) {
			for what, text := range map[string]string{
				"unknown table":         "account: {file: a.csv}",
				"unknown key":           "accounts: {file: a.csv, acount_id: id}",
				"unknown in column":     "accounts: {file: a.csv, account_id: {colum: id}}",
				"a number":              "accounts: {file: a.csv, account_id: 3}",
				"no file":               "accounts: {account_id: id}",
				"file and files":        "accounts: {file: a.csv, files: [b.csv]}",
				"two tests":             "events: [{file: a.csv, where: [{column: c, equals: x, not_empty: true}]}]",
				"no test":               "events: [{file: a.csv, where: [{column: c}]}]",
				"unknown take":          "accounts: {file: a.csv, created_at: {column: c, lookup: {file: b.csv, key: k, value: v, take: any}}}",
				"unknown span":          "renewals: {file: a.csv, periods: {start: s, end: e, amount_per: week}}",
				"period without an end": "renewals: {file: a.csv, periods: {start: s}}",
			} {
				if datatest.ValidateYAML(t, schema, text) == nil {
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
	for _, want := range []string{"one row per account", "counts as a renewal", `"enum":["month","year","period"]`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the schema does not say %q", want)
		}
	}
}
