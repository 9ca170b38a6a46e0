package additive

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// unchanged takes a picture of a model and returns the look at it afterwards.
func unchanged(t *testing.T, m *Model) func() {
	t.Helper()
	before, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	before.Arrays = map[string][]float64{}
	again, _ := m.State()
	for name, values := range again.Arrays {
		before.Arrays[name] = slices.Clone(values)
	}
	return func() {
		t.Helper()
		if after, err := m.State(); err != nil || !sameState(before, after) {
			t.Errorf("the edit changed the model that was edited (%v)", err)
		}
	}
}

// What is left when a term goes is every other term, as it was.
func TestWithoutATerm(t *testing.T) {
	m, s := explained(t)
	defer unchanged(t, m)()
	before := score(t, m, s.Frame)
	codes, err := m.codes(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	for at, described := range m.Terms() {
		next, err := m.Without(described.Fields...)
		if err != nil {
			t.Fatal(err)
		}
		if len(next.Terms()) != len(m.Terms())-1 {
			t.Fatalf("%d terms of %d are left", len(next.Terms()), len(m.Terms()))
		}
		z, middle := score(t, next, s.Frame), make([]float64, len(m.clusters))
		for k := range m.clusters {
			middle[k] = WeightedMean(m.tables[at].Mean, m.tables[at].Weight)
			if own := m.clusters[k].find(at); own != nil {
				middle[k] += m.clusters[k].Info.Lambda * WeightedMean(own.Mean, own.Weight)
			}
		}
		for i := range z {
			k := s.ClusterOf(i)
			gone := m.effects[k][at][m.tables[at].Cell(codes, i)]
			if math.Abs(before[i]-gone+middle[k]-z[i]) > 1e-9 {
				t.Fatalf("without %v, row %d: %v less %v is not %v", described.Fields, i, before[i], gone, z[i])
			}
		}
		checkAddsUp(t, next, s.Frame, z)
		state, err := next.State()
		if err != nil {
			t.Fatal(err)
		}
		again, err := FromState(state)
		if err != nil {
			t.Fatalf("without %v the model does not read back: %v", described.Fields, err)
		}
		if !slices.Equal(score(t, again, s.Frame), z) {
			t.Errorf("without %v the model reads back as another", described.Fields)
		}
	}
}

// With every term gone, what is left is the mean.
func TestWithoutAnything(t *testing.T) {
	s, _ := modelstest.World{Fields: 5}.Draw(4, 400)
	m := fit(t, Trainer{Bags: 4, Rounds: 60}, s)
	want := average(score(t, m, s.Frame))
	for _, term := range m.Terms() {
		next, err := m.Without(term.Fields...)
		if err != nil {
			t.Fatal(err)
		}
		m = next
	}
	if z := score(t, m, s.Frame); math.Abs(average(z)-want) > 1e-9 || slices.Min(z) != slices.Max(z) {
		t.Errorf("log-odds from %v to %v, the mean was %v", slices.Min(z), slices.Max(z), want)
	}
	checkAddsUp(t, m, s.Frame, score(t, m, s.Frame))
}

// The values that were asked for stand in the table, less their mean; nothing
// else moves, and neither does the mean over the training rows.
func TestWithValues(t *testing.T) {
	m, s := explained(t)
	defer unchanged(t, m)()
	terms, before := m.Terms(), score(t, m, s.Frame)
	rapid.Check(t, func(rt *rapid.T) {
		at := rapid.IntRange(0, len(terms)-1).Draw(rt, "term")
		values := slices.Clone(terms[at].Value)
		for range rapid.IntRange(1, 5).Draw(rt, "changes") {
			values[rapid.IntRange(0, len(values)-1).Draw(rt, "cell")] = rapid.Float64Range(-3, 3).Draw(rt, "value")
		}
		next, err := m.With(terms[at].Fields, values, nil)
		if err != nil {
			rt.Fatal(err)
		}
		middle := WeightedMean(values, terms[at].Weight) - WeightedMean(terms[at].Value, terms[at].Weight)
		for t, got := range next.Terms() {
			for c, v := range got.Value {
				want := terms[t].Value[c]
				if t == at {
					want = values[c] - middle
				}
				if math.Abs(v-want) > 1e-9 || math.Abs(got.Error[c]-terms[t].Error[c]) > 1e-9 {
					rt.Fatalf("term %v, cell %d: %v ± %v, want %v ± %v", got.Fields, c, v, got.Error[c], want, terms[t].Error[c])
				}
			}
		}
		z := score(t, next, s.Frame)
		checkAddsUp(t, next, s.Frame, z)
		if len(terms[at].Fields) == 1 && math.Abs(average(z)-average(before)) > 1e-6 {
			rt.Fatalf("the mean log-odds moved from %v to %v", average(before), average(z))
		}
	})
}

// What a reader is shown, given back as it is, changes not one bit.
func TestWithTheSameValues(t *testing.T) {
	m, _ := explained(t)
	want, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range m.Terms() {
		next, err := m.With(term.Fields, term.Value, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := next.State(); err != nil || !sameState(want, got) {
			t.Errorf("%v: another model (%v)", term.Fields, err)
		}
	}
}

func TestEditsThatDoNotFit(t *testing.T) {
	m, _ := explained(t)
	term := m.Terms()[0]
	name := term.Fields[0]
	broken := slices.Clone(term.Value)
	for what, edit := range map[string]func() (*Model, error){
		"no such field": func() (*Model, error) { return m.Without("nothing") },
		"no such pair":  func() (*Model, error) { return m.Without(name, m.fields[1].Name) },
		"a field twice": func() (*Model, error) { return m.Without(name, name) },
		"no field":      func() (*Model, error) { return m.Without() },
		"a value less":  func() (*Model, error) { return m.With(term.Fields, term.Value[1:], nil) },
		"no number":     func() (*Model, error) { broken[1] = math.NaN(); return m.With(term.Fields, broken, nil) },
		"too much":      func() (*Model, error) { broken[1] = -1e3; return m.With(term.Fields, broken, nil) },
	} {
		if next, err := edit(); !errors.Is(err, ErrEdit) || next != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := m.Without(m.fields[2].Name, m.fields[0].Name); err != nil {
		t.Errorf("a pair named the other way round: %v", err)
	}
}

// Where a direction was asked of the model, an edit keeps it: values that turn
// around are refused; flat ones, and any for missing, are not.
func TestWithKeepsDirections(t *testing.T) {
	s, _ := modelstest.World{Fields: 5}.Draw(4, 600)
	asked := map[string]int{"x0": 1, "x1": -1}
	m := fit(t, Trainer{Bags: 4, Rounds: 60, Monotone: asked, Sets: -1}, s)
	for at, term := range m.Terms() {
		name, half := term.Fields[0], len(term.Value)/2
		level := slices.Clone(term.Value)
		level[Missing] = 3
		for c := range level[half:] {
			level[half+c] = level[half]
		}
		next := m
		for range 3 { // what comes of it is given back, rounding and all
			var err error
			if next, err = next.With(term.Fields, level, asked); err != nil {
				t.Fatalf("%s levelled: %v", name, err)
			}
			level = next.Terms()[at].Value
		}
		bent := slices.Clone(level)
		bent[half+1] -= 0.5 * float64(asked[name])
		if asked[name] == 0 {
			bent[half+1] -= 0.5
		}
		got, err := m.With(term.Fields, bent, asked)
		if refused := errors.Is(err, ErrEdit) && got == nil; refused != (asked[name] != 0) {
			t.Errorf("%s turned around: %v", name, err)
		}
		if _, err := m.With(term.Fields, bent, nil); err != nil {
			t.Errorf("%s turned around where nothing was asked: %v", name, err)
		}
	}
}

// In a set, each field keeps its direction at every value of the others.
func TestWithKeepsDirectionsInSets(t *testing.T) {
	m, _ := explained(t)
	for at := range m.tables {
		set := &m.tables[at]
		step := len(set.Mean)
		for i, joint := range set.Merges {
			step /= joint.Bins
			field := m.fields[set.Fields[i]]
			rising := make([]float64, len(set.Mean))
			for c := range rising {
				rising[c] = float64(c/step%joint.Bins) / 10
			}
			for sign, want := range map[int]bool{1: true, 0: true, -1: false} {
				if _, err := m.With(m.Terms()[at].Fields, rising, map[string]int{field.Name: sign}); (err == nil) != want {
					t.Errorf("%s rising along %s, asked for %d: %v", m.tableName(set), field.Name, sign, err)
				}
			}
			last := rising[len(rising)-1]
			rising[len(rising)-1] = last - 1
			if _, err := m.With(m.Terms()[at].Fields, rising, map[string]int{field.Name: 1}); !errors.Is(err, ErrEdit) {
				t.Errorf("%s falling along %s in its last cell: %v", m.tableName(set), field.Name, err)
			}
		}
	}
}

// checkAddsUp wants an edited model's contributions to sum to its log-odds.
func checkAddsUp(t *testing.T, m *Model, f *models.Frame, z []float64) {
	t.Helper()
	c, err := m.Contributions(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range z {
		sum := c.Baseline[i]
		for j := range c.Share {
			sum += c.Share[j][i]
		}
		if math.Abs(sum-z[i]) > 1e-9 {
			t.Fatalf("row %d: contributions give %v, log-odds are %v", i, sum, z[i])
		}
	}
}
