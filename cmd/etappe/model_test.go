package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// made is a term over axes with values by formula of the bins.
func made(axes []additive.Axis, value func(bins []int) float64) additive.Term {
	t := additive.Term{Axes: axes}
	cells := 1
	for _, a := range axes {
		t.Fields = append(t.Fields, a.Field)
		cells *= len(binLabels(a))
	}
	sizes := sizesOf(&t)
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
func example() *reading {
	seats := additive.Axis{Field: "seats"}
	for i := range 20 {
		seats.Cuts = append(seats.Cuts, math.Round(math.Pow(1.45, float64(i+1)))+0.5)
	}
	seats.Cuts = slices.Compact(seats.Cuts)
	trend := additive.Axis{Field: "trend", Cuts: []float64{-1, -0.5, -0.2, 0, 0.2, 0.5, 1}}
	plan := additive.Axis{Field: "plan", Levels: [][]string{nil, {"basic"}, {"pro"}, {"trial", "legacy"}, nil}}
	falling := func(b []int) float64 { return 0.6 - 0.07*float64(b[0]) }
	r := &reading{Artifact: &artifact.Artifact{Names: []string{"reporting", "automation"}}, version: "table-0123456789",
		ids: []string{"c1", "c2"}, lambda: []float64{0.8, 0.5}, perUnit: -7.2, catalog: &features.Catalog{Definitions: []features.Definition{
			{Name: "seats", Unit: "users", Text: features.Text{En: "seats under contract"}}, {Name: "trend", Unit: "log ratio"}, {Name: "plan"}}}}
	r.terms = []additive.Term{
		made([]additive.Axis{seats}, falling),
		made([]additive.Axis{plan}, func(b []int) float64 { return []float64{0.02, -0.3, 0.12, 0.25, 0}[b[0]] }),
		made([]additive.Axis{trend, seats}, func(b []int) float64 { return 0.01 * float64((b[0]-4)*(b[1]-8)) }),
		made([]additive.Axis{trend, seats, plan}, func(b []int) float64 { return 0.004 * float64((b[0]-4)*(b[1]-8)*(b[2]-2)) }),
	}
	own := made([]additive.Axis{seats}, func(b []int) float64 { return 0.02 * float64(b[0]) })
	r.own = [][]additive.Term{nil, {own}}
	return r
}

// Each kind of term as the terminal shows it. Run with -update to rewrite, and
// read the difference.
func TestShapesInLetters(t *testing.T) {
	r := example()
	for name, text := range map[string]string{
		"numeric": r.shape(0, -1).text(80), "numeric-cluster": r.shape(0, 1).text(80), "categorical": r.shape(1, 0).text(80),
		"pair": r.shape(2, -1).text(100), "triple": r.shape(3, -1).text(100),
	} {
		path := filepath.Join("testdata", "model", name+".txt")
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
		text, err := r.shape(rank, 1).svg()
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := r.shape(rank, 1).svg(); !bytes.Equal(text, again) {
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

func TestTermsByName(t *testing.T) {
	r := example()
	for name, want := range map[string]int{"seats": 0, " plan ": 1, "trend × seats": 2, "seats,trend": 2, "plan × trend ,seats": 3} {
		if got, err := r.find(name); err != nil || got != want {
			t.Errorf("%q is term %d (%v), want %d", name, got, err, want)
		}
	}
	for name, want := range map[string]string{"seets": `did you mean "seats"`, "trend": `no term "trend"`, "plan × seats": "no term", "×": "no term"} {
		if _, err := r.find(name); !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	if _, err := r.cluster("c3"); !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), "c1, c2") {
		t.Errorf("no such cluster: %v", err)
	}
}

// Whatever the cuts and weights: values keep their order on the ruler, ticks are
// inside and apart, and every bin is in one group.
func TestRulersAndGroups(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		n := rapid.IntRange(1, 60).Draw(rt, "cuts")
		tail := rapid.Float64Range(0.1, 4).Draw(rt, "tail")
		cuts, weight := []float64{}, []float64{rng.Float64()}
		for range n {
			cuts = append(cuts, math.Exp(tail*rng.NormFloat64())-rapid.SampledFrom([]float64{0, 1, 5}).Draw(rt, "shift"))
			weight = append(weight, rng.ExpFloat64())
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		weight = weight[:len(cuts)+1]
		r := newRuler(cuts, weight)
		last := 0.0
		for _, c := range cuts {
			u := r.at(c)
			if !(u >= last && u <= 1) {
				rt.Fatalf("%+v puts the cut %v at %v, after %v", r, c, u, last)
			}
			last = u
		}
		ticks := r.ticks(8)
		for i, v := range ticks {
			if v < r.low || v > r.high || i > 0 && r.at(v)-r.at(ticks[i-1]) < 0.99/8 {
				rt.Fatalf("%+v has the ticks %v", r, ticks)
			}
		}
		most := rapid.IntRange(2, 12).Draw(rt, "groups")
		all := append([]float64{rng.Float64()}, weight...)
		var seen []int
		list := groups(additive.Axis{Field: "x", Cuts: cuts}, all, most)
		for _, g := range list {
			seen = append(seen, g.bins...)
		}
		slices.Sort(seen)
		if len(list) > most+1 || !slices.Equal(seen, indices(0, len(all))) {
			rt.Fatalf("%d groups of %v hold the bins %v", len(list), cuts, seen)
		}
	})
}

// The levels beyond the heaviest are pooled, and none is lost.
func TestManyLevelsArePooled(t *testing.T) {
	a := additive.Axis{Field: "x", Levels: [][]string{nil, {"a"}, {"b"}, {"c"}, {"d"}, {"e"}, nil}}
	list := groups(a, []float64{1, 1, 9, 2, 8, 1, 0}, 3)
	var got []string
	for _, g := range list {
		got = append(got, g.label)
	}
	if want := []string{"b", "d", "3 others", "missing"}; !slices.Equal(got, want) {
		t.Errorf("groups %v, want %v", got, want)
	}
}
