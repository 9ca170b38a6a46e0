package boost

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// Mixtures are all there are, each once.
func TestWeightGridIsComplete(t *testing.T) {
	for _, one := range []struct{ learners, parts, want int }{{0, 4, 1}, {1, 4, 5}, {2, 4, 15}, {3, 2, 10}} {
		seen := make(map[string]bool)
		for _, m := range weightGrid(one.learners, one.parts) {
			sum := 0
			for _, n := range m {
				sum += n
			}
			if len(m) != one.learners || sum > one.parts {
				t.Errorf("%v of %d learners and %d parts", m, one.learners, one.parts)
			}
			seen[fmt.Sprint(m)] = true
		}
		if len(seen) != one.want {
			t.Errorf("%d learners, %d parts: %d ways, there are %d", one.learners, one.parts, len(seen), one.want)
		}
	}
}

// The prior is the formula's: against the model so far alone and one learner, each a
// half apart in both; and nothing against its own middle.
func TestMixPriorIsTheFormulas(t *testing.T) {
	for _, one := range []struct {
		parts []int
		want  float64
	}{
		{[]int{0}, 0.5 / 0.18}, {[]int{2}, 0}, {[]int{4}, 0.5 / 0.18},
		{[]int{1, 1}, 0}, {[]int{0, 0}, 0.375 / 0.18}, {[]int{4, 0}, 0.875 / 0.18},
	} {
		if got := stackingPenalty(one.parts); math.Abs(got-one.want) > 1e-12 {
			t.Errorf("%v: %v nats, by the formula %v", one.parts, got, one.want)
		}
	}
}

// stackingRun is a run of so many rows whose outcomes follow z.
func stackingRun(rows int) (r *run, z []float64, noise func() []float64) {
	random := rand.New(rand.NewPCG(5, 9))
	r = &run{binnedData: &binnedData{}}
	for i := range rows {
		z = append(z, 1.5*random.NormFloat64()-1)
		r.churned = append(r.churned, random.Float64() < models.Sigmoid(z[i]))
		r.weight, r.group = append(r.weight, 1), append(r.group, int32(i))
	}
	return r, z, func() []float64 {
		out := make([]float64, rows)
		for i := range out {
			out[i] = 1.5*random.NormFloat64() - 1
		}
		return out
	}
}

func learnerOf(out []float64) *learner {
	return &learner{treeEnsemble: &treeEnsemble{best: &treeCheckpoint{outOfFold: out}}}
}

// sum adds log-odds up, a times the first and b times the second.
func sum(a float64, first []float64, b float64, second []float64) []float64 {
	out := make([]float64, len(first))
	for i := range out {
		out[i] = a*first[i] + b*second[i]
	}
	return out
}

// A better learner takes over, one whose errors are elsewhere shares, one that
// fits the same, or noise, gets no weight.
func TestStackingWeighsTheBetterLearner(t *testing.T) {
	r, z, noise := stackingRun(2000)
	first, second := noise(), noise()
	there := sum(0.7, z, 0.5, first)
	stacked := func(learners ...*learner) (bool, *residualStack) {
		m := &residualStack{learners: learners}
		pays, err := r.fitStacking(m, there, residualMinSE)
		if err != nil {
			t.Fatal(err)
		}
		return pays, m
	}
	if pays, m := stacked(learnerOf(z), learnerOf(noise())); !pays || m.learners[0].stackingWeight < 0.75 || m.learners[1].stackingWeight > 0 {
		t.Errorf("what knows all has %v of the answer, noise %v", m.learners[0].stackingWeight, m.learners[1].stackingWeight)
	}
	other := sum(0.7, z, 0.5, second)
	pays, m := stacked(learnerOf(other))
	if !pays || m.learners[0].stackingWeight != 0.5 {
		t.Errorf("of two that are as good, the other has %v", m.learners[0].stackingWeight)
	}
	if want := sum(0.5, there, 0.5, other); m.tableWeight() != 0.5 || !slices.Equal(m.outOfFold, want) {
		t.Errorf("the stack is not the mean of both")
	}
	if pays, m := stacked(learnerOf(there), learnerOf(there)); pays || m.outOfFold != nil {
		t.Error("a learner that fits the same gains")
	}
	if pays, m := stacked(learnerOf(noise())); pays {
		t.Errorf("noise has %v of the answer", m.learners[0].stackingWeight)
	}
}

// Rows that no trial bag held out take no part, and stay unknown.
func TestStackingLeavesOutRowsWithoutLogOdds(t *testing.T) {
	r, z, noise := stackingRun(1000)
	there, known := noise(), slices.Clone(z)
	for i := range 500 {
		known[2*i] = math.NaN()
	}
	m := &residualStack{learners: []*learner{learnerOf(known)}}
	if pays, err := r.fitStacking(m, there, residualMinSE); err != nil || !pays {
		t.Fatal(pays, err)
	}
	for i, v := range m.outOfFold {
		if math.IsNaN(v) != (i%2 == 0) {
			t.Fatalf("row %d is %v", i, v)
		}
	}
}

// threshold draws rows in which only those churn often that are above two
// thresholds at once, or far above a third: nothing is straight.
func threshold(seed uint64, rows int) (*models.Sample, []float64) {
	random := rand.New(rand.NewPCG(seed, 17))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, 8)}}
	for j := range s.Columns {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("x%d", j)})
	}
	var z []float64
	for range rows {
		x := make([]float64, len(s.Columns))
		for j := range x {
			x[j] = random.NormFloat64()
			s.Columns[j] = append(s.Columns[j], x[j])
		}
		z = append(z, -3.0)
		if x[0] > 0 && x[1] > 0 && x[2] < 0.5 || x[3] > 1.3 && x[0] < 0 {
			z[len(z)-1] = 2
		}
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z[len(z)-1]))
	}
	return s, z
}

// fitWithResidual runs a fit up to its residual.
func fitWithResidual(t *testing.T, trainer Trainer, s *models.Sample) (*run, *ensemble, *checkpoint, *residualStack) {
	t.Helper()
	trainer, err := trainer.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Trainer: trainer, sample: s, report: func(float64) {}}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	e, mains, earlier, err := r.fitMains(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	deep, err := r.fitResidual(context.Background(), e, []*checkpoint{earlier[0], mains}, mains.outOfFold, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	return r, e, mains, deep
}

// On few rows trees from the base rate get a weight, and the model is the stack of
// all learners: the tables, and both kinds of trees on what is below.
func TestFewRowsStackTreesFromTheBaseRate(t *testing.T) {
	s, _ := threshold(1, 400)
	r, e, mains, deep := fitWithResidual(t, Trainer{Bags: 4, Rounds: 100, Residual: 200}, s)
	if deep == nil || len(deep.learners) != 2 || deep.learners[1].stackingWeight == 0 {
		t.Fatalf("residual %+v", deep)
	}
	if deep.learners[0].stackingWeight == 0 {
		deep.learners[0].stackingWeight, deep.learners[1].stackingWeight = 0.25, 0.5 // both are to be assembled
	}
	blank := deep.learners[1].from
	for b := range e.bags {
		if blank.intercept[b] != r.baseRate() || slices.ContainsFunc(blank.tables[b], func(v []float64) bool { return slices.Max(v) != 0 || slices.Min(v) != 0 }) {
			t.Errorf("bag %d does not start from nothing", b)
		}
	}
	p := models.Platt{Slope: 0.8, Intercept: -0.1}
	m := r.assemble(mains, nil, deep, p)
	fitted := additive.New(*m, additive.Rows{Codes: r.codes, Weight: r.weight})
	z := score(t, fitted, s.Frame)
	checkAddsUp(t, fitted, s.Frame, z)
	want := make([]float64, len(z))
	add := func(from *checkpoint, weight float64, trees func(b int) []symmetricTree) {
		e.restore(from)
		for b, bag := range e.bags {
			for _, tree := range trees(b) {
				deep.learners[0].boosters[0].apply(&tree, bag.z)
			}
			for i, v := range bag.z {
				want[i] += weight * float64(v) / float64(len(e.bags))
			}
		}
	}
	add(mains, deep.tableWeight(), func(int) []symmetricTree { return nil })
	for _, v := range deep.learners {
		add(v.from, v.stackingWeight, func(b int) []symmetricTree { return v.boosters[b].trees })
	}
	for i := range z {
		if math.Abs(z[i]-p.Apply(want[i])) > 1e-4 {
			t.Fatalf("row %d has %v, its learners give %v", i, z[i], p.Apply(want[i]))
		}
	}
}

// Where few rows tell of thresholds and little else, trees are worth it.
func TestFewRowsOfThresholds(t *testing.T) {
	statistics(t)
	gain := 0.0
	for seed := range uint64(2) {
		s, _ := threshold(10+seed, 400)
		probe, truth := threshold(20+seed, 2000)
		with, without := fit(t, Trainer{Bags: 4, Rounds: 100}, s), fit(t, Trainer{Bags: 4, Rounds: 100, Residual: -1}, s)
		gain += (modelstest.ExpectedLoss(score(t, without, probe.Frame), truth, nil, -1) - modelstest.ExpectedLoss(score(t, with, probe.Frame), truth, nil, -1)) / 2
	}
	if gain < 0.005 {
		t.Errorf("trees gain %.4f nats where thresholds are all there is", gain)
	}
}

// Many rows are not boosted from nothing: that would take time and tell nothing.
func TestManyRowsHaveOneLearner(t *testing.T) {
	for rows, want := range map[int]int{smallData: 2, smallData + 1: 1} {
		s, _ := threshold(3, rows)
		_, _, _, deep := fitWithResidual(t, Trainer{Bags: 2, Rounds: 10, Bins: 16, Residual: 20}, s)
		if deep == nil || len(deep.learners) != want {
			t.Errorf("%d rows: %+v", rows, deep)
		}
	}
}

// Two learners give the same bytes on any number of cores, and survive the trip.
func TestStackingOnAnyCores(t *testing.T) {
	s, _ := threshold(1, 400)
	var first models.State
	for _, workers := range []int{1, 2, 8} {
		m := fit(t, Trainer{Bags: 4, Rounds: 40, Residual: 100, Workers: workers}, s)
		if m.Parts().Residual == nil {
			t.Fatal("no residual to compare")
		}
		state, err := m.State()
		if err != nil {
			t.Fatal(err)
		}
		if workers == 1 {
			first = state
			again, err := additive.FromState(state)
			if err != nil || !slices.Equal(score(t, again, s.Frame), score(t, m, s.Frame)) {
				t.Errorf("the model is another after the trip: %v", err)
			}
		} else if !sameState(first, state) {
			t.Errorf("%d workers make another model", workers)
		}
	}
}
