package terminal

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/features/catalog"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/reading"
	"github.com/etappe/etappe/serve/text"
)

// update rewrites the golden files.
var update = flag.Bool("update", false, "rewrite the golden files")

// made is a term over axes with values by formula of the bins.
func made(axes []additive.Axis, value func(bins []int) float64) additive.Term {
	t := additive.Term{Axes: axes}
	cells := 1
	var sizes []int
	for _, a := range axes {
		t.Fields = append(t.Fields, a.Field)
		sizes = append(sizes, max(len(a.Levels), len(a.Cuts)+2))
		cells *= sizes[len(sizes)-1]
	}
	for c := range cells {
		bins := make([]int, len(sizes))
		for i, rest := len(sizes)-1, c; i >= 0; i-- {
			bins[i], rest = rest%sizes[i], rest/sizes[i]
		}
		weight := 1 + float64(c%7)
		if bins[0] == 0 || axes[0].Levels != nil && bins[0] == sizes[0]-1 {
			weight = 0.5
		}
		t.Value = append(t.Value, value(bins))
		t.Error = append(t.Error, 0.01+0.002*float64(c%11))
		t.Band = append(t.Band, 2*t.Error[c])
		t.Weight = append(t.Weight, weight)
	}
	for c, v := range t.Value {
		t.Importance += math.Abs(v) * t.Weight[c] / 100
	}
	return t
}

// example is a made-up model with terms of every kind, one of which differs in
// a cluster.
func example() *reading.Reading {
	seats := additive.Axis{Field: "seats"}
	for i := range 20 {
		seats.Cuts = append(seats.Cuts, math.Round(math.Pow(1.45, float64(i+1)))+0.5)
	}
	seats.Cuts = slices.Compact(seats.Cuts)
	trend := additive.Axis{Field: "trend", Cuts: []float64{-1, -0.5, -0.2, 0, 0.2, 0.5, 1}}
	plan := additive.Axis{Field: "plan", Levels: [][]string{nil, {"basic"}, {"pro"}, {"trial", "legacy"}, nil}}
	falling := func(b []int) float64 { return 0.6 - 0.07*float64(b[0]) }
	r := &reading.Reading{
		Artifact: &artifact.Artifact{Names: []string{"reporting", "automation"}, Catalog: &catalog.Catalog{Definitions: []catalog.Definition{
			{Name: "seats", Unit: "users", Measure: catalog.MeasureAttribute, Attribute: "seats", Names: map[string]string{"en": "seats under contract"}}, {Name: "trend", Unit: "log ratio", Attribute: "trend"}, {Name: "plan", Attribute: "plan"}}}},
		Label: text.English.Label, Version: "table-0123456789", IDs: []string{"c1", "c2"}, Lambda: []float64{0.8, 0.5}, PerUnit: -7.2}
	r.Terms = []additive.Term{
		made([]additive.Axis{seats}, falling),
		made([]additive.Axis{plan}, func(b []int) float64 { return []float64{0.02, -0.3, 0.12, 0.25, 0}[b[0]] }),
		made([]additive.Axis{trend, seats}, func(b []int) float64 { return 0.01 * float64((b[0]-4)*(b[1]-8)) }),
		made([]additive.Axis{trend, seats, plan}, func(b []int) float64 { return 0.004 * float64((b[0]-4)*(b[1]-8)*(b[2]-2)) }),
	}
	own := made([]additive.Axis{seats}, func(b []int) float64 { return 0.02 * float64(b[0]) })
	r.Own = [][]additive.Term{nil, {own}}
	return r
}

// Each kind of term as the terminal shows it. Run with -update to rewrite, and
// read the difference.
func TestShapesInLetters(t *testing.T) {
	r := example()
	for name, text := range map[string]string{
		"numeric": NewPicture(r, 0, -1).Text(80), "numeric-cluster": NewPicture(r, 0, 1).Text(80), "categorical": NewPicture(r, 1, 0).Text(80),
		"pair": NewPicture(r, 2, -1).Text(100), "triple": NewPicture(r, 3, -1).Text(100),
	} {
		path := filepath.Join("testdata", "term", name+".txt")
		if *update {
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (run the test with -update to make it)", err)
		}
		if diff := cmp.Diff(string(want), text); diff != "" {
			t.Errorf("%s (run with -update if it is meant):\n%s", path, diff)
		}
	}
}

func TestShapesAsSVG(t *testing.T) {
	r := example()
	for rank, wants := range [][]string{
		{"seats (users)", "log-odds of churn (health points)", "missing (", "everyone, 90 % error band", "c2 automation", "seats under contract"},
		{"basic (", "2 levels: trial, legacy", "never seen", "90 % error band"},
		{"trend (log ratio)", "seats (users)", "missing"},
		{"trend (log ratio), seats (users), plan and share", "missing (", "log-odds of churn"},
	} {
		text := NewPicture(r, rank, 1).SVG()
		if again := NewPicture(r, rank, 1).SVG(); !bytes.Equal(text, again) {
			t.Errorf("term %d is drawn in two ways", rank)
		}
		for d := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("term %d: %v", rank, err)
			}
		}
		for _, want := range append(wants, "prefers-color-scheme:dark", "rank") {
			if !strings.Contains(string(text), want) {
				t.Errorf("the drawing of term %d lacks %q", rank, want)
			}
		}
		for _, fault := range []string{"NaN", "Inf", "#-"} {
			if strings.Contains(string(text), fault) {
				t.Errorf("the drawing of term %d holds %q", rank, fault)
			}
		}
	}
}
