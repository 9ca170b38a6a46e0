package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"github.com/etappe/etappe/datasets"
)

// docsFolder holds the documentation's pages.
var docsFolder = filepath.Join("..", "..", "serve", "docs")

// goldenPage holds a generated page of the documentation against what is
// generated now; go test ./cmd/etappe -run DocsPage -update rewrites it.
func goldenPage(t *testing.T, name, want string) {
	t.Helper()
	path := filepath.Join(docsFolder, name+".md")
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("%s differs from what is generated (go test ./cmd/etappe -run DocsPage -update rewrites it):\n%s", path, diff)
	}
}

const configurationHead = `# Configuration

Every key of etappe.yaml: what it takes and what it means. This page is generated from the JSON Schema that
"etappe config schema" prints; give that schema to your editor, and it completes keys while you type.

An unknown key is an error that names the line. Every key may be left out unless it is marked *required*.

` + "```sh\netappe config schema\n```\n"

// schemaPage writes the reference of etappe.yaml as Markdown.
type schemaPage struct {
	strings.Builder
	defs    jsonschema.Definitions
	uses    map[string]int    // how many keys have a type
	title   map[string]string // heading of a type's section
	waiting []string          // types whose section is still to be written
}

// configurationPage generates the page of all keys.
func configurationPage() string {
	root := schema()
	p := &schemaPage{defs: root.Definitions, uses: map[string]int{}, title: map[string]string{}}
	p.count(root, map[string]bool{})
	p.WriteString(configurationHead)
	p.section("The file", root)
	for len(p.waiting) > 0 {
		name := p.waiting[0]
		p.waiting = p.waiting[1:]
		p.section(p.title[name], p.defs[name])
	}
	p.words()
	return p.String()
}

// words writes the lists of words that keys and columns accept.
func (p *schemaPage) words() {
	p.WriteString("\n## Accepted words\n")
	for _, list := range datasets.WordLists() {
		fmt.Fprintf(p, "\n### %s\n", list.Title)
		plain := []string{}
		for _, w := range list.Words {
			if w.Meaning == "" {
				plain = append(plain, "`"+w.Word+"`")
			}
		}
		if len(plain) == len(list.Words) {
			fmt.Fprintf(p, "\n%s.\n", strings.Join(plain, ", "))
			continue
		}
		p.WriteString("\n| word | meaning |\n|---|---|\n")
		for _, w := range list.Words {
			word := "*nothing*"
			if w.Word != "" {
				word = "`" + w.Word + "`"
			}
			fmt.Fprintf(p, "| %s | %s |\n", word, cell(sentence(w.Meaning)))
		}
	}
}

// count counts by how many keys each type is used, following every reference once.
func (p *schemaPage) count(s *jsonschema.Schema, seen map[string]bool) {
	for _, o := range objects(s) {
		for pair := o.Properties.Oldest(); pair != nil; pair = pair.Next() {
			for _, name := range references(pair.Value) {
				p.uses[name]++
				if !seen[name] {
					seen[name] = true
					p.count(p.defs[name], seen)
				}
			}
		}
	}
}

// objects are the schemas of a type that have keys: itself, or one of its forms.
func objects(s *jsonschema.Schema) (list []*jsonschema.Schema) {
	for _, one := range append([]*jsonschema.Schema{s}, s.OneOf...) {
		if one.Properties != nil && one.Properties.Len() > 0 {
			list = append(list, one)
		}
	}
	return list
}

// references are the types that a key's value, or its elements, are of.
func references(s *jsonschema.Schema) (names []string) {
	for _, one := range []*jsonschema.Schema{s, s.Items, s.AdditionalProperties} {
		if one != nil && one.Ref != "" {
			names = append(names, strings.TrimPrefix(one.Ref, "#/$defs/"))
		}
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Items != nil {
		names = append(names, references(s.AdditionalProperties)...)
	}
	return slices.Compact(names)
}

// section writes a type: what it is, and a table of its keys.
func (p *schemaPage) section(title string, s *jsonschema.Schema) {
	fmt.Fprintf(p, "\n## %s\n", title)
	if s.Description != "" {
		fmt.Fprintf(p, "\n%s\n", sentence(s.Description))
	}
	for _, form := range s.OneOf {
		if form.Properties == nil && form.Type != "" { // else it only states which keys exclude each other
			fmt.Fprintf(p, "\nEither a %s: %s. Or these keys:\n", form.Type, form.Description)
		}
	}
	prefix := ""
	if title != "The file" && strings.ToLower(title) == title {
		prefix = title + "."
	}
	for _, o := range objects(s) {
		p.WriteString("\n| key | takes | meaning |\n|---|---|---|\n")
		for pair := o.Properties.Oldest(); pair != nil; pair = pair.Next() {
			key, value := pair.Key, pair.Value
			meaning := sentence(value.Description)
			if slices.Contains(o.Required, key) {
				meaning = strings.TrimSpace("*required.* " + meaning)
			}
			fmt.Fprintf(p, "| `%s` | %s | %s |\n", key, cell(p.takes(prefix+key, value)), cell(meaning))
		}
	}
}

// takes describes in words what may stand behind a key.
func (p *schemaPage) takes(path string, s *jsonschema.Schema) string {
	switch {
	case s.Ref != "":
		return p.link(path, strings.TrimPrefix(s.Ref, "#/$defs/"))
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, word := range s.Enum {
			words[i] = fmt.Sprintf("`%v`", word)
		}
		return strings.Join(words, ", ")
	case len(s.OneOf) > 0:
		forms := make([]string, len(s.OneOf))
		for i, form := range s.OneOf {
			forms[i] = p.takes(path, form)
		}
		return strings.Join(forms, ", or ")
	case s.Items != nil:
		return "a list of " + p.takes(path, s.Items)
	case s.AdditionalProperties != nil && s.Type == "object":
		return "a map from names to " + p.takes(path, s.AdditionalProperties)
	}
	if s.Pattern != "" {
		return s.Type + " matching `" + s.Pattern + "`"
	}
	return s.Type + bounds(s)
}

// bounds writes the least and the greatest value.
func bounds(s *jsonschema.Schema) string {
	switch {
	case s.Minimum != "" && s.Maximum != "":
		return fmt.Sprintf(", %s to %s", s.Minimum, s.Maximum)
	case s.Minimum != "":
		return fmt.Sprintf(", from %s on", s.Minimum)
	case s.Maximum != "":
		return fmt.Sprintf(", up to %s", s.Maximum)
	}
	return ""
}

// link names a type by its section, which it is given where it is met first: a
// type of one key by the key's path, one of several by its own name.
func (p *schemaPage) link(path, name string) string {
	title, ok := p.title[name]
	if !ok {
		title = path
		if p.uses[name] > 1 {
			_, title, _ = strings.Cut(name, ".")
		}
		p.title[name] = title
		p.waiting = append(p.waiting, name)
	}
	return fmt.Sprintf("[%s](#%s)", title, slug(title))
}

// sentence begins with a capital and ends in a stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s[len(s)-1:], ".:!?") {
		s += "."
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// cell keeps a text inside its cell of a table.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

func TestDocsPageConfiguration(t *testing.T) {
	page := configurationPage()
	goldenPage(t, "configuration", page)
	for key := range schemaKeys(t, schema()) {
		if !strings.Contains(page, "| `"+key+"` |") {
			t.Errorf("the page has no row for the key %q", key)
		}
	}
}

// schemaKeys are all keys that occur in the schema, found in its JSON.
func schemaKeys(t *testing.T, s *jsonschema.Schema) map[string]bool {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	var walk func(any)
	walk = func(node any) {
		switch n := node.(type) {
		case map[string]any:
			if properties, ok := n["properties"].(map[string]any); ok {
				for key := range properties {
					keys[key] = true
				}
			}
			for _, child := range n {
				walk(child)
			}
		case []any:
			for _, child := range n {
				walk(child)
			}
		}
	}
	walk(tree)
	if len(keys) < 50 {
		t.Fatalf("only %d keys in the schema", len(keys))
	}
	return keys
}
