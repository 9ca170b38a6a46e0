package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
)

// openAPIDocument describes every route (OpenAPI 3.1). The tests generate it from
// openapi/paths.json, openapi/notes.json and the structs of the answers; examples
// of requests are put in when it is served.
//
//go:embed openapi.json
var openAPIDocument []byte

// Where the examples of requests go.
var (
	noExamples    = []byte(`"examples": {}`)
	exampleExpiry = []byte(`"expires": "2026-06-30"`)
)

// openAPI answers with the document. Its examples name features and milestones
// of the model in service, and dates of now: they can be sent as they stand.
func (s *Server) openAPI(c echo.Context) error {
	features, history := map[string]any{"active_users_28d": 3, "plan": "pro"}, true // without a model, what there might be
	milestones := map[string]string{"first_report": exampleDay(s.now())}
	if in := s.scorer.Load(); in != nil {
		features, milestones = in.names.example(s.now())
		history = s.options.History != nil
	}
	text, err := json.Marshal(requestExamples(features, milestones, s.now(), history))
	if err != nil {
		return err
	}
	document := bytes.Replace(openAPIDocument, noExamples, slices.Concat([]byte(`"examples": `), text), 1)
	until := s.now().AddDate(0, 0, 90).Format(time.DateOnly)
	document = bytes.Replace(document, exampleExpiry, []byte(`"expires": "`+until+`"`), 1)
	return c.JSONBlob(http.StatusOK, document)
}

// example is one named example of a request's body.
type example struct {
	Summary string `json:"summary"`
	Value   any    `json:"value"`
}

// exampleFeatures is how many features an example names.
const exampleFeatures = 3

// exampleDay is the date of a milestone in an example.
func exampleDay(now time.Time) string { return now.AddDate(0, -6, 0).Format(time.DateOnly) }

// example returns the first features of the model with values, and a milestone.
func (n *names) example(now time.Time) (features map[string]any, milestones map[string]string) {
	features, milestones = map[string]any{}, map[string]string{}
	for j := range n.fields[:min(exampleFeatures, len(n.fields))] {
		if d := &n.catalog.Definitions[j]; d.Categorical() {
			features[d.Name] = append(slices.Clone(d.Levels), "other")[0]
		} else {
			low, high := d.Bounds()
			features[d.Name] = max(low, min(3, high))
		}
	}
	if len(n.known) > 0 {
		milestones[n.known[0]] = exampleDay(now)
	}
	return features, milestones
}

// requestExamples are bodies of POST /v1/predict.
func requestExamples(features map[string]any, milestones map[string]string, now time.Time, history bool) map[string]example {
	account := map[string]any{"account_id": "acme-17", "as_of": now.Format(time.DateOnly), "features": features, "milestones": milestones}
	all := map[string]example{
		"one account": {"One account", account},
		"a list":      {"A list of accounts; of the second nothing is known", map[string]any{"accounts": []any{account, map[string]any{"account_id": "b", "features": map[string]any{}}}}},
	}
	if history {
		stored := map[string]any{"store": true}
		for name, value := range account {
			stored[name] = value
		}
		all["stored"] = example{"An account whose answer is stored; it can be requested by its id alone afterwards", stored}
	}
	return all
}
