package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets/world"
	"github.com/etappe/etappe/features"
)

// featureRows are the rows of features.md that begin with a feature, by its name.
func featureRows(text string) map[string][]string {
	rows := map[string][]string{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		name := strings.Trim(strings.TrimSpace(cells[0]), "`")
		if len(cells) >= 4 && strings.HasPrefix(line, "| `") {
			rows[name] = cells[1:]
		}
	}
	return rows
}

// Every feature that the program makes of a world with every kind of event has
// its row, with its unit and its window; no row is of a feature that is not made.
func TestEveryFeatureIsExplained(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docsFolder, "features.md"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.Simulate(context.Background(), world.Config{Accounts: 200, Seed: 7, Difference: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := features.NewCatalog(context.Background(), w.Tables, features.Config{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	rows, made := featureRows(string(text)), map[string]bool{}
	for i := range catalog.Definitions {
		d := &catalog.Definitions[i]
		name := d.Name
		switch {
		case d.Type != "" && strings.HasPrefix(name, d.Type+"."):
			name = "TYPE" + strings.TrimPrefix(name, d.Type)
		case d.Attribute == name:
			name = "ATTRIBUTE"
		}
		made[name] = true
		row, ok := rows[name]
		if !ok {
			t.Errorf("features.md has no row for %s (%s)", d.Name, name)
			continue
		}
		if unit := strings.TrimSpace(row[0]); unit != "its own" && unit != d.Unit {
			t.Errorf("features.md gives %s the unit %q, the program %q", name, unit, d.Unit)
		}
		if all := strings.Join(row, " "); d.Window > 0 && !strings.Contains(all, strconv.Itoa(d.Window)) {
			t.Errorf("features.md does not give the window of %s, %d days: %s", name, d.Window, all)
		}
	}
	for name := range rows {
		if !made[name] {
			t.Errorf("features.md explains %s, which is not made", name)
		}
	}
}
