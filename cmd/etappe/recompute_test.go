package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/models/artifact"
)

// An outsider's program in another language, train/benchmark/recompute.py, computes
// from raw events and the stored model what score writes, to 1e-9: the pages
// features.md and recompute.md are complete and true.
func TestDocsPageRecomputesScores(t *testing.T) {
	needTool(t, "python3")
	demo, folder := theDemo(t).dir, t.TempDir()
	for _, name := range []string{"accounts", "events", "renewals", "milestones"} {
		toCSV(t, filepath.Join(demo, "data", name+".parquet"), filepath.Join(folder, name+".csv"))
	}
	registry := filepath.Join(demo, "registry")
	r, err := artifact.OpenRegistry(registry)
	if err != nil {
		t.Fatal(err)
	}
	_, entry, err := r.Champion()
	if err != nil {
		t.Fatal(err)
	}
	snapshot, scores := filepath.Join(folder, "snapshot.csv"), filepath.Join(folder, "scores.csv")
	const asOf = "2025-03-11"
	must(t, "snapshot", "--data", filepath.Join(demo, "data"), "--as-of", asOf, "--registry", registry, "--out", snapshot)
	must(t, "score", "--data", filepath.Join(demo, "data"), "--as-of", asOf, "--registry", registry, "--contributions", "all", "--out", scores)
	recompute := func() (string, error) {
		out, err := exec.CommandContext(t.Context(), "python3", filepath.Join("..", "..", "train", "benchmark", "recompute.py"),
			"--artifact", filepath.Join(registry, "artifacts", entry.Version), "--data", folder, "--as-of", asOf,
			"--snapshot", snapshot, "--scores", scores).CombinedOutput()
		return string(out), err
	}
	out, err := recompute()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(out)
	nudge(t, scores, "health_score")
	if out, err := recompute(); !errors.As(err, new(*exec.ExitError)) {
		t.Errorf("a score that is off by a millionth passes: %v\n%s", err, out)
	}
}

// toCSV writes a Parquet file as CSV.
func toCSV(t *testing.T, from, to string) {
	t.Helper()
	r, err := columnar.Open(from, "")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	err = columnar.WriteBlocks(to, func() ([]columnar.Column, error) {
		block, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		var columns []columnar.Column
		for j, name := range r.Columns() {
			columns = append(columns, columnOf(name, &block.Vectors[j], block.Rows))
		}
		return columns, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func columnOf(name string, v *columnar.Vector, rows int) columnar.Column {
	c := columnar.Column{Name: name}
	for i := range rows {
		switch {
		case v.Kind == columnar.Float:
			c.Numbers = append(c.Numbers, v.Floats[i])
		case v.Kind == columnar.Time && v.Missing(i):
			c.Times = append(c.Times, time.Time{})
		case v.Kind == columnar.Time:
			c.Times = append(c.Times, time.UnixMicro(v.Ints[i]).UTC())
		case v.Missing(i):
			c.Strings = append(c.Strings, "")
		case v.Kind != columnar.Text:
			c.Strings = append(c.Strings, strconv.FormatInt(v.Ints[i], 10))
		case v.Coded():
			c.Strings = append(c.Strings, v.Dict[v.Codes[i]])
		default:
			c.Strings = append(c.Strings, v.Strings[i])
		}
	}
	return c
}

// nudge adds a millionth to a column's value in the first row of a CSV file.
func nudge(t *testing.T, path, column string) {
	t.Helper()
	rows := csvTable(t, path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v := parsed(t, rows[0][column])
	other := []byte(strings.Replace(string(text), rows[0][column], strconv.FormatFloat(v+1e-6, 'g', -1, 64), 1))
	if err := os.WriteFile(path, other, 0o644); err != nil {
		t.Fatal(err)
	}
}
