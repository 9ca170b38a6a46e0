package boost

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// Fitted tables are pure: purifying them once more moves nothing down, and main
// effects have the mean 0.
func TestFittedTablesArePure(t *testing.T) {
	m, _ := plantedModel()
	sets := 0
	for _, term := range m.Parts().Tables {
		if term.Merges == nil {
			if off := additive.WeightedMean(term.Mean, term.Weight); math.Abs(off) > 1e-9 {
				t.Errorf("the main effect of %s has the mean %v", m.Fields()[term.Fields[0]].Name, off)
			}
			continue
		}
		sets++
		var dims []int
		for _, j := range term.Merges {
			dims = append(dims, j.Bins)
		}
		for b, bag := range append([][]float64{term.Mean}, term.Bags...) {
			down := make([][]float64, len(dims))
			for i, d := range dims {
				down[i] = make([]float64, len(bag)/d)
			}
			purify(slices.Clone(bag), smooth(term.Weight, dims), dims, down)
			for _, moved := range down {
				for _, v := range moved {
					if math.Abs(v) > 1e-6 {
						t.Fatalf("set %v, table %d: a slice has the mean %v", term.Fields, b, v)
					}
				}
			}
		}
	}
	if sets == 0 {
		t.Error("no sets to look at")
	}
}

// Two fields that share no set do not interact: what one does to the log-odds
// does not depend on the other. Two that share one do, somewhere.
func TestOnlySetsInteract(t *testing.T) {
	m, s := plantedModel()
	together := map[[2]int]bool{}
	for _, term := range m.Parts().Tables {
		for _, a := range term.Fields {
			for _, b := range term.Fields {
				together[[2]int{a, b}] = true
			}
		}
	}
	interacts := false
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.IntRange(0, s.Rows()-1)
		from, to := row.Draw(t, "from"), row.Draw(t, "to")
		a, b := rapid.IntRange(0, 7).Draw(t, "a"), rapid.IntRange(0, 7).Draw(t, "b")
		if a == b {
			return
		}
		f := s.Select([]int{from, from, from, from}).Frame
		for i := range 4 {
			if i&1 > 0 {
				f.Columns[a][i] = s.Columns[a][to]
			}
			if i&2 > 0 {
				f.Columns[b][i] = s.Columns[b][to]
			}
		}
		z, err := m.LogOdds(f)
		if err != nil {
			t.Fatal(err)
		}
		cross := z[3] - z[2] - z[1] + z[0]
		if !together[[2]int{a, b}] && math.Abs(cross) > 1e-9 {
			t.Fatalf("fields %d and %d share no set and interact by %v", a, b, cross)
		}
		interacts = interacts || math.Abs(cross) > 0.1
	})
	if !interacts {
		t.Error("nothing interacts, though a pair and a triple were planted")
	}
}

// A level that training never saw says what the mean row says, whatever its
// code; and so does a value that is missing where none ever was.
func TestUnseenHasNoEffect(t *testing.T) {
	s, _ := evenly.draw(4, 600)
	level, _ := longTailed.draw(4, 600)
	s.Fields, s.Columns = append(s.Fields, level.Fields[5]), append(s.Columns, level.Columns[5])
	for i, c := range level.Columns[5] {
		if c == 5 {
			s.Churned[i] = true // so that seen levels do say something
		}
	}
	m := fit(t, Trainer{Bags: 2, Rounds: 60, Sets: -1}, s)
	if m.Terms()[6].Importance < 0.05 {
		t.Fatal("the levels say nothing at all")
	}
	rapid.Check(t, func(t *rapid.T) {
		one := s.Select([]int{rapid.IntRange(0, 599).Draw(t, "row")}).Frame
		one.Columns[6][0] = float64(rapid.IntRange(6, 1<<40).Draw(t, "code"))
		j := rapid.IntRange(0, 5).Draw(t, "missing field")
		one.Columns[j][0] = math.NaN()
		c, err := m.Contributions(one)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(c.Share[6][0]) > 1e-9 || math.Abs(c.Share[j][0]) > 1e-9 {
			t.Fatalf("an unseen level says %v, a missing value %v", c.Share[6][0], c.Share[j][0])
		}
	})
}

// Rows that weigh next to nothing change next to nothing, wherever they point.
func TestWeightlessRowsHaveNoEffect(t *testing.T) {
	statistics(t)
	s, _ := modelstest.World{Fields: 6, Difference: 1}.Draw(12, 500, 700)
	n := s.Rows()
	s.Group, s.Weight = make([]int32, n), filled(n, 1)
	for i := range n {
		s.Group[i] = int32(i)
	}
	trainer := Trainer{Bags: 4, Rounds: 200, Rate: 0.04, Clusters: 2, Sets: -1}
	want := score(t, fit(t, trainer, s), s.Frame)
	random := rand.New(rand.NewPCG(1, 1))
	more := s.Select(append(indices(n), indices(n)...))
	for j := range more.Columns { // the second half: the accounts' own outcomes beside anybody's features
		more.Columns[j] = append(slices.Clone(s.Columns[j]), s.Columns[j]...)
		random.Shuffle(n, func(a, b int) {
			more.Columns[j][n+a], more.Columns[j][n+b] = more.Columns[j][n+b], more.Columns[j][n+a]
		})
	}
	off := func(weight float64) (far float64) {
		for i := range n {
			more.Weight[n+i] = weight
		}
		for i, z := range score(t, fit(t, trainer, more), s.Frame) {
			far += math.Abs(z-want[i]) / float64(n)
		}
		return far
	}
	// A cluster's events count for its lambda whatever they weigh: a little moves.
	if far := off(1e-9); far > 0.05 {
		t.Errorf("rows without weight move the log-odds by %v on average", far)
	}
	if far := off(1); far < 0.1 {
		t.Errorf("rows of full weight move the log-odds by %v only", far)
	}
}

// The saved state is the same on 1, 2 and 8 workers and cores, with sets and
// with cluster parts in it; another seed's is another.
func TestStateOnAnyCores(t *testing.T) {
	statistics(t)
	s, z := planted(6, 1800)
	random := rand.New(rand.NewPCG(6, 6))
	s.Cluster = make([]int32, s.Rows())
	for i := range s.Cluster {
		if i%3 == 0 { // in a third of the accounts x3 means the opposite
			s.Cluster[i], z[i] = 1, z[i]+1-2*s.Columns[6][i]
		}
		s.Churned[i] = random.Float64() < models.Sigmoid(z[i])
	}
	state := func(cores int, seed uint64) models.State {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		m := fit(t, Trainer{Bags: 2, Rounds: 80, Clusters: 2, Workers: cores, Seed: seed, Sets: 6}, s)
		if len(m.Terms()) == len(s.Fields) || m.Cluster(1).Lambda == 0 {
			t.Fatalf("%d terms and %+v: not everything is there", len(m.Terms()), m.Cluster(1))
		}
		state, err := m.State()
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	one := state(1, 0)
	for _, cores := range []int{2, 8} {
		if !sameState(one, state(cores, 0)) {
			t.Errorf("on %d cores the saved state is another", cores)
		}
	}
	if sameState(one, state(1, 1)) {
		t.Error("another seed gives the same state")
	}
}

// A direction that was asked for holds in every cluster that has a part of its
// own, exactly, at every cut, though one field rises in truth and is asked to
// fall, and another falls in one cluster only.
func TestMonotoneInEveryCluster(t *testing.T) {
	s, _ := modelstest.World{Fields: 6, Difference: 1.5}.Draw(14, 900, 900)
	asked := map[string]int{"x0": -1}
	m := fit(t, Trainer{Bags: 4, Rounds: 100, Rate: 0.04, Clusters: 2, Sets: -1, Monotone: asked}, s)
	free := fit(t, Trainer{Bags: 4, Rounds: 100, Rate: 0.04, Clusters: 2, Sets: -1}, s)
	for k := range int32(2) {
		if m.Cluster(int(k)).Lambda == 0 {
			t.Fatalf("cluster %d has no part of its own: %+v", k, m.Cluster(int(k)))
		}
		turned := 0
		for j, f := range s.Fields {
			sign := float64(asked[f.Name])
			if sign == 0 {
				continue
			}
			probe := &models.Frame{Fields: s.Fields, Columns: models.Zeros(len(s.Fields), len(m.Parts().Binnings[j].Cuts)+1)}
			copy(probe.Columns[j][1:], m.Parts().Binnings[j].Cuts)
			probe.Columns[j][0] = math.Nextafter(m.Parts().Binnings[j].Cuts[0], math.Inf(-1))
			probe.Cluster = slices.Repeat([]int32{k}, probe.Rows())
			z, unbound := score(t, m, probe), score(t, free, probe)
			for i := 1; i < len(z); i++ {
				if sign*(z[i]-z[i-1]) < 0 {
					t.Fatalf("%s turns in cluster %d, by %v", f.Name, k, z[i]-z[i-1])
				}
				if sign*(unbound[i]-unbound[i-1]) < 0 {
					turned++
				}
			}
		}
		if turned == 0 {
			t.Errorf("nothing turns in cluster %d without being bound: this test would not notice", k)
		}
	}
}
