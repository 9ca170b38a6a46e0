package reading

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
)

// example is a made-up model of four terms and two clusters.
func example() *Reading {
	r := &Reading{IDs: []string{"c1", "c2"}, Artifact: &artifact.Artifact{
		Catalog: &catalog.Catalog{Definitions: []catalog.Definition{{Name: "seats"}, {Name: "trend"}, {Name: "plan"}}}}}
	for _, fields := range [][]string{{"seats"}, {"plan"}, {"trend", "seats"}, {"trend", "seats", "plan"}} {
		r.Terms = append(r.Terms, additive.Term{Fields: fields})
	}
	return r
}

func TestTermsByName(t *testing.T) {
	r := example()
	for name, want := range map[string]int{"seats": 0, " plan ": 1, "trend × seats": 2, "seats,trend": 2, "plan × trend ,seats": 3} {
		if got, err := r.Find(name); err != nil || got != want {
			t.Errorf("%q is term %d (%v), want %d", name, got, err, want)
		}
	}
	for name, want := range map[string]string{"seets": `did you mean "seats"`, "trend": `no term "trend"`, "plan × seats": "no term", "×": "no term"} {
		if _, err := r.Find(name); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	if _, err := r.Cluster("c3"); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "c1, c2") {
		t.Errorf("no such cluster: %v", err)
	}
}

// A feature that is called residual is itself.
func TestFeatureCalledResidual(t *testing.T) {
	r := example()
	if !r.IsResidual(" residual ") || r.IsResidual("seats") {
		t.Error("the residual is not known by its name")
	}
	r.Catalog.Definitions = append(r.Catalog.Definitions, catalog.Definition{Name: additive.ResidualName})
	if r.IsResidual("residual") {
		t.Error("the feature cannot be asked for")
	}
	if _, err := r.ResidualDetail(); !errors.Is(err, ErrUnknown) {
		t.Errorf("no residual: %v", err)
	}
}

// Whatever the cuts and weights: every bin is in one group.
func TestGroupsHoldEveryBin(t *testing.T) {
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
		got = append(got, fmt.Sprintf("%d %v %d", g.span.Kind, g.span.Levels, g.span.Count))
	}
	if want := []string{"1 [b] 0", "1 [d] 0", "4 [] 3", "2 [] 0"}; !slices.Equal(got, want) {
		t.Errorf("groups %v, want %v", got, want)
	}
}

func TestReadingNeedsACatalog(t *testing.T) {
	if _, err := Of(&artifact.Artifact{}, "v"); !errors.Is(err, ErrNoCatalog) {
		t.Errorf("an artifact without a catalogue: %v", err)
	}
}
