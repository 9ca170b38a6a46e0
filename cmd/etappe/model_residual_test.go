package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/reading"
)

// entangled draws rows of six features, of which four act only together.
func entangled(rows int) *models.Sample {
	rng := rand.New(rand.NewPCG(1, 6))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, 6)}}
	for j := range s.Columns {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("x%d", j+1)})
	}
	for range rows {
		high, z := 0, -1.5
		for j := range s.Columns {
			x := rng.NormFloat64()
			s.Columns[j] = append(s.Columns[j], x)
			switch {
			case j < 4 && x > 0:
				high++
			case j == 4:
				z += 0.5 * x
			}
		}
		if high%4 == 0 { // none or all
			z += 4
		}
		s.Churned = append(s.Churned, rng.Float64() < models.Sigmoid(z))
	}
	return s
}

// newEntangledDesk is a desk whose champion has a residual.
func newEntangledDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t, filepath.Join(t.TempDir(), "t.csv"), filepath.Join(t.TempDir(), "r")}
	s := entangled(2000)
	var text bytes.Buffer
	text.WriteString("id,x1,x2,x3,x4,x5,x6,y\n")
	for i, churned := range s.Churned[:300] {
		fmt.Fprintf(&text, "a%d", i)
		for j := range s.Columns {
			fmt.Fprintf(&text, ",%v", s.Columns[j][i])
		}
		fmt.Fprintf(&text, ",%v\n", churned)
	}
	config := filepath.Join(t.TempDir(), "etappe.yaml")
	if err := errors.Join(os.WriteFile(d.table, text.Bytes(), 0o644), os.WriteFile(config, []byte("train: {max_clusters: 1}\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	a := &app{stdout: io.Discard, stderr: io.Discard, width: 80, now: func() time.Time { return present }}
	// What this small table teaches need not pass the gate: it is the frame for the model below.
	if code := a.run(t.Context(), append(d.judged("train"), "--registry", d.registry, "--bags", "2", "--config", config)); code != exitOK && code != exitGate {
		t.Fatalf("train exited %d", code)
	}
	registry, err := artifact.OpenRegistry(d.registry)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := registry.List()
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	stored, _ := d.load(entries[0].Version)
	// More rows and less patience than a whole training run has.
	m, err := boost.Trainer{Bags: 2, Rounds: 30, Bins: 8, Sets: 1, Residual: 60}.Fit(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	stored.Churn = m.(*additive.Model)
	added, err := registry.Add(stored, entries[0].TrainedAt, "with a residual")
	if err != nil {
		t.Fatal(err)
	}
	if err := registry.Promote(added.Version, present); err != nil {
		t.Fatal(err)
	}
	return d
}

// judged names the labelled table.
func (d *desk) judged(command ...string) []string {
	return append(command, "--table", d.table, "--target", "y", "--positive", "true", "--id", "id")
}

// A residual is told in words, by its features, and can be taken out; a removed
// feature that is in it is said to be.
func TestResidualIsShownAndRemoved(t *testing.T) {
	d := newEntangledDesk(t)
	champion, _ := d.load("champion")
	view, ok := champion.Churn.Residual()
	if !ok || len(view.Fields) < 4 {
		t.Fatalf("no residual to show: %+v", view)
	}
	if top := slices.Sorted(slices.Values(view.Fields[:4])); !slices.Equal(top, []string{"x1", "x2", "x3", "x4"}) {
		t.Fatalf("the features of the residual are %v", view.Fields)
	}

	shown, _ := d.run(exitOK, "model", "show", "--registry", d.registry)
	for _, want := range []string{"Interactions: log-loss (nats) as training found it out of fold\n", "1 single features", "6 residual", " trees ",
		fmt.Sprintf("What is left to trees, the residual: %s %.3f, %s ", view.Fields[0], view.Importance[0], view.Fields[1]), reading.ResidualText} {
		if !strings.Contains(shown, want) {
			t.Errorf("show lacks %q:\n%s", want, shown)
		}
	}
	one, _ := d.run(exitOK, "model", "show", "residual", "--registry", d.registry)
	at := -1
	for _, name := range view.Fields { // strongest first
		next := strings.Index(one, "\n "+name+" ")
		if next <= at {
			t.Errorf("%s is not in its place:\n%s", name, one)
		}
		at = next
	}
	d.run(exitUsage, "model", "show", "residual", "--svg", filepath.Join(t.TempDir(), "r.svg"), "--registry", d.registry)

	shown, _ = d.run(exitOK, "model", "show", "--json", "--registry", d.registry)
	var p reading.Inventory
	if err := json.Unmarshal([]byte(shown), &p); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Orders, champion.Churn.Orders()) || p.Residual == nil || p.Residual.Features[0].Importance.LogOdds != view.Importance[0] {
		t.Errorf("the JSON says %+v and %+v", p.Orders, p.Residual)
	}

	_, said := d.run(exitOK, "model", "edit", "--registry", d.registry, "--by", "Ada", "--reason", "x", "--remove", "x1")
	if !strings.Contains(said, "x1 still acts through the residual") {
		t.Errorf("removing x1 says %s", said)
	}
	version := d.edit(d.judged("--remove", "residual")...)
	edited, _ := d.load(version)
	if _, still := edited.Churn.Residual(); still || edited.Edits[0].Term != "residual" || len(edited.Churn.Terms()) != len(champion.Churn.Terms()) {
		t.Errorf("the residual is still there (%v), %+v", still, edited.Edits)
	}
	if _, said = d.run(exitGate, "promote", "--registry", d.registry, version); !strings.Contains(said, "worth its edits") {
		t.Errorf("the gate says %s", said)
	}
	again := []string{"--registry", d.registry, "--model", version}
	shown, _ = d.run(exitOK, append([]string{"model", "show"}, again...)...)
	if !strings.Contains(shown, "out of fold, before it was edited by hand\n") || strings.Contains(shown, "What is left to trees") {
		t.Errorf("without the residual, show says\n%s", shown)
	}
	_, said = d.run(exitUsage, append([]string{"model", "show", "residual"}, again...)...)
	if !strings.Contains(said, "has no residual") {
		t.Errorf("show of what is gone says %s", said)
	}
	if _, said = d.run(exitUsage, append([]string{"model", "edit", "--by", "Ada", "--reason", "x", "--remove", "residual"}, again...)...); !strings.Contains(said, "has no residual") {
		t.Errorf("removing it twice says %s", said)
	}
	if _, said = d.run(exitUsage, "model", "edit", "--registry", d.registry, "--by", "Ada", "--reason", "x", "--set", "residual", "--from", d.table); !strings.Contains(said, "no table of values") {
		t.Errorf("setting it says %s", said)
	}
}
