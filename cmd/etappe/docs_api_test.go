package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/api"
)

// openAPI is what the page of the API shows of the OpenAPI document.
type openAPI struct {
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]*apiSchema
	}
}

type operation struct {
	Summary, Description string
	Parameters           []struct {
		Name, In, Description string
		Required              bool
		Schema                *apiSchema
	}
	RequestBody struct {
		Content map[string]struct {
			Schema   *apiSchema
			Examples map[string]struct{ Value json.RawMessage }
		}
	}
	Responses map[string]struct {
		Description string
		Content     map[string]struct{ Schema *apiSchema }
	}
}

type apiSchema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Description, Pattern string
	Format               string
	Enum                 []any
	Const                any
	Default              any
	Properties           map[string]*apiSchema
	Required             []string
	Items                *apiSchema
	AdditionalProperties any
	OneOf, AnyOf, AllOf  []*apiSchema
	Minimum, Maximum     any
}

const apiHead = `# API

Every route of the server, and every member of what it takes and gives. This page is generated from the OpenAPI
document, which a server has at "/openapi.json". [Getting started: application](start-application.md) shows
requests; [Codes](codes.md#problems) lists every problem.

| method | path | what it does |
|---|---|---|
`

// apiPage generates the page of all routes.
func apiPage(d *openAPI) string {
	var b strings.Builder
	b.WriteString(apiHead)
	type route struct {
		method, path string
		operation
	}
	var routes []route
	for path, methods := range d.Paths {
		for method, o := range methods {
			routes = append(routes, route{strings.ToUpper(method), path, o})
		}
	}
	slices.SortFunc(routes, func(a, b route) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method)) })
	for _, r := range routes {
		fmt.Fprintf(&b, "| %s | [%s](#%s) | %s |\n", r.method, r.path, slug(r.method+" "+r.path), cell(r.Summary))
	}
	for _, r := range routes {
		fmt.Fprintf(&b, "\n## %s %s\n\n%s\n", r.method, r.path, sentence(r.Summary))
		if r.Description != "" {
			fmt.Fprintf(&b, "\n%s\n", r.Description)
		}
		r.write(&b)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		fmt.Fprintf(&b, "\n## %s\n", name)
		d.Components.Schemas[name].write(&b)
	}
	return b.String()
}

// write appends an operation's parameters, body and answers.
func (o *operation) write(b *strings.Builder) {
	if len(o.Parameters) > 0 {
		b.WriteString("\n| parameter | in | takes | meaning |\n|---|---|---|---|\n")
	}
	for _, p := range o.Parameters {
		meaning := sentence(p.Description)
		if p.Required {
			meaning = strings.TrimSpace("*required.* " + meaning)
		}
		if p.Schema != nil && p.Schema.Default != nil {
			meaning = strings.TrimSpace(fmt.Sprintf("%s Default: `%v`.", meaning, p.Schema.Default))
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", p.Name, p.In, cell(p.Schema.takes()), cell(meaning))
	}
	for _, media := range slices.Sorted(maps.Keys(o.RequestBody.Content)) {
		body := o.RequestBody.Content[media]
		fmt.Fprintf(b, "\nBody (`%s`): %s.\n", media, body.Schema.takes())
		for _, name := range slices.Sorted(maps.Keys(body.Examples)) {
			fmt.Fprintf(b, "\nExample, %s:\n\n```json\n%s\n```\n", name, compactJSON(body.Examples[name].Value))
		}
	}
	b.WriteString("\n| status | answer | |\n|---|---|---|\n")
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		answer, types := o.Responses[status], []string{}
		for _, media := range slices.Sorted(maps.Keys(answer.Content)) {
			types = append(types, answer.Content[media].Schema.takes())
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", status, cell(answer.Description), cell(strings.Join(types, ", ")))
	}
}

// write appends what a component is and its members.
func (s *apiSchema) write(b *strings.Builder) {
	if s.Description != "" {
		fmt.Fprintf(b, "\n%s\n", sentence(s.Description))
	}
	properties, required := s.Properties, s.Required
	for _, part := range s.AllOf {
		if part.Ref != "" {
			fmt.Fprintf(b, "\nAll members of %s, and:\n", part.takes())
			continue
		}
		if properties == nil {
			properties = map[string]*apiSchema{}
		}
		maps.Copy(properties, part.Properties)
		required = append(required, part.Required...)
	}
	if len(properties) == 0 {
		fmt.Fprintf(b, "\nTakes: %s.\n", s.takes())
		return
	}
	b.WriteString("\n| member | takes | meaning |\n|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		member := properties[name]
		meaning := sentence(member.Description)
		if !slices.Contains(required, name) {
			meaning = strings.TrimSpace("*May be absent.* " + meaning)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, cell(member.takes()), cell(meaning))
	}
}

// takes describes in words what a value may be.
func (s *apiSchema) takes() string {
	switch {
	case s == nil:
		return "anything"
	case s.Ref != "":
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		return fmt.Sprintf("[%s](#%s)", name, slug(name))
	case s.Const != nil:
		return fmt.Sprintf("`%v`", s.Const)
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, word := range s.Enum {
			words[i] = fmt.Sprintf("`%v`", word)
		}
		return strings.Join(words, ", ")
	case len(s.OneOf)+len(s.AnyOf) > 0:
		var forms []string
		for _, form := range append(slices.Clone(s.OneOf), s.AnyOf...) {
			forms = append(forms, form.takes())
		}
		return strings.Join(forms, " or ")
	case s.Items != nil:
		return "a list of " + s.Items.takes()
	}
	return typeName(s.Type) + s.limits()
}

func (s *apiSchema) limits() string {
	text := ""
	if s.Format != "" {
		text += " (" + s.Format + ")"
	}
	if s.Pattern != "" {
		text += " matching `" + s.Pattern + "`"
	}
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		text += fmt.Sprintf(", %v to %v", s.Minimum, s.Maximum)
	case s.Minimum != nil:
		text += fmt.Sprintf(", from %v on", s.Minimum)
	case s.Maximum != nil:
		text += fmt.Sprintf(", up to %v", s.Maximum)
	}
	return text
}

// typeName writes a type or a list of types.
func typeName(t any) string {
	list, ok := t.([]any)
	if !ok {
		if t == nil {
			return "anything"
		}
		return fmt.Sprint(t)
	}
	names := make([]string, len(list))
	for i, one := range list {
		names[i] = fmt.Sprint(one)
	}
	return strings.Join(names, " or ")
}

func compactJSON(text json.RawMessage) string {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return string(text)
	}
	out, err := json.Marshal(value)
	if err != nil {
		return string(text)
	}
	return string(out)
}

// publishedAPI reads the document as a server gives it.
func publishedAPI(t *testing.T) *openAPI {
	t.Helper()
	server := api.NewServer(api.ServerOptions{Clock: func() time.Time { return present }})
	w := httptest.NewRecorder()
	server.Echo().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/openapi.json", nil))
	var d openAPI
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || len(d.Paths) < 10 {
		t.Fatalf("status %d, %d paths: %v", w.Code, len(d.Paths), err)
	}
	return &d
}

func TestDocsPageAPI(t *testing.T) { goldenPage(t, "api", apiPage(publishedAPI(t))) }
