package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/servetest"
)

// documentSchemas compiles schemas of the document by their JSON pointers.
func documentSchemas(t *testing.T) func(pointer string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPIDocument))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020) // the dialect of OpenAPI 3.1
	compiler.AssertFormat()
	if err := compiler.AddResource("openapi.json", document); err != nil {
		t.Fatal(err)
	}
	return func(pointer string) *jsonschema.Schema {
		schema, err := compiler.Compile("openapi.json#" + pointer)
		if err != nil {
			t.Fatal(err)
		}
		return schema
	}
}

// servedText is a golden file of package serve.
func servedText(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "text", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func validate(schema *jsonschema.Schema, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// TestDocumentHasEveryRoute, and no other.
func TestDocumentHasEveryRoute(t *testing.T) {
	var document struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(openAPIDocument, &document); err != nil {
		t.Fatal(err)
	}
	server, _ := testServer(t, testScorer(t))
	described := 0
	for _, methods := range document.Paths {
		described += len(methods)
	}
	for _, route := range server.echo.Routes() {
		if document.Paths[templated(route.Path)][strings.ToLower(route.Method)] == nil {
			t.Errorf("%s %s is not in the document", route.Method, route.Path)
		}
	}
	if routes := len(server.echo.Routes()); routes != described || document.OpenAPI != "3.1.0" {
		t.Errorf("%d routes, %d described, %s", routes, described, document.OpenAPI)
	}
}

// templated writes a route's path as the document does: :id becomes {id}.
func templated(path string) string {
	return regexp.MustCompile(`:(\w+)`).ReplaceAllString(path, "{$1}")
}

// TestScenariosFitTheDocument holds real requests and answers against it.
func TestScenariosFitTheDocument(t *testing.T) {
	schema := documentSchemas(t)
	server, _ := testServer(t, testScorer(t))
	fitScenarios(t, server, scenarios)
	fitScenarios(t, chronicleServer(t), accountScenarios)
	if err := validate(schema("/components/schemas/Answer"), servedText(t, "answer.json")); err != nil {
		t.Errorf("an answer with a cut: %v", err)
	}
	s := testScorer(t)
	pool, seconds := testInput(s, 40, 60), 0
	servetest.Between(t, testArtifact(t).Clusters, pool.Frame)
	for i, a := range scoreAll(t, s, pool) {
		if a.Second == nil {
			continue
		}
		seconds++
		if err := validate(schema("/components/schemas/Answer"), pretty(t, a)); err != nil {
			t.Errorf("an answer with a second cluster: %v", err)
		}
		e, err := explain.Against(s, rowOf(pool, i), explain.ReferenceCluster, now)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema("/components/schemas/Explanation"), text); err != nil {
			t.Errorf("an explanation with a second cluster: %v", err)
		}
	}
	if seconds == 0 {
		t.Error("no account is between two clusters")
	}
}

func fitScenarios(t *testing.T, server *Server, rows []scenario) {
	t.Helper()
	schema := documentSchemas(t)
	for _, row := range rows {
		if row.method == "HEAD" || len(row.body) > 1<<20 {
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			w := request(server, row.method, row.target, row.header, strings.NewReader(row.body))
			if w.Code == 204 {
				return
			}
			if err := validate(answerSchema(schema, row, w), w.Body.Bytes()); err != nil {
				t.Errorf("%v\n%s", err, w.Body)
			}
			if row.body != "" && row.status == 200 {
				body := schema(operation(row) + "/requestBody/content/application~1json/schema")
				if err := validate(body, []byte(row.body)); err != nil {
					t.Errorf("request: %v", err)
				}
			}
		})
	}
}

// operation points at the document's operation of a scenario's request.
func operation(row scenario) string {
	return "/paths/" + strings.ReplaceAll(row.path(), "/", "~1") + "/" + strings.ToLower(row.method)
}

func answerSchema(schema func(string) *jsonschema.Schema, row scenario, w *httptest.ResponseRecorder) *jsonschema.Schema {
	if w.Code != 200 {
		return schema("/components/schemas/Problem")
	}
	return schema(operation(row) + "/responses/200/content/application~1json/schema")
}

// TestDocumentIsHeld is the negative control.
func TestDocumentIsHeld(t *testing.T) {
	schema := documentSchemas(t)("/components/schemas/Answer")
	text := string(servedText(t, "answer.json"))
	for name, planted := range map[string]string{
		"a score of 101":    strings.Replace(text, `"health_score": `, `"health_score": 1`, 1),
		"an unknown band":   strings.Replace(text, `"sick"`, `"ill"`, 1),
		"an unknown member": strings.Replace(text, `"band"`, `"bands"`, 1),
	} {
		if planted == text || validate(schema, []byte(planted)) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// TestExamplesFitTheirSchemas: every example of the served document is one.
func TestExamplesFitTheirSchemas(t *testing.T) {
	schema := documentSchemas(t)
	var document any
	if err := json.Unmarshal(request(chronicleServer(t), "GET", "/openapi.json", nil, nil).Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	found := 0
	check := func(pointer string, example any) {
		found++
		text, err := json.Marshal(example)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema(pointer+"/schema"), text); err != nil {
			t.Errorf("%s: %v", pointer, err)
		}
	}
	var walk func(pointer string, node any)
	walk = func(pointer string, node any) {
		switch n := node.(type) {
		case []any:
			for i, part := range n {
				walk(fmt.Sprintf("%s/%d", pointer, i), part)
			}
		case map[string]any:
			if example, ok := n["example"]; ok && n["schema"] != nil {
				check(pointer, example)
			}
			if examples, ok := n["examples"].(map[string]any); ok && n["schema"] != nil {
				for _, e := range examples {
					check(pointer, e.(map[string]any)["value"])
				}
			}
			for key, part := range n {
				walk(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(key), part)
			}
		}
	}
	walk("", document)
	if found < 8 {
		t.Errorf("%d examples", found)
	}
}

// TestExamplesAreAccepted: every example of a request can be sent as it stands,
// whatever the model, with a history and without.
func TestExamplesAreAccepted(t *testing.T) {
	wide, _ := testServer(t, wideScorer(t))
	plain, _ := testServer(t, testScorer(t))
	for name, server := range map[string]*Server{"wide": wide, "plain": plain, "with a history": chronicleServer(t)} {
		var document struct {
			Paths map[string]map[string]struct {
				RequestBody struct {
					Content map[string]struct {
						Example  json.RawMessage
						Examples map[string]struct{ Value json.RawMessage }
					}
				}
			}
		}
		if err := json.Unmarshal(request(server, "GET", "/openapi.json", nil, nil).Body.Bytes(), &document); err != nil {
			t.Fatal(err)
		}
		send := func(target string, body json.RawMessage) {
			t.Helper()
			if w := request(server, "POST", target, map[string]string{"Content-Type": jsonMedia}, bytes.NewReader(body)); w.Code != 200 {
				t.Errorf("%s: %s: %d %s", name, body, w.Code, w.Body)
			}
		}
		examples := document.Paths["/v1/predict"]["post"].RequestBody.Content[jsonMedia].Examples
		stores := 0
		for _, e := range examples {
			send("/v1/predict", e.Value)
			if bytes.Contains(e.Value, []byte(`"store":true`)) {
				stores++
			}
		}
		kept := server.options.History != nil
		if len(examples) < 2 || kept != (stores > 0) {
			t.Errorf("%s: %d examples, %d that store", name, len(examples), stores)
		}
		if kept {
			send(acme+"/overrides", document.Paths["/v1/accounts/{id}/overrides"]["post"].RequestBody.Content[jsonMedia].Example)
		}
	}
	for _, place := range [][]byte{noExamples, exampleExpiry} {
		if n := bytes.Count(openAPIDocument, place); n != 1 {
			t.Errorf("%s is there %d times", place, n)
		}
	}
}

// TestOperationsHaveIDs: each route has an id of its own, and no schema has a name
// that generated clients cannot use.
func TestOperationsHaveIDs(t *testing.T) {
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(openAPIDocument, &document); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{"": true}
	for path, methods := range document.Paths {
		for method, o := range methods {
			if seen[o.OperationID] {
				t.Errorf("%s %s: operation id %q", method, path, o.OperationID)
			}
			seen[o.OperationID] = true
		}
	}
	for _, clash := range []string{"Override", "Object", "String", "Error"} {
		if document.Components.Schemas[clash] != nil {
			t.Errorf("a schema is called %s", clash)
		}
	}
}

// TestTypesAreNamed: every number has a width, every list of values a type.
func TestTypesAreNamed(t *testing.T) {
	var document any
	if err := json.Unmarshal(openAPIDocument, &document); err != nil {
		t.Fatal(err)
	}
	for _, fault := range untyped("", document) {
		t.Error(fault)
	}
	if bad := untyped("", map[string]any{"a": map[string]any{"type": "number"}, "b": map[string]any{"enum": []any{"x"}}}); len(bad) != 2 {
		t.Errorf("the negative control: %v", bad)
	}
}

func untyped(at string, node any) (bad []string) {
	switch n := node.(type) {
	case []any:
		for i, part := range n {
			bad = append(bad, untyped(fmt.Sprintf("%s/%d", at, i), part)...)
		}
	case map[string]any:
		if kind := n["type"]; (kind == "number" || kind == "integer") && n["format"] == nil {
			bad = append(bad, at+" has no format")
		}
		if _, list := n["enum"].([]any); list && n["type"] == nil {
			bad = append(bad, at+" has no type")
		}
		for name, part := range n {
			bad = append(bad, untyped(at+"/"+name, part)...)
		}
	}
	return bad
}
