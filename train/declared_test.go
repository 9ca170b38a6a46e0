package train

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models/artifact"
)

// Against sklearn.metrics.adjusted_rand_score, and by the definition.
func TestAdjustedRand(t *testing.T) {
	for name, c := range map[string]struct {
		table [][]int
		want  float64
	}{
		"the same":         {[][]int{{0, 5, 0}, {7, 0, 0}, {0, 0, 3}}, 1},
		"one part of two":  {[][]int{{5, 7}}, 0},
		"by hand":          {[][]int{{2, 1}, {0, 3}}, 0.324324324324324},
		"worse than luck":  {[][]int{{1, 1}, {1, 1}}, -0.5},
		"nothing to split": {[][]int{{9}}, math.NaN()},
		"nobody":           {nil, math.NaN()},
	} {
		if got := adjustedRand(c.table); math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // which side is which, and in what order, does not matter
		rows, columns := rapid.IntRange(2, 5).Draw(t, "rows"), rapid.IntRange(2, 5).Draw(t, "columns")
		table, turned := make([][]int, rows), make([][]int, columns)
		for i := range table {
			for j := range columns {
				n := rapid.IntRange(0, 30).Draw(t, "count")
				table[i], turned[j] = append(table[i], n), append(turned[j], n)
			}
		}
		a, b := adjustedRand(table), adjustedRand(turned)
		slices.Reverse(table)
		if c := adjustedRand(table); !(math.Abs(a-b) < 1e-9 && math.Abs(a-c) < 1e-9) && !math.IsNaN(a) {
			t.Fatalf("%v, turned %v, in another order %v", a, b, c)
		}
	})
}

// Declared outcomes that are the clusters agree, those dealt by chance do not;
// accounts count once, and the unknown are counted apart.
func TestDeclaredAgainstLearned(t *testing.T) {
	w, d, assigned := settle(t)
	rng := rand.New(rand.NewPCG(2, 2))
	d.attributes = append(slices.Clone(d.attributes), datasets.Attribute{Name: "outcome", Categorical: true}, datasets.Attribute{Name: "dealt", Categorical: true})
	d.holders = slices.Clone(d.holders)
	for a := range d.holders {
		stated := datasets.Value{Text: w.Truth.Clusters[w.Truth.Accounts[a].Cluster].Name, Known: a%5 > 0}
		dealt := datasets.Value{Text: string(rune('a' + rng.IntN(4))), Known: true}
		d.holders[a].Attributes = append(slices.Clone(d.holders[a].Attributes), stated, dealt)
	}
	same, err := compareDeclared(d, "outcome", assigned, fourIDs)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, row := range same.Count {
		for _, n := range row {
			total += n
		}
	}
	if same.AdjustedRand != 1 || len(same.Outcomes) != 4 || !slices.IsSorted(same.Outcomes) || total != same.Accounts ||
		same.Accounts+same.Unknown != len(d.lastRows()) || same.Unknown == 0 || !slices.Equal(same.Clusters, []string{"c1", "c2", "c3", "c4"}) {
		t.Errorf("%+v", same)
	}
	dealt, err := compareDeclared(d, "dealt", assigned, fourIDs)
	if err != nil || math.Abs(float64(dealt.AdjustedRand)) > 0.03 {
		t.Errorf("dealt by chance: %+v (%v)", dealt, err)
	}
	none, err := compareDeclared(d, "", assigned, fourIDs)
	if none != nil || err != nil {
		t.Errorf("nothing declared: %+v (%v)", none, err)
	}
	for _, column := range []string{"nowhere", "seats"} {
		err := Options{Config: Config{Declared: column}}.check(d)
		if !errors.Is(err, datasets.ErrConfig) || !strings.Contains(err.Error(), "outcome, dealt") {
			t.Errorf("%s: %v", column, err)
		}
	}
}

// A feature table's column of names can be compared too. What is compared has no
// say: model and clusters are the same bytes with and without.
func TestDeclaringChangesNothing(t *testing.T) {
	d := dataOf(t, 450, 61)
	o := Options{Seed: 1, Config: Config{Bags: 2}}
	without, _, err := Run(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Config.Declared = "plan"
	with, r, err := Run(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Declared == nil || r.Declared.Accounts != 150 || !slices.Equal(r.Declared.Outcomes, []string{"basic", "pro"}) {
		t.Errorf("%+v", r.Declared)
	}
	if !slices.ContainsFunc(r.Warnings, func(w artifact.Warning) bool {
		return w.Code == artifact.WarnDeclaredFeature && slices.Equal(w.Values, []string{"plan", "plan"}) && strings.Contains(w.Text, "also a feature")
	}) {
		t.Errorf("no warning about the feature: %+v", r.Warnings)
	}
	a, err := without.Churn.State()
	if err != nil {
		t.Fatal(err)
	}
	b, err := with.Churn.State()
	if err != nil {
		t.Fatal(err)
	}
	for name := range a.Arrays {
		if !slices.Equal(a.Arrays[name], b.Arrays[name]) {
			t.Errorf("declared outcomes changed %q of the model", name)
		}
	}
	back := stored(t, with)
	if back.Declared == nil ||
		math.IsNaN(float64(back.Declared.AdjustedRand)) != math.IsNaN(float64(r.Declared.AdjustedRand)) {
		t.Errorf("read back: %+v", back.Declared)
	}
}
