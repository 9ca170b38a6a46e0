package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// scored is an answer to one account, as far as it is compared with a file.
type scored struct {
	AccountID        string  `json:"account_id"`
	HealthScore      float64 `json:"health_score"`
	ChurnProbability float64 `json:"churn_probability"`
	Interval         struct{ Low, High float64 }
	Cluster          struct{ ID string }
}

// What snapshot writes and POST /v1/predict scores has the score of score, to the bit:
// every account of the demo, from a line, from the list, and from the columns.
func TestSnapshotPredictsTheScore(t *testing.T) {
	d := theDemo(t)
	dir, registry := t.TempDir(), filepath.Join(d.dir, "registry")
	data := []string{"--data", filepath.Join(d.dir, "data"), "--registry", registry}
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"in.ndjson", "in.json", "in.csv"} {
		must(t, append([]string{"snapshot", "--out", file(name)}, data...)...)
	}
	must(t, append([]string{"score", "--out", file("scores.csv")}, data...)...)
	want := map[string]map[string]string{}
	for _, row := range csvTable(t, file("scores.csv")) {
		want[row["account_id"]] = row
	}
	s, err := startService("serve", "--registry", registry, "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.interrupt()
	post := func(body string) (list []scored) {
		status, answer, err := s.post("/v1/predict?contributions=none", strings.NewReader(body))
		if err != nil || status != http.StatusOK {
			t.Fatalf("status %d, %v: %.400s", status, err, answer)
		}
		var one struct {
			scored
			Results []scored
		}
		if err := json.Unmarshal(answer, &one); err != nil {
			t.Fatal(err)
		}
		if one.Results != nil {
			return one.Results
		}
		return []scored{one.scored}
	}
	read := func(name string) string {
		text, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	ways := map[string][]scored{"list": post(read("in.json")), "columns": post(requestOf(t, csvTable(t, file("in.csv"))))}
	for line := range strings.Lines(read("in.ndjson")) {
		ways["lines"] = append(ways["lines"], post(line)...)
	}
	for way, answers := range ways {
		if len(answers) != len(want) || len(answers) == 0 {
			t.Errorf("%s: %d accounts, %d in the file", way, len(answers), len(want))
		}
		for _, a := range answers {
			row := want[a.AccountID]
			for column, got := range map[string]float64{"health_score": a.HealthScore, "churn_probability": a.ChurnProbability,
				"interval_low": a.Interval.Low, "interval_high": a.Interval.High} {
				if shortest := strconv.FormatFloat(got, 'g', -1, 64); row[column] != shortest {
					t.Errorf("%s, %s: %s is %s over HTTP and %s in the file", way, a.AccountID, column, shortest, row[column])
				}
			}
			if a.Cluster.ID != row["cluster_id"] {
				t.Errorf("%s, %s: cluster %s over HTTP and %s in the file", way, a.AccountID, a.Cluster.ID, row["cluster_id"])
			}
		}
	}
}

// requestOf makes one request of the rows of a file, as the documentation describes: a
// column that begins with milestone: is a milestone, every other one a feature.
func requestOf(t *testing.T, rows []map[string]string) string {
	t.Helper()
	var accounts []map[string]any
	for _, row := range rows {
		values, milestones := map[string]any{}, map[string]string{}
		for column, text := range row {
			milestone, is := strings.CutPrefix(column, "milestone:")
			switch {
			case text == "" || column == "account_id" || column == "as_of" || column == "due_on":
			case is:
				milestones[milestone] = text
			case json.Valid([]byte(text)):
				values[column] = json.RawMessage(text)
			default:
				values[column] = text
			}
		}
		accounts = append(accounts, map[string]any{"account_id": row["account_id"], "as_of": row["as_of"], "features": values, "milestones": milestones})
	}
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(map[string]any{"accounts": accounts}); err != nil {
		t.Fatal(err)
	}
	return body.String()
}
