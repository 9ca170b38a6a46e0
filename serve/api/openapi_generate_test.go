package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files")

// documented are the answers of the API; what they are made of follows.
var documented = []reflect.Type{
	reflect.TypeFor[score.Answer](), reflect.TypeFor[Results](), reflect.TypeFor[score.FeatureList](), reflect.TypeFor[score.ModelCard](),
	reflect.TypeFor[status](), reflect.TypeFor[Problem](), reflect.TypeFor[account.Page](), reflect.TypeFor[account.Health](),
	reflect.TypeFor[account.History](), reflect.TypeFor[explain.Explanation](), reflect.TypeFor[account.OverrideList](), reflect.TypeFor[account.Changes](),
}

// schemaNames are the types whose schema is called otherwise than they are. No
// schema is called Override: Java has an annotation of that name.
var schemaNames = map[string]string{
	"account.OverrideCard": "BandOverride", "account.Card": "AccountCard", "account.Page": "AccountPage", "account.Row": "AccountRow",
	"account.Health": "AccountHealth", "account.History": "AccountHistory", "account.Point": "HistoryPoint", "artifact.Override": "PromotionOverride", "additive.Order": "InteractionOrder",
	"artifact.Group": "LineageGone", "artifact.Descent": "LineageCluster", "api.status": "Status", "models.Points": "PointScale",
}

func schemaName(t reflect.Type) string {
	if name, ok := schemaNames[t.String()]; ok {
		return name
	}
	return t.Name()
}

// generator makes the components of the OpenAPI document from the structs that
// the handlers answer with. Types, required members and references come from Go;
// notes add what Go cannot hold: descriptions, bounds, lists of values.
type generator struct {
	t         *testing.T
	reflector jsonschema.Reflector
	notes     map[string]map[string]any // by schema, or schema.member of the struct that declares it
	used      map[string]bool
	schemas   map[string]any
}

func newGenerator(t *testing.T) *generator {
	g := &generator{t: t, used: map[string]bool{}, schemas: map[string]any{}}
	g.reflector = jsonschema.Reflector{Anonymous: true, Namer: schemaName, Mapper: mapped}
	readJSON(t, "notes.json", &g.notes)
	return g
}

// mapped are the schemas of basic types.
func mapped(t reflect.Type) *jsonschema.Schema {
	switch t.Kind() {
	case reflect.Float64:
		return &jsonschema.Schema{Type: "number", Format: "double"}
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return &jsonschema.Schema{Type: "integer", Format: "int64"}
	}
	return nil
}

// add adds a type and all that it refers to.
func (g *generator) add(t reflect.Type) {
	g.t.Helper()
	text, err := json.Marshal(g.reflector.ReflectFromType(t))
	if err != nil {
		g.t.Fatal(err)
	}
	var out struct {
		Defs map[string]map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(bytes.ReplaceAll(text, []byte("#/$defs/"), []byte("#/components/schemas/")), &out); err != nil {
		g.t.Fatal(err)
	}
	for _, one := range structsOf(t, nil) {
		schema := out.Defs[schemaName(one)]
		if schema == nil {
			g.t.Fatalf("%s has no schema", one)
		}
		g.note(schema, schemaName(one))
		g.members(one, one, schema["properties"].(map[string]any))
		g.schemas[schemaName(one)] = schema
	}
}

// structsOf lists a struct and those that it refers to.
func structsOf(t reflect.Type, found []reflect.Type) []reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() == "time" || slices.Contains(found, t) {
		return found
	}
	found = append(found, t)
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous && f.IsExported() && f.Tag.Get("json") != "-" {
			found = structsOf(f.Type, found)
		}
	}
	return found
}

// members completes the properties of a struct: what it embeds has the notes of
// the embedded struct.
func (g *generator) members(t, declaring reflect.Type, properties map[string]any) {
	for i := range declaring.NumField() {
		f := declaring.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case f.Anonymous && tag == "":
			g.members(t, f.Type, properties)
			continue
		case tag == "-" || !f.IsExported():
			continue
		}
		property, _ := properties[name].(map[string]any)
		if property == nil {
			property = map[string]any{} // any value
		}
		if f.Type.Kind() == reflect.Pointer && options == "" {
			property["type"] = []any{property["type"], "null"}
		}
		if f.Type == reflect.TypeFor[score.Cluster]() && declaring != reflect.TypeFor[explain.Stage]() { // see its MarshalJSON; a stage is always one of a cluster
			property = map[string]any{"anyOf": []any{property, map[string]any{"type": "null"}}}
		}
		g.note(property, schemaName(declaring)+"."+name)
		properties[name] = property
	}
}

// note adds the notes of a schema or a member.
func (g *generator) note(schema map[string]any, name string) {
	g.used[name] = true
	maps.Copy(schema, g.notes[name])
}

// document is the whole document, as it is served.
func (g *generator) document() []byte {
	var document map[string]any
	readJSON(g.t, "paths.json", &document)
	for _, t := range documented {
		g.add(t)
	}
	all := document["components"].(map[string]any)["schemas"].(map[string]any) // of requests
	maps.Copy(all, g.schemas)
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		g.t.Fatal(err)
	}
	return out.Bytes()
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("openapi", name))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The served document is the generated one; -rewrite writes it.
func TestDocumentIsGenerated(t *testing.T) {
	g := newGenerator(t)
	want := g.document()
	for name := range g.notes {
		if !g.used[name] {
			t.Errorf("notes.json has %s, which no struct has", name)
		}
	}
	if *rewrite {
		if err := os.WriteFile("openapi.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(openAPIDocument)); diff != "" {
		t.Errorf("openapi.json is not what the structs give (run with -rewrite):\n%s", diff)
	}
}

// The negative control: a member that is added to a struct changes the document.
func TestGeneratorSeesEveryMember(t *testing.T) {
	type wider struct {
		score.Interval
		More *float64 `json:"more"`
	}
	g := newGenerator(t)
	g.add(reflect.TypeFor[wider]())
	got, err := json.Marshal(g.schemas["wider"])
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"more":{"format":"double","type":["number","null"]}`, `"required":["level","low","high","more"]`, `"additionalProperties":false`} {
		if !strings.Contains(string(got), part) {
			t.Errorf("no %s in %s", part, got)
		}
	}
}
