package main

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/serve/score"
)

// storedScores reads columns of the demo's file of scores, by account.
func storedScores(t *testing.T, d *demoRun, columns ...string) map[string][]float64 {
	t.Helper()
	stored, err := datasets.ReadTable(t.Context(), filepath.Join(d.dir, "scores", "scores-2025-07-01.parquet"),
		datasets.TableOptions{ID: "account_id", Numeric: columns})
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string][]float64)
	for i, id := range stored.IDs {
		for j := range stored.Columns {
			rows[id] = append(rows[id], stored.Columns[slices.Index(columns, stored.Columns[j].Name)].Numbers[i])
		}
	}
	return rows
}

// The request that the demo writes, posted to the champion that it serves,
// gives the score that it stored: features by file and by HTTP are the same.
func TestServedAnswerIsTheStoredScore(t *testing.T) {
	d := theDemo(t)
	if d.status != 200 {
		t.Fatalf("status %d: %s", d.status, d.answer)
	}
	var a score.Answer
	if err := json.Unmarshal(d.answer, &a); err != nil {
		t.Fatal(err)
	}
	stored, ok := storedScores(t, d, "health_score", "churn_probability")[d.account]
	if !ok || a.AccountID != d.account || a.AsOf != "2025-07-01" {
		t.Fatalf("account %q at %s, asked for %q, stored %v", a.AccountID, a.AsOf, d.account, ok)
	}
	if math.Abs(a.HealthScore-stored[0]) > 1e-6 || math.Abs(a.ChurnProbability-stored[1]) > 1e-6 {
		t.Errorf("served health %v, churn %v; stored %v", a.HealthScore, a.ChurnProbability, stored)
	}
	points, logOdds, milestones := a.Baseline.Points, a.Baseline.LogOdds, 0
	for _, c := range a.Contributions {
		points += c.Points
		logOdds += c.LogOdds
		if strings.HasPrefix(c.Feature, "milestone:") {
			milestones++
			stored := storedScores(t, d, "points:"+c.Feature)[d.account]
			if math.Abs(stored[0]-c.Points) > 1e-6 {
				t.Errorf("%s: served %v points, stored %v", c.Feature, c.Points, stored[0])
			}
		}
	}
	if milestones == 0 {
		t.Error("the path was not measured")
	}
	if math.Abs(points-a.HealthScore) > 1e-9 {
		t.Errorf("baseline and contributions sum to %v points, health is %v", points, a.HealthScore)
	}
	if p := a.ChurnProbability; math.Abs(logOdds-math.Log(p/(1-p))) > 1e-9 {
		t.Errorf("baseline and contributions sum to %v log-odds, p is %v", logOdds, p)
	}
}

// The milestones of the request carry the days on which they were reached.
func TestDemoRequestNamesTheDaysOfMilestones(t *testing.T) {
	d := theDemo(t)
	var request struct{ Milestones map[string]string }
	if err := json.Unmarshal(d.request, &request); err != nil {
		t.Fatal(err)
	}
	tables, err := datasets.Read(t.Context(), filepath.Join(d.dir, "data"), datasets.Sources{}, datasets.Options{Now: present})
	if err != nil {
		t.Fatal(err)
	}
	account := tables.AccountIndex()[d.account]
	reached := map[string]string{}
	for _, m := range tables.Milestones {
		known := m.IngestedAt.Format(time.DateOnly) < "2025-07-01" && m.ReachedAt.Format(time.DateOnly) < "2025-07-01"
		if m.Account == account && known {
			day := m.ReachedAt.Format(time.DateOnly)
			if first, ok := reached[m.Name]; !ok || day < first { // a repeated one has steps of its own
				reached[m.Name] = day
			}
		}
	}
	if len(reached) == 0 {
		t.Fatal("the account reached no milestone")
	}
	for name, date := range reached {
		if request.Milestones[name] != date {
			t.Errorf("%s: requested with %q, reached on %s", name, request.Milestones[name], date)
		}
	}
}

var amount = regexp.MustCompile(`([+−]\d+\.\d|\b0\.0)\s`)

// points reads a number as it is shown.
func points(t *testing.T, text string) int {
	t.Helper()
	x, err := strconv.ParseFloat(strings.NewReplacer("−", "-", "+", "").Replace(text), 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(math.Round(10 * x))
}

// What is shown adds up in tenths: the sentence, the themes to the difference
// of the two scores, the entries to their theme; reasons show the same numbers.
func TestExplanationAsTextAddsUp(t *testing.T) {
	d := theDemo(t)
	var stdout, stderr bytes.Buffer
	a := &app{stdout: &stdout, stderr: &stderr, width: 100, now: func() time.Time { return present }}
	code := a.run(t.Context(), []string{"explain", "--registry", filepath.Join(d.dir, "registry"), "--data", filepath.Join(d.dir, "data"),
		"--account", d.account, "--from", "2025-04-01", "--to", "2025-07-01"})
	if code != exitOK {
		t.Fatalf("exited %d: %s", code, stderr.String())
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	m := regexp.MustCompile(`^Health fell from (\d+\.\d) to (\d+\.\d) \((−\d+\.\d)\)`).FindStringSubmatch(lines[0])
	if m == nil {
		t.Fatalf("no sentence: %s", lines[0])
	}
	change := points(t, m[3])
	if points(t, m[2])-points(t, m[1]) != change {
		t.Errorf("the sentence does not add up: %s", lines[0])
	}
	first := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "Health 2025-04-01") })
	last := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, "Health 2025-07-01") })
	if first < 0 || last < first {
		t.Fatalf("no waterfall:\n%s", stdout.String())
	}
	total, theme, entries := 0, 0, 0
	closeTheme := func(line int) {
		if entries != theme && entries != 0 {
			t.Errorf("entries sum to %d tenths, their theme is %d, above line %q", entries, theme, lines[line])
		}
	}
	for i := first + 1; i < last; i++ {
		found := amount.FindAllStringSubmatch(lines[i]+" ", -1)
		if found == nil {
			t.Fatalf("no amount in %q", lines[i])
		}
		p := points(t, found[len(found)-1][1])
		if strings.HasPrefix(lines[i], "  ") {
			entries += p
			continue
		}
		closeTheme(i)
		theme, entries, total = p, 0, total+p
	}
	closeTheme(last)
	if total != change {
		t.Errorf("themes sum to %d tenths, the score moved by %d:\n%s", total, change, stdout.String())
	}
	if strings.Contains(lines[0], "normal variation") {
		return // and no reason is ranked
	}
	reason := strings.Fields(lines[2])[0]
	if !strings.Contains(lines[0], reason) {
		t.Errorf("the strongest reason shows %s, the sentence another number:\n%s\n%s", reason, lines[0], lines[2])
	}
}
