package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// sharedData returns a file or folder of ../shared/data beside the repository,
// or skips.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	return shared(t, filepath.Join("data", name))
}

// shared returns a file or folder of ../shared beside the repository, or skips.
func shared(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("../shared/%s is absent", name)
	}
	return path
}

// etappe runs a command in this process.
func etappe(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, diagnostics bytes.Buffer
	a := &app{stdout: &out, stderr: &diagnostics, width: 80, now: func() time.Time { return present }}
	code = a.run(t.Context(), args)
	return code, out.String(), diagnostics.String()
}

// must runs a command that has to succeed.
func must(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	code, stdout, stderr := etappe(t, args...)
	if code != exitOK {
		t.Fatalf("etappe %s exited %d\n%s", strings.Join(args, " "), code, stderr)
	}
	return stdout, stderr
}

// Another project's CSV files become a served, explained score by
// configuration alone. Their signal is weak: whether the gate lets the model
// through is not asked here, only that the exit code and the registry say the
// same as the report.
func TestFightchurnFromFilesToAnswers(t *testing.T) {
	data := sharedData(t, "fightchurn")
	if raceDetector {
		t.Skip("the same numbers without the race detector")
	}
	dir := t.TempDir()
	registry, snapshots := filepath.Join(dir, "registry"), filepath.Join(dir, "snapshots.csv")
	own := []string{"--data", data, "--config", filepath.Join("testdata", "fightchurn", "etappe.yaml")}
	with := func(command string, args ...string) []string { return slices.Concat([]string{command}, own, args) }

	stdout, _ := must(t, with("validate", "--json")...)
	var ready struct{ Accounts int }
	if err := json.Unmarshal([]byte(stdout), &ready); err != nil || ready.Accounts != 1099 {
		t.Errorf("%d accounts, want 1,099 (%v)", ready.Accounts, err)
	}

	code, stdout, stderr := etappe(t, with("train", "--registry", registry, "--promote", "--json")...)
	version := storedVersion(t, stderr)
	checkGate(t, code, stdout, registry)

	const asOf = "2023-11-01"
	model := []string{"--registry", registry, "--model", version}
	scores := filepath.Join(dir, "scores.csv")
	must(t, with("score", append(model, "--as-of", asOf, "--out", scores, "--contributions", "all")...)...)
	must(t, with("snapshot", "--as-of", asOf, "--out", snapshots)...)
	stored := csvTable(t, scores)
	account := stored[len(stored)/2]["account_id"]

	stdout, _ = must(t, with("explain", append(model, "--account", account, "--from", "2023-10-01", "--to", asOf, "--json")...)...)
	var e explain.Explanation
	if err := json.Unmarshal([]byte(stdout), &e); err != nil || e.AccountID != account || e.To.AsOf != asOf {
		t.Errorf("explained %q at %s: %v", e.AccountID, e.To.AsOf, err)
	}
	checkServedScore(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, model...), asOf, csvTable(t, snapshots), stored, account)
}

// storedVersion finds the version that train stored.
func storedVersion(t *testing.T, stderr string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^stored (\S+) in `).FindStringSubmatch(stderr)
	if m == nil {
		t.Fatalf("nothing was stored:\n%s", stderr)
	}
	return m[1]
}

// checkGate wants exit code and champion to follow from the report's checks.
func checkGate(t *testing.T, code int, report, registry string) {
	t.Helper()
	var r struct {
		Gate []struct {
			Name   string
			Passed bool
			Detail string
		}
	}
	if err := json.Unmarshal([]byte(report), &r); err != nil || len(r.Gate) == 0 {
		t.Fatalf("no report: %v", err)
	}
	want := exitOK
	for _, c := range r.Gate {
		t.Logf("%s: %v, %s", c.Name, c.Passed, c.Detail)
		if !c.Passed {
			want = exitGate
		}
	}
	if code != want {
		t.Errorf("exited %d, want %d", code, want)
	}
	if _, err := os.Stat(filepath.Join(registry, "champion.json")); (err == nil) != (want == exitOK) {
		t.Errorf("exit code %d, and the champion: %v", code, err)
	}
}

// checkServedScore posts an account's features and wants the stored score.
func checkServedScore(t *testing.T, command []string, asOf string, snapshots, stored []map[string]string, account string) {
	t.Helper()
	of := func(rows []map[string]string) map[string]string {
		return rows[slices.IndexFunc(rows, func(r map[string]string) bool { return r["account_id"] == account })]
	}
	values := map[string]any{}
	for name, text := range of(snapshots) {
		x, err := strconv.ParseFloat(text, 64)
		switch {
		case name == "account_id" || name == "as_of" || name == "due_on" || text == "":
		case err == nil:
			values[name] = x
		default:
			values[name] = text
		}
	}
	body, err := json.Marshal(map[string]any{"account_id": account, "as_of": asOf, "features": values})
	if err != nil {
		t.Fatal(err)
	}
	s, err := startService(command...)
	if err != nil {
		t.Fatal(err)
	}
	status, answer, err := s.post("/v1/predict", bytes.NewReader(body))
	if code := s.interrupt(); err != nil || status != 200 || code != exitOK {
		t.Fatalf("status %d, exit code %d, %v: %s", status, code, err, answer)
	}
	var a score.Answer
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatal(err)
	}
	row := of(stored)
	for name, served := range map[string]float64{"health_score": a.HealthScore, "churn_probability": a.ChurnProbability} {
		if x, err := strconv.ParseFloat(row[name], 64); err != nil || math.Abs(x-served) > 1e-6 {
			t.Errorf("%s: served %v, stored %s", name, served, row[name])
		}
	}
	if a.Cluster.ID != row["cluster_id"] || a.Band != row["band"] {
		t.Errorf("served %s and %s, stored %s and %s", a.Cluster.ID, a.Band, row["cluster_id"], row["band"])
	}
	checkRowSums(t, stored)
}

// checkRowSums wants baseline and contributions of every row to sum to health.
func checkRowSums(t *testing.T, stored []map[string]string) {
	t.Helper()
	for _, row := range stored {
		total := 0.0
		for name, text := range row {
			if name == "baseline_points" || strings.HasPrefix(name, "points:") {
				x, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatal(err)
				}
				total += x
			}
		}
		if health, err := strconv.ParseFloat(row["health_score"], 64); err != nil || math.Abs(total-health) > 1e-9 {
			t.Fatalf("account %s: the columns sum to %v, health is %s", row["account_id"], total, row["health_score"])
		}
	}
}

// csvTable reads a file that etappe wrote, each row by column.
func csvTable(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("%s: %d records, %v", path, len(records), err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for j, name := range records[0] {
			row[name] = record[j]
		}
		rows = append(rows, row)
	}
	return rows
}

// evaluation is what evaluate prints, as its users were promised it.
type evaluation struct {
	Rows     int
	Variants []variant
}

// figures are the measures of a variant, or of one of its folds; nil: absent.
type figures struct {
	AUC, Brier *float64
	LogLoss    *float64 `json:"log_loss"`
}

func (f figures) complete() bool { return f.AUC != nil && f.Brier != nil && f.LogLoss != nil }

type variant struct {
	Name string
	figures
	Seconds *float64
	Slope   *float64 `json:"calibration_slope"`
	Folds   []struct {
		Fold, Rows *int
		figures
	}
}

// On both public tables, with their folds, etappe is ahead of a regularised
// logistic regression.
func TestEvaluateAheadOfLogistic(t *testing.T) {
	if raceDetector {
		t.Skip("the same numbers without the race detector")
	}
	quick := filepath.Join(t.TempDir(), "etappe.yaml")
	if err := os.WriteFile(quick, []byte("train: {bags: 2, max_clusters: 1}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, rows := range map[string]int{"telco_ibm": 7043, "mlc_churn": 5000} {
		t.Run(name, func(t *testing.T) {
			table, folds := sharedData(t, name+".csv"), sharedData(t, name+"_folds.csv")
			oof := filepath.Join(t.TempDir(), "oof.csv")
			stdout, _ := must(t, "evaluate", "--table", table, "--target", "y", "--positive", "1",
				"--folds", folds, "--config", quick, "--json", "--oof", oof)
			var e evaluation
			if err := json.Unmarshal([]byte(stdout), &e); err != nil {
				t.Fatal(err)
			}
			if e.Rows != rows {
				t.Errorf("%d rows, want %d", e.Rows, rows)
			}
			checkVariants(t, &e)
			own, logistic := e.Variants[0], e.Variants[slices.IndexFunc(e.Variants, func(v variant) bool { return v.Name == "logistic" })]
			t.Logf("AUC %.4f, logistic %.4f; log-loss %.4f, logistic %.4f", *own.AUC, *logistic.AUC, *own.LogLoss, *logistic.LogLoss)
			if *own.AUC <= *logistic.AUC || *own.LogLoss >= *logistic.LogLoss {
				t.Error("etappe is not ahead of logistic regression")
			}
			out := csvTable(t, oof)
			if len(out) != rows || out[0]["row"] != "0" || out[0]["fold"] == "" || out[0]["etappe"] == "" || out[0]["golearn_trees"] == "" {
				t.Errorf("%d out-of-fold rows, the first %v", len(out), out[0])
			}
		})
	}
}

// slopeless are the variants whose log-odds may be too flat for a slope.
var slopeless = []string{"majority", "scorecard"}

// checkVariants wants every promised variant with every promised figure.
func checkVariants(t *testing.T, e *evaluation) {
	t.Helper()
	var names []string
	for _, v := range e.Variants {
		names = append(names, v.Name)
		if !v.complete() || v.Seconds == nil || len(v.Folds) != 5 || v.Slope == nil && !slices.Contains(slopeless, v.Name) {
			t.Errorf("%s lacks a figure: %+v", v.Name, v)
		}
		rows := 0
		for _, f := range v.Folds {
			if f.Fold == nil || f.Rows == nil || !f.complete() {
				t.Fatalf("%s: a fold lacks a figure", v.Name)
			}
			rows += *f.Rows
		}
		if rows != e.Rows {
			t.Errorf("%s: %d rows in its folds", v.Name, rows)
		}
	}
	if names[0] != "etappe" {
		t.Errorf("etappe does not come first: %v", names)
	}
	for _, name := range []string{"majority", "logistic", "golearn_trees", "global", "separate"} {
		if !slices.Contains(names, name) {
			t.Errorf("no variant %s among %v", name, names)
		}
	}
}
