package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// goldenFile holds answers, scores and explanations of one small world. It was
// written by the program of before the packages were rebuilt, and a change of a
// single bit in any number turns the test red. It rests on the floating-point
// arithmetic of amd64; elsewhere the test is skipped. go test -update rewrites it.
var goldenFile = filepath.Join("testdata", "golden", "numbers.txt")

// golden runs commands on one world and collects what they compute.
type golden struct {
	t        *testing.T
	dir      string
	versions []string
	text     strings.Builder
}

// run runs a command with the clock at present plus days, and returns its
// standard output.
func (g *golden) run(days int, want int, args ...string) string {
	g.t.Helper()
	var stdout, stderr bytes.Buffer
	now := present.AddDate(0, 0, days)
	a := &app{stdout: &stdout, stderr: &stderr, width: 80, now: func() time.Time { return now }}
	if code := a.run(g.t.Context(), args); code != want {
		g.t.Fatalf("%v exited %d, want %d: %s", args, code, want, stderr.String())
	}
	return stdout.String()
}

func (g *golden) path(name string) string { return filepath.Join(g.dir, name) }

// train makes two models of different seeds on the same data.
func (g *golden) train() {
	g.run(0, exitOK, "simulate", "--accounts", "600", "--seed", "5", "--out", g.path("data"))
	for seed := range 2 {
		g.run(seed, exitOK, "train", "--data", g.path("data"), "--registry", g.path("registry"), "--bags", "4", "--no-previous",
			"--seed", fmt.Sprint(seed+1))
	}
	var models []struct{ Version string }
	if err := json.Unmarshal([]byte(g.run(0, exitOK, "models", "--registry", g.path("registry"), "--json")), &models); err != nil {
		g.t.Fatal(err)
	}
	for _, m := range models {
		g.versions = append(g.versions, m.Version)
	}
	g.run(2, exitOK, "promote", g.versions[1], "--registry", g.path("registry"))
}

// score scores the accounts at a date with a model, into a file and a history,
// and writes the numbers of every tenth account and a digest of all.
func (g *golden) score(model int, asOf string) []string {
	file := g.path(fmt.Sprintf("scores-%d-%s.csv", model, asOf))
	g.run(2, exitOK, "score", "--registry", g.path("registry"), "--model", g.versions[model], "--data", g.path("data"),
		"--as-of", asOf, "--contributions", "all", "--out", file, "--history", g.path("history.db"))
	content, err := os.ReadFile(file)
	if err != nil {
		g.t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		g.t.Fatal(err)
	}
	header, keep, digest := records[0], []int{}, sha256.New()
	for j, name := range header {
		if !slices.Contains(wordColumns, name) {
			keep = append(keep, j)
		}
	}
	fmt.Fprintf(&g.text, "== scores of model %d as of %s\n", model, asOf)
	accounts := []string{}
	for i, record := range records[1:] {
		var line strings.Builder
		for _, j := range keep {
			fmt.Fprintf(&line, " %s", record[j])
		}
		fmt.Fprintln(digest, line.String())
		if i%40 == 0 {
			fmt.Fprintln(&g.text, strings.TrimSpace(line.String()))
		}
		accounts = append(accounts, record[0])
	}
	fmt.Fprintf(&g.text, "%d rows, sha256 %x\n", len(accounts), digest.Sum(nil))
	return accounts
}

// wordColumns of a file of scores hold words, or a version.
var wordColumns = []string{"name", "owner", "cluster_name", "top_theme", "top_reason_text", "model", "status", "unseen_levels"}

// explanation is what an explanation computes, without its words.
type explanation struct {
	Change        json.Number
	Verdict       string
	From, To      json.RawMessage
	Noise         json.RawMessage
	NextMilestone json.RawMessage `json:"next_milestone"`
	Second        json.RawMessage
	Bars          []struct {
		Kind, Feature   string
		Points, Shown   json.Number
		LogOdds         json.Number `json:"log_odds"`
		From, To, Peers any
	}
	Reasons []struct {
		Code   string
		Points json.Number
	}
}

// explain writes the explanation of one account.
func (g *golden) explain(account string, args ...string) {
	out := g.run(3, exitOK, append([]string{"explain", "--registry", g.path("registry"), "--account", account, "--json"}, args...)...)
	var e explanation
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		g.t.Fatal(err)
	}
	fmt.Fprintf(&g.text, "== explanation of %s %s\n", account, g.plain(strings.Join(args, " ")))
	fmt.Fprintf(&g.text, "%s %s\n%s\n%s\n%s\n", e.Change, e.Verdict, g.flat(e.From), g.flat(e.To), g.flat(e.Noise))
	fmt.Fprintf(&g.text, "%s\n%s\n", g.flat(e.NextMilestone), g.flat(e.Second))
	for _, b := range e.Bars {
		fmt.Fprintln(&g.text, b.Kind, b.Feature, b.Points, b.Shown, b.LogOdds, b.From, b.To, b.Peers)
	}
	for _, r := range e.Reasons {
		fmt.Fprintln(&g.text, r.Code, r.Points)
	}
}

// plain puts names of the test in place of the folder and of versions, which
// hold a digest of the artifact's bytes.
func (g *golden) plain(text string) string {
	for i, v := range g.versions {
		text = strings.ReplaceAll(text, v, fmt.Sprintf("model-%d", i))
	}
	return strings.ReplaceAll(text, g.dir+string(filepath.Separator), "")
}

// flat writes a JSON value on a line, members sorted, without texts.
func (g *golden) flat(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "-"
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		g.t.Fatal(err)
	}
	return g.plain(flatten(value))
}

// flatten writes a decoded JSON value without its texts.
func flatten(value any) string {
	m, ok := value.(map[string]any)
	if !ok {
		return fmt.Sprint(value)
	}
	names := []string{}
	for name := range m {
		if name != "text" && name != "label" && name != "name" {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s:%s ", name, flatten(m[name]))
	}
	return "{" + strings.TrimSpace(b.String()) + "}"
}

// predict writes the answers of a server to the features of some accounts.
func (g *golden) predict(model int) {
	_, bodies := g.requests()
	s, err := startService("serve", "--registry", g.path("registry"), "--model", g.versions[model], "--listen", "127.0.0.1:0")
	if err != nil {
		g.t.Fatal(err)
	}
	defer s.interrupt()
	for _, body := range bodies {
		status, answer, err := s.post("/v1/predict?contributions=all", strings.NewReader(body))
		if err != nil || status != 200 {
			g.t.Fatalf("status %d: %v: %s", status, err, answer)
		}
		var a map[string]json.RawMessage
		if err := json.Unmarshal(answer, &a); err != nil {
			g.t.Fatal(err)
		}
		fmt.Fprintf(&g.text, "== answer %s %s %s %s %s\n", a["account_id"], a["health_score"], a["churn_probability"], g.flat(a["interval"]), g.flat(a["baseline"]))
		var list []struct {
			Feature, Code   string
			Points, Value   any
			LogOdds, Number json.Number
		}
		for _, member := range []string{"contributions", "reasons", "warnings"} {
			if err := json.Unmarshal(a[member], &list); err != nil {
				g.t.Fatal(err)
			}
			for _, c := range list {
				fmt.Fprintf(&g.text, "%s%s %v %v\n", c.Feature, c.Code, c.Value, c.Points)
			}
		}
	}
}

// requests makes bodies of POST /v1/predict from a file of snapshots.
func (g *golden) requests() ([]string, []string) {
	file := g.path("snapshot.csv")
	g.run(2, exitOK, "snapshot", "--data", g.path("data"), "--as-of", "2025-07-01", "--out", file)
	content, err := os.ReadFile(file)
	if err != nil {
		g.t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		g.t.Fatal(err)
	}
	var ids, bodies []string
	for i, record := range records[1:] {
		if i%67 != 0 {
			continue
		}
		features := map[string]any{}
		for j, name := range records[0] {
			if name == "account_id" || name == "as_of" || name == "due_on" || record[j] == "" || strings.HasPrefix(name, "milestone:") {
				continue
			}
			features[name] = json.RawMessage(record[j])
			if !json.Valid([]byte(record[j])) {
				features[name] = record[j]
			}
		}
		body, err := json.Marshal(map[string]any{"account_id": record[0], "as_of": "2025-07-01", "features": features})
		if err != nil {
			g.t.Fatal(err)
		}
		ids, bodies = append(ids, record[0]), append(bodies, string(body))
	}
	return ids, bodies
}

func TestNumbersAreThoseOfBefore(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("written on amd64")
	}
	g := &golden{t: t, dir: t.TempDir()}
	g.train()
	g.score(0, "2025-03-01")
	g.score(0, "2025-04-01")
	accounts := g.score(1, "2025-07-01")
	for i := 0; i < len(accounts); i += 53 {
		g.explain(accounts[i], "--history", g.path("history.db"), "--to", "2025-07-01")
		g.explain(accounts[i], "--data", g.path("data"), "--model", g.versions[0], "--from", "2025-02-01", "--to", "2025-07-01")
		for _, reference := range []string{"cluster", "renewed_peers"} {
			g.explain(accounts[i], "--history", g.path("history.db"), "--to", "2025-07-01", "--reference", reference)
		}
	}
	g.predict(1)
	got := g.plain(g.text.String())
	if *update {
		if err := os.WriteFile(goldenFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			t.Fatalf("line %d of %s (%d lines, now %d) differs:\n%s\nwas\n%s", i+1, goldenFile, len(b), len(a), a[i], b[min(i, len(b)-1)])
		}
	}
	t.Fatalf("%d lines, was %d", len(a), len(b))
}
