package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/etappe/etappe/models/artifact"
)

// From the file of train --oof alone, by arithmetic of a few lines, anybody gets
// the figures of the report's table, of the whole and of every cluster.
func TestReportFollowsFromOutOfFoldFile(t *testing.T) {
	folder := t.TempDir()
	table := filepath.Join(folder, "t.csv")
	writePlans(t, table, 260)
	quick := filepath.Join(folder, "quick.yaml")
	if err := os.WriteFile(quick, []byte("train: {bags: 2, max_clusters: 2}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind, slice string
		columns     []string
		args        []string
	}{
		"tables": {artifact.TestOutOfTime, "out_of_time", []string{"account_id", "renewal", "as_of", "due_on", "lead_days"},
			[]string{"--data", filepath.Join(theDemo(t).dir, "data")}},
		"feature table": {artifact.TestFolds, "fold 3", []string{"account_id", "row"},
			[]string{"--table", table, "--target", "y", "--positive", "1", "--id", "id"}},
	} {
		t.Run(name, func(t *testing.T) {
			oof := filepath.Join(folder, c.kind+".csv")
			args := slices.Concat([]string{"train", "--registry", t.TempDir(), "--config", quick, "--json", "--oof", oof}, c.args)
			_, stdout, stderr := etappe(t, args...) // whether the gate lets the model through does not matter
			var report artifact.Report
			if err := json.Unmarshal([]byte(stdout), &report); err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			rows := csvTable(t, oof)
			if report.Test.Kind != c.kind || len(rows) != report.Segments[0].Rows || !slices.ContainsFunc(rows, func(r map[string]string) bool { return r["slice"] == c.slice }) {
				t.Fatalf("%d rows like %v, test %+v of %d", len(rows), rows[0], report.Test, report.Segments[0].Rows)
			}
			absent := []string{"row"}
			if c.kind == artifact.TestFolds {
				absent = []string{"renewal", "as_of", "due_on", "lead_days"}
			}
			holdsJudged(t, rows[0], absent...)
			for _, column := range c.columns {
				if rows[0][column] == "" {
					t.Errorf("no column %s: %v", column, rows[0])
				}
			}
			for _, s := range report.Segments {
				compareSegment(t, rows, s)
			}
		})
	}
}

// compareSegment recomputes a segment's table from the rows of its cluster.
func compareSegment(t *testing.T, rows []map[string]string, s artifact.Segment) {
	t.Helper()
	var part []map[string]string
	perRenewal := map[string]float64{}
	for _, r := range rows {
		if s.Name == "all" || r["cluster_id"] == s.Name {
			part = append(part, r)
			perRenewal[r["account_id"]+r["due_on"]+r["row"]]++
		}
	}
	if len(part) != s.Rows || len(perRenewal) != s.Renewals {
		t.Errorf("%s: %d rows of %d renewals, want %d of %d", s.Name, len(part), len(perRenewal), s.Rows, s.Renewals)
	}
	for _, v := range s.Variants {
		p, y, w := make([]float64, len(part)), make([]bool, len(part)), make([]float64, len(part))
		for i, r := range part {
			p[i], y[i] = parsed(t, r[v.Name]), r["churned"] == "1"
			w[i] = 1 / perRenewal[r["account_id"]+r["due_on"]+r["row"]]
			if s.Name == "all" && w[i] != parsed(t, r["weight"]) {
				t.Fatalf("row %d has weight %s, want %v", i, r["weight"], w[i])
			}
		}
		auc, loss := recomputed(p, y, w)
		if math.Abs(auc-v.Metrics.AUC) > 1e-12 || math.Abs(loss-v.Metrics.LogLoss) > 1e-12 {
			t.Errorf("%s, %s: AUC %v and log-loss %v from the file, the report has %v and %v", s.Name, v.Name, auc, loss, v.Metrics.AUC, v.Metrics.LogLoss)
		}
	}
}

// recomputed is AUC by all pairs and log-loss by its definition.
func recomputed(p []float64, y []bool, w []float64) (auc, loss float64) {
	pairs, total := 0.0, 0.0
	for i := range p {
		total += w[i]
		if !y[i] {
			loss -= w[i] * math.Log1p(-p[i])
			continue
		}
		loss -= w[i] * math.Log(p[i])
		for j := range p {
			if y[j] {
				continue
			}
			pairs += w[i] * w[j]
			switch {
			case p[i] > p[j]:
				auc += w[i] * w[j]
			case p[i] == p[j]:
				auc += w[i] * w[j] / 2
			}
		}
	}
	return auc / pairs, loss / total
}

func parsed(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// writePlans writes a feature table without dates in which one number goes with the
// outcome.
func writePlans(t *testing.T, path string, rows int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	text := "id,x,plan,y\n"
	for i := range rows {
		x, y := rng.Float64(), 0
		if rng.Float64() < 0.1+0.7*x {
			y = 1
		}
		text += fmt.Sprintf("a%d,%.3f,%c,%d\n", i+1, x, "pqr"[rng.IntN(3)], y)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
