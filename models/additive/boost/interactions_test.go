package boost

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// planted draws rows whose log-odds hold a pair and a triple beside mains.
func planted(seed uint64, rows int) (*models.Sample, []float64) {
	random := rand.New(rand.NewPCG(seed, 5))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, 8)}}
	for j := range s.Columns {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("x%d", 9-j)})
	}
	s.Fields[4].Levels = []string{"a", "b", "c", "d"}
	var z []float64
	for range rows {
		x := make([]float64, len(s.Columns))
		for j := range x {
			x[j] = random.NormFloat64()
			if j == 4 {
				x[j] = float64(random.IntN(4))
			}
			s.Columns[j] = append(s.Columns[j], x[j])
		}
		sign := func(yes bool) float64 {
			if yes {
				return 1
			}
			return -1
		}
		z = append(z, -1+0.4*x[6]+1.2*sign(x[0] > 0)*sign(x[1] > 0.2))
		if x[2] > 0 && x[3] < 0 && x[4] >= 2 {
			z[len(z)-1] += 4
		}
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z[len(z)-1]))
	}
	return s, z
}

// plantedModel is fitted once; tests only read it.
var plantedModel = sync.OnceValues(func() (*additive.Model, *models.Sample) {
	s, _ := planted(1, 3000)
	m, err := Trainer{Bags: 4, Rounds: 300, Residual: -1}.Fit(context.Background(), s)
	if err != nil {
		panic(err)
	}
	return m.(*additive.Model), s
})

// A planted pair and a planted triple are found, lead their orders, and bring
// the model close to the truth.
func TestPlantedSetsAreFound(t *testing.T) {
	m, s := plantedModel()
	lead := map[int]additive.Term{}
	for _, term := range m.Terms() {
		if best, ok := lead[len(term.Fields)]; !ok || term.Importance > best.Importance {
			lead[len(term.Fields)] = term
		}
	}
	if pair := lead[2]; !slices.Equal(pair.Fields, []string{"x9", "x8"}) || math.Abs(pair.Importance-1.2) > 0.35 {
		t.Errorf("the strongest pair is %v with %v", pair.Fields, pair.Importance)
	}
	if triple := lead[3]; !slices.Equal(triple.Fields, []string{"x7", "x6", "x5"}) || triple.Importance < 0.2 {
		t.Errorf("the strongest triple is %v with %v", triple.Fields, triple.Importance)
	}
	orders := m.Orders()
	if len(orders) != 3 || orders[1].Gain < 0.05 || orders[2].Gain < 0.004 || orders[2].Gain < 2*orders[2].GainSE {
		t.Errorf("orders %+v", orders)
	}
	probe, truth := planted(2, 2000)
	probe.Fields = s.Fields
	excess := modelstest.ExpectedLoss(score(t, m, probe.Frame), truth, nil, -1) - modelstest.ExpectedLoss(truth, truth, nil, -1)
	if excess > 0.06 {
		t.Errorf("the model is %.3f nats from the truth", excess)
	}
}

// Contributions, moves, edits of the bins and the state hold with sets that
// were fitted, not made up.
func TestFittedSetsExplain(t *testing.T) {
	m, s := plantedModel()
	z := score(t, m, s.Frame)
	checkAddsUp(t, m, s.Frame, z)
	n := s.Rows() / 2
	var from, to []int
	for i := range n {
		from, to = append(from, i), append(to, n+i)
	}
	moved, err := m.Move(s.Frame.Select(from), s.Frame.Select(to))
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		sum := 0.0
		for j := range moved.Share {
			sum += moved.Share[j][i]
		}
		if math.Abs(sum-(z[n+i]-z[i])) > 1e-9 {
			t.Fatalf("row %d moves by %v, its shares by %v", i, z[n+i]-z[i], sum)
		}
	}
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := additive.FromState(state)
	if err != nil || !slices.Equal(score(t, again, s.Frame), z) || !slices.Equal(again.Orders(), m.Orders()) {
		t.Errorf("the model is another after the trip: %v", err)
	}
	for _, term := range m.Terms() {
		size := 1
		for _, a := range term.Axes {
			if a.Levels != nil {
				size *= len(a.Levels)
			} else {
				size *= len(a.Cuts) + 2
			}
		}
		if size != len(term.Value) {
			t.Errorf("%v has %d cells on axes of %d", term.Fields, len(term.Value), size)
		}
	}
}

// Sets take no part in what chance or additive shapes alone explain.
func TestNoSetsWithoutInteractions(t *testing.T) {
	statistics(t)
	for seed := range uint64(3) {
		s, _ := modelstest.World{Fields: 12}.Draw(40+seed, 1500)
		m := fit(t, Trainer{Bags: 4, Rounds: 300, Residual: -1}, s)
		if orders := m.Orders(); len(orders) != 1 || len(m.Terms()) != 12 {
			t.Errorf("seed %d: %+v", seed, orders)
		}
	}
}

// The number of workers changes no byte of a model with sets, and neither a
// monotone field's direction nor its being one is touched by them.
func TestSetsOnAnyWorkersAndMonotone(t *testing.T) {
	s, _ := planted(3, 1500)
	monotone := map[string]int{"x3": 1, "x9": 1}
	var states []models.State
	for _, workers := range []int{1, 2, 8} {
		m := fit(t, Trainer{Bags: 2, Rounds: 100, Workers: workers, Monotone: monotone, Sets: 5, Residual: 100}, s)
		state, err := m.State()
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
		for _, term := range m.Terms() {
			if len(term.Fields) > 1 && (slices.Contains(term.Fields, "x3") || slices.Contains(term.Fields, "x9")) {
				t.Fatalf("a monotone field is in %v", term.Fields)
			}
			if len(term.Fields) == 1 && (term.Fields[0] == "x3" || term.Fields[0] == "x9") && !slices.IsSorted(term.Value[1:]) {
				t.Errorf("%v falls", term.Fields)
			}
		}
		if len(m.Orders()) < 2 {
			t.Error("no sets to speak of")
		}
	}
	if !sameState(states[0], states[1]) || !sameState(states[0], states[2]) {
		t.Error("the number of workers changes the model")
	}
}

// Sets within a wider one count for it, and once.
func TestStrongestCoversSubsets(t *testing.T) {
	gain := map[featureSet]float64{
		{0, none, none}: 90, {0, 1, none}: 5, {1, 2, none}: 4, {0, 1, 2}: 1, {3, 4, none}: 8, {0, 1, 3}: 2,
	}
	want := []featureSet{{0, 1, 2}, {3, 4, none}, {0, 1, 3}}
	if got := strongestSets(gain, 10); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Fields that all matter as little, as on few rows, are no more than a lattice
// and a saved model hold.
func TestNoMoreFieldsThanInteract(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	s := &models.Sample{Frame: &models.Frame{}}
	const rows, fields = 200, 2 * additive.MaxResidualFields
	for j := range fields {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("f%03d", j)})
		s.Columns = append(s.Columns, make([]float64, rows))
		for i := range rows {
			s.Columns[j][i] = random.NormFloat64()
		}
	}
	for i := range rows {
		s.Churned = append(s.Churned, i%4 == 0)
	}
	trainer, err := Trainer{Bags: 2}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Trainer: trainer, sample: s}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	nothing := &checkpoint{tables: make([][][]float64, trainer.Bags)}
	for b := range nothing.tables {
		for j := range fields {
			nothing.tables[b] = append(nothing.tables[b], make([]float64, r.binnings[j].Bins))
		}
	}
	if got := r.candidateFields(nothing); len(got) != additive.MaxResidualFields || got[0] != 0 || got[additive.MaxResidualFields-1] != additive.MaxResidualFields-1 {
		t.Errorf("%d fields may interact: %v", len(got), got)
	}
	nothing.tables[0][fields-1][1] = 1 // one that matters
	if got := r.candidateFields(nothing); len(got) != additive.MaxResidualFields || !slices.Contains(got, fields-1) {
		t.Errorf("with a last that matters: %v", got)
	}
}
