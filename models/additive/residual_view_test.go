package additive

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
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
	if len(r.Trees) != len(m.intercepts) || slices.Max(r.Trees) == 0 {
		t.Errorf("%v trees in %d bags", r.Trees, len(m.intercepts))
	}
	// The importance is what the definition says: mean |share|, tree by tree.
	codes, err := m.codes(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	n, d := s.Rows(), m.residual
	share := models.Zeros(len(m.fields), n)
	for _, trees := range d.Bags {
		for k := range trees {
			p := trees[k].players()
			for i, leaves := range d.shares(&trees[k], &p) {
				for row := range n {
					share[d.Fields[p.fields[i]]][row] += leaves[d.leaf(&trees[k], codes, row)] / float64(len(d.Bags))
				}
			}
		}
	}
	for f, name := range r.Fields {
		j := slices.IndexFunc(m.fields, func(f models.Field) bool { return f.Name == name })
		sum := 0.0
		for _, v := range share[j] {
			sum += math.Abs(v)
		}
		if mean := sum / float64(n); math.Abs(mean-r.Importance[f]) > 1e-9 {
			t.Errorf("%s has the importance %v, by definition %v", name, r.Importance[f], mean)
		}
	}
}

// A field that no tree asks about is not named.
func TestResidualNamesOnlyItsFields(t *testing.T) {
	d := &ResidualTrees{Fields: []int{2, 0, 1}, importance: []float64{0.1, 0, 0.2},
		Bags: [][]Tree{{{Cuts: []Cut{{Field: 2}}}}, {{Cuts: []Cut{{Field: 0}, {Field: 2}}}, {}}}}
	m := &Model{fields: []models.Field{{Name: "a"}, {Name: "b"}, {Name: "c"}}, residual: d}
	r, ok := m.Residual()
	if !ok || !slices.Equal(r.Fields, []string{"b", "c"}) || !slices.Equal(r.Importance, []float64{0.2, 0.1}) || !slices.Equal(r.Trees, []int{1, 2}) {
		t.Errorf("%+v, %v", r, ok)
	}
}

// residualOf is what the trees say of every row, one by one.
func residualOf(t *testing.T, m *Model, f *models.Frame) []float64 {
	t.Helper()
	codes, err := m.codes(f)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float64, f.Rows())
	for i := range out {
		for _, trees := range m.residual.Bags {
			for k := range trees {
				out[i] += trees[k].Value[m.residual.leaf(&trees[k], codes, i)] / float64(len(m.residual.Bags))
			}
		}
	}
	return out
}

// What goes with the residual is what its trees say, row by row, less a mean
// for which every cluster counts by its rows.
func TestWithoutTheResidual(t *testing.T) {
	whole, s := explained(t)
	m := whole.copy()
	m.clusters[0].Info.Rows, m.clusters[1].Info.Rows = 300, 900
	m.derive()
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
	middle := 0.0
	for k, share := range []float64{0.25, 0.75} {
		for _, c := range m.clusters[k].residualCentre {
			middle += share * c
		}
	}
	said, before, z := residualOf(t, m, s.Frame), score(t, m, s.Frame), score(t, next, s.Frame)
	for i := range z {
		if math.Abs(before[i]-said[i]+middle-z[i]) > 1e-9 {
			t.Fatalf("row %d: %v less %v and %v is not %v", i, before[i], said[i], middle, z[i])
		}
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

// Where fields go together the trees have a mean. Without them, the mean over
// the training rows is what it was.
func TestWithoutTheResidualTheMeanStays(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 6))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, 8)}}
	for j := range s.Columns {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("x%d", j)})
	}
	for range 3000 {
		common, high, z := random.NormFloat64(), 0, -1.5
		for j := range s.Columns {
			x := 0.7*common + 0.7*random.NormFloat64()
			s.Columns[j] = append(s.Columns[j], x)
			if j < 4 && x > 0 {
				high++
			}
		}
		if high%4 == 0 { // none or all
			z += 3
		}
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z))
	}
	m := fit(t, Trainer{Bags: 2, Rounds: 100, Bins: 16, Sets: 1, Residual: 100}, s)
	next, err := m.WithoutResidual()
	if err != nil {
		t.Fatal(err)
	}
	if mean := average(residualOf(t, m, s.Frame)); mean < 0.05 {
		t.Fatalf("the mean of the trees is %v: nothing to test here", mean)
	}
	before, after := average(score(t, m, s.Frame)), average(score(t, next, s.Frame))
	if math.Abs(before-after) > 1e-9 {
		t.Errorf("the mean log-odds move from %v to %v", before, after)
	}
}
