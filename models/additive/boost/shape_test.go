package boost

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// fit fits or fails the test.
func fit(t testing.TB, trainer Trainer, s *models.Sample) *additive.Model {
	t.Helper()
	m, err := trainer.Fit(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return m.(*additive.Model)
}

func score(t testing.TB, m models.Model, f *models.Frame) []float64 {
	t.Helper()
	z, err := m.LogOdds(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// The planted shapes come back, the interval covers about as often as it says,
// and the answer is calibrated.
func TestRecoversShapes(t *testing.T) {
	statistics(t)
	w := modelstest.World{Fields: 7}
	s, _ := w.Draw(5, 8000)
	test, want := w.Draw(6, 4000)
	m := fit(t, Trainer{Seed: 1}, s)
	z := score(t, m, test.Frame)
	if over := modelstest.ExpectedLoss(z, want, test.Cluster, -1) - modelstest.ExpectedLoss(want, want, test.Cluster, -1); over > 0.006 {
		t.Errorf("loss is %.4f above the truth's", over)
	}
	if slope, _, se := models.CalibrationSlope(z, test.Churned, nil); slope < 0.9-2*se || slope > 1.1+2*se {
		t.Errorf("calibration slope %.3f ± %.3f", slope, se)
	}
	low, high, err := m.Interval(test.Frame, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	covered := 0
	for i := range want {
		if low[i] <= want[i] && want[i] <= high[i] {
			covered++
		}
	}
	share := float64(covered) / float64(len(want))
	t.Logf("the 90 %% interval covers %.3f of the true log-odds", share)
	if share < 0.75 || share > 0.99 {
		t.Error("want about .9")
	}
	terms := m.Terms()
	for j, name := range []string{"x0", "x1", "x2", "x3", "x4", "x5", "x6"} {
		term := terms[j]
		if term.Fields[0] != name || len(term.Value) != len(term.Axes[0].Cuts)+2 || len(term.Error) != len(term.Value) {
			t.Fatalf("term %d is %v with %d values and %d cuts", j, term.Fields, len(term.Value), len(term.Axes[0].Cuts))
		}
		// x4 carries nothing: with one cluster and no difference only x0 to x3 do.
		if planted := j < 4; planted != (term.Importance > 0.15) {
			t.Errorf("importance of %s is %.3f", name, term.Importance)
		}
	}
	last := len(terms[0].Value) - 1
	if rise := terms[0].Value[last] - terms[0].Value[1]; math.Abs(rise-1.8) > 0.5 {
		t.Errorf("f(x0) rises by %.2f, want about 1.8", rise)
	}
}

// Missing is a state of its own; a constant, an empty and an all-new column say
// nothing.
func TestMissingAndEmptyColumns(t *testing.T) {
	s, _ := modelstest.World{Fields: 5}.Draw(2, 3000)
	n := s.Rows()
	hole, empty, constant := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		hole[i], empty[i], constant[i] = float64(i%7), math.NaN(), 4
		if s.Churned[i] && i%2 == 0 {
			hole[i] = math.NaN()
		}
	}
	s.Fields = append(s.Fields, models.Field{Name: "hole"}, models.Field{Name: "empty"},
		models.Field{Name: "constant"}, models.Field{Name: "no level", Levels: []string{}})
	s.Columns = append(s.Columns, hole, empty, constant, slices.Clone(empty))
	m := fit(t, Trainer{Bags: 4}, s)
	if f := m.Parts().Tables[5].Mean; f[additive.Missing] < slices.Max(f[1:])+1 {
		t.Errorf("missing is worth %.2f, the present values at most %.2f", f[additive.Missing], slices.Max(f[1:]))
	}
	probe := s.Select([]int{0, 0})
	probe.Columns[6][1], probe.Columns[7][1], probe.Columns[8][1] = 3, math.NaN(), 12
	if z := score(t, m, probe.Frame); z[0] != z[1] {
		t.Errorf("columns that never varied move the answer from %v to %v", z[0], z[1])
	}
	for _, j := range []int{6, 7, 8} {
		if m.Terms()[j].Importance != 0 {
			t.Errorf("%s has an importance", m.Fields()[j].Name)
		}
	}
}

// A monotone field never turns, in any cluster, against any data.
func TestMonotoneHoldsExactly(t *testing.T) {
	statistics(t)
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(0, 1000).Draw(t, "seed")
		sign := rapid.SampledFrom([]int{-1, 1}).Draw(t, "sign")
		s, _ := modelstest.World{Fields: 6, Difference: 2}.Draw(seed, 150, 150)
		trainer := Trainer{Bags: 2, Seed: seed, Smooth: 20, Rounds: 40, Clusters: 2, Monotone: map[string]int{"x0": sign, "x1": sign, "x3": sign, "x4": sign, "x5": sign}}
		fitted, err := trainer.Fit(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		const points = 400
		for j := range 6 {
			probe := &models.Frame{Fields: s.Fields, Columns: models.Zeros(6, points), Cluster: make([]int32, points)}
			for k := range int32(2) {
				for i := range points {
					probe.Columns[j][i], probe.Cluster[i] = float64(i-200)/50, k
				}
				z, err := fitted.LogOdds(probe)
				if err != nil {
					t.Fatal(err)
				}
				for i := 1; i < points && j != 2; i++ {
					if float64(sign)*(z[i]-z[i-1]) < 0 {
						t.Fatalf("x%d in cluster %d turns at %v", j, k, probe.Columns[j][i])
					}
				}
			}
		}
	})
}

// A row of weight 2 counts like two rows of one account.
func TestWeightsCountAsRows(t *testing.T) {
	statistics(t)
	s, _ := modelstest.World{Fields: 5}.Draw(8, 2800) // above what counts as few rows, once and doubled
	weighted := s.Select(indices(s.Rows()))
	weighted.Weight = make([]float64, s.Rows())
	var twice []int
	for i := range s.Rows() {
		weighted.Weight[i] = float64(1 + i%2)
		for range 1 + i%2 {
			twice = append(twice, i)
		}
	}
	doubled := s.Select(twice)
	for _, i := range twice {
		doubled.Group = append(doubled.Group, int32(i))
	}
	a, b := score(t, fit(t, Trainer{}, weighted), s.Frame), score(t, fit(t, Trainer{}, doubled), s.Frame)
	plain := score(t, fit(t, Trainer{}, s), s.Frame)
	var near, far float64
	for i := range a {
		near += math.Abs(a[i]-b[i]) / float64(len(a))
		far += math.Abs(a[i]-plain[i]) / float64(len(a))
	}
	if near > 0.002 || far < 10*near {
		t.Errorf("weights and copies differ by %v log-odds on average, no weights by %v", near, far)
	}
}

func indices(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// The number of workers changes no byte, another seed does.
func TestWorkersChangeNothing(t *testing.T) {
	s, _ := modelstest.World{Fields: 6, Difference: 1}.Draw(4, 500, 700)
	var states []models.State
	for _, trainer := range []Trainer{{Workers: 1}, {Workers: 2}, {Workers: 8}, {Workers: 1, Seed: 1}} {
		trainer.Clusters, trainer.Rounds = 2, 120
		state, err := fit(t, trainer, s).State()
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
	}
	for i, other := range states[1:] {
		if same := sameState(states[0], other); same != (i < 2) {
			t.Errorf("trainer %d has the same state: %v", i+1, same)
		}
	}
}

func sameState(a, b models.State) bool {
	if a.Kind != b.Kind || !bytes.Equal(a.Header, b.Header) || len(a.Arrays) != len(b.Arrays) {
		return false
	}
	for name, values := range a.Arrays {
		if !slices.EqualFunc(values, b.Arrays[name], func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }) {
			return false
		}
	}
	return true
}

// On labels without any signal the answer is the base rate.
func TestNothingToLearn(t *testing.T) {
	s, _ := modelstest.World{Fields: 20}.Draw(9, 600)
	for i := range s.Churned {
		s.Churned[i] = i%4 == 0
	}
	z := score(t, fit(t, Trainer{}, s), s.Frame)
	rate := make([]float64, len(z))
	for i := range rate {
		rate[i] = math.Log(1. / 3)
	}
	harm := modelstest.ExpectedLoss(z, rate, nil, -1) - modelstest.ExpectedLoss(rate, rate, nil, -1)
	if harm > 0.02 || math.Abs(meanOf(z)-rate[0]) > 0.1 {
		t.Errorf("on noise the answer is %.4f nats from the base rate, around %.2f", harm, meanOf(z))
	}
}

// Wide, small and skewed samples neither panic nor give anything but numbers.
func TestSmallSamples(t *testing.T) {
	for _, n := range []int{2, 3, 10, 60} {
		for _, fields := range []int{5, 40} {
			t.Run(fmt.Sprint(n, "x", fields), func(t *testing.T) {
				s, _ := modelstest.World{Fields: fields}.Draw(uint64(n), n)
				for i := range s.Churned {
					s.Churned[i] = i == 1
				}
				m := fit(t, Trainer{Clusters: 2}, s)
				for _, z := range score(t, m, s.Frame) {
					if math.IsNaN(z) || math.Abs(z) > 20 {
						t.Fatalf("log-odds %v", z)
					}
				}
			})
		}
	}
}

// meanOf returns the mean.
func meanOf(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// checkAddsUp wants an edited model's contributions to sum to its log-odds.
func checkAddsUp(t *testing.T, m *additive.Model, f *models.Frame, z []float64) {
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
