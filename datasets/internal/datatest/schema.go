package datatest

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
	compiler "github.com/santhosh-tekuri/jsonschema/v6"
)

// CompileSchema turns a reflected schema into one that can be validated with.
func CompileSchema(t *testing.T, schema *jsonschema.Schema) *compiler.Schema {
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

// ValidateYAML checks an etappe.yaml against a schema.
func ValidateYAML(t *testing.T, schema *compiler.Schema, text string) error {
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
