package additive

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
)

// The view names the fields that trees ask about, strongest first, and no other.
func TestResidualIsDescribed(t *testing.T) {
	m, s := entangledModel()
	defer unchanged(t, m)()
	r, ok := m.Residual()
	if !ok {
		t.Fatal("no residual")
	}
	if top := slices.Sorted(slices.Values(r.Fields[:4])); !slices.Equal(top, []string{"x6", "x7", "x8", "x9"}) {
		t.Errorf("the strongest of %v are %v, planted x6 to x9", r.Fields, top)
	}
	if len(r.Importance) != len(r.Fields) || !slices.IsSortedFunc(r.Importance, func(a, b float64) int { return cmp.Compare(b, a) }) {
		t.Errorf("importances %v of %v", r.Importance, r.Fields)
	}
	if len(r.Trees) != len(m.levels) || slices.Max(r.Trees) == 0 {
		t.Errorf("%v trees in %d bags", r.Trees, len(m.levels))
	}
	// The importance is what the definition says: mean |share|, tree by tree.
	codes, err := m.codes(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	n := s.Rows()
	out := roomFor(m, n)
	for i := range n {
		plainResidual(m, codes, i, 0, make([]float64, len(m.levels)), out)
	}
	for f, name := range r.Fields {
		j := slices.IndexFunc(m.fields, func(f models.Field) bool { return f.Name == name })
		centre, sum := m.clusters[0].restCentre[slices.Index(m.residual.fields, j)], 0.0
		for _, v := range out.Share[j] {
			sum += math.Abs(v + centre)
		}
		if mean := sum / float64(n); math.Abs(mean-r.Importance[f]) > 1e-9 {
			t.Errorf("%s has the importance %v, by definition %v", name, r.Importance[f], mean)
		}
	}
}

// A field that no tree asks about is not named.
func TestResidualNamesOnlyItsFields(t *testing.T) {
	d := &residual{fields: []int{2, 0, 1}, importance: []float64{0.1, 0, 0.2},
		bags: [][]deepTree{{{cuts: []cut{{field: 2}}}}, {{cuts: []cut{{field: 0}, {field: 2}}}, {}}}}
	m := &Model{fields: []models.Field{{Name: "a"}, {Name: "b"}, {Name: "c"}}, residual: d}
	r, ok := m.Residual()
	if !ok || !slices.Equal(r.Fields, []string{"b", "c"}) || !slices.Equal(r.Importance, []float64{0.2, 0.1}) || !slices.Equal(r.Trees, []int{1, 2}) {
		t.Errorf("%+v, %v", r, ok)
	}
}

// What goes with the residual is what its trees say, row by row, and no more.
func TestWithoutTheResidual(t *testing.T) {
	m, s := entangledModel()
	defer unchanged(t, m)()
	next, err := m.WithoutResidual()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := next.Residual(); ok {
		t.Fatal("the residual is still there")
	}
	if _, err := next.WithoutResidual(); !errors.Is(err, ErrEdit) {
		t.Errorf("a second time: %v", err)
	}
	if !slices.Equal(next.Orders(), m.Orders()) {
		t.Error("what training found is forgotten")
	}
	codes, err := m.codes(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	before, z := score(t, m, s.Frame), score(t, next, s.Frame)
	middle, most := 0.0, 0.0
	for i := range z {
		said := 0.0
		for _, trees := range m.residual.bags {
			for k := range trees {
				said += trees[k].value[m.residual.leaf(&trees[k], codes, i)] / float64(len(m.residual.bags))
			}
		}
		if math.Abs(before[i]-said-z[i]) > 1e-9 {
			t.Fatalf("row %d: %v less %v is not %v", i, before[i], said, z[i])
		}
		middle, most = middle+said/float64(len(z)), math.Max(most, math.Abs(said))
	}
	if most < 0.1 || math.Abs(middle) > 0.02 { // these fields are independent
		t.Errorf("the trees say up to %v, in the mean %v", most, middle)
	}
	checkAddsUp(t, next, s.Frame, z)
	state, err := next.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(score(t, again, s.Frame), z) {
		t.Error("it reads back as another model")
	}
}
