package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// published is the schema as etappe config schema prints it.
func published(t *testing.T) *jsonschema.Schema {
	t.Helper()
	stdout, _ := must(t, "config", "schema")
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(stdout))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("etappe.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("etappe.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// against validates a configuration as an editor with the schema would.
func against(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// What the README shows must work: the program reads it and the schema takes it.
func TestReadmeConfigurationIsValid(t *testing.T) {
	s := published(t)
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows no configuration")
	}
	for _, block := range blocks {
		if _, err := parseConfig("README.md", block[1]); err != nil {
			t.Errorf("%v", err)
		}
		if err := against(t, s, block[1]); err != nil {
			t.Errorf("the schema refuses the README's example: %v", err)
		}
	}
	whole := []byte(`
features: {windows: [7, 28, 84], themes: {nps: sentiment}, monotone: {tenure_days: decreasing}, drop: ["session*"]}
train: {leads: [30, 90], test_share: 0.3, bags: 8, max_clusters: 4, cluster_names: {c1: reporting}}
health: {points_per_doubling: 10, path_weight: 0.5, healthy: 65, sick: 40, hysteresis: 4}
table: {positive: "yes", negative: ["no", kept], open: [paused]}
`)
	if _, err := parseConfig("whole.yaml", whole); err != nil {
		t.Error(err)
	}
	if err := against(t, s, whole); err != nil {
		t.Errorf("the schema refuses what the program reads: %v", err)
	}
	for _, wrong := range []string{"healht: {sick: 3}", "train: {bag: 3}", "health: {sick: low}", "features: {window: [7]}"} {
		if against(t, s, []byte(wrong)) == nil {
			t.Errorf("the schema takes %s", wrong)
		}
		if _, err := parseConfig("wrong.yaml", []byte(wrong)); err == nil {
			t.Errorf("the program takes %s", wrong)
		}
	}
}
