package additive

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// withResidual gives a model a residual of arbitrary trees.
func withResidual(m *Model, trees int) {
	random := rand.New(rand.NewPCG(7, 8))
	d := &ResidualTrees{}
	for j := range m.fields {
		if j == 1 {
			continue // a field that it does not know
		}
		bins := min(m.binnings[j].Bins, 9)
		of, mass := make([]uint8, m.binnings[j].Bins), make([]float64, bins)
		for c := range of {
			of[c] = uint8(c * bins / len(of))
		}
		for b := range mass {
			mass[b] = random.Float64()
		}
		d.Fields, d.Bin, d.Weight = append(d.Fields, j), append(d.Bin, of), append(d.Weight, mass)
	}
	for range m.intercepts {
		bag := make([]Tree, trees)
		for k := range bag {
			bag[k] = randomTree(random, d, 1+k%MaxDepth)
			d.Purify(&bag[k], models.Zeros(len(d.Fields), MaxMergedBins))
		}
		d.Bags = append(d.Bags, bag)
	}
	d.importance = make([]float64, len(d.Fields))
	for k := range m.clusters {
		m.clusters[k].residualCentre = make([]float64, len(d.Fields))
		for f := range d.Fields {
			m.clusters[k].residualCentre[f] = 0.01 * float64(k+f)
		}
	}
	m.residual = d
	m.derive()
}

func randomTree(random *rand.Rand, d *ResidualTrees, depth int) Tree {
	t := Tree{Value: make([]float64, 1<<depth)}
	for range depth {
		t.Cuts = append(t.Cuts, Cut{Field: int16(random.IntN(len(d.Fields))), Right: random.Uint64()})
	}
	for leaf := range t.Value {
		t.Value[leaf] = random.NormFloat64()
	}
	return t
}

// expected is E[T | the bins of the fields in known], straight from the
// definition: a sum over all bins of all other fields.
func expected(d *ResidualTrees, t *Tree, bins []int, known func(f int) bool) float64 {
	p := t.players()
	at := slices.Clone(bins)
	var walk func(i int) float64
	walk = func(i int) float64 {
		if i == p.n {
			leaf := 0
			for level, c := range t.Cuts {
				leaf |= int(c.Right>>at[c.Field]&1) << level
			}
			return t.Value[leaf]
		}
		f := p.fields[i]
		if known(int(f)) {
			return walk(i + 1)
		}
		var sum, total float64
		for b, w := range d.Weight[f] {
			at[f] = b
			sum += w * walk(i+1)
			total += w
		}
		at[f] = bins[f]
		return sum / total
	}
	return walk(0)
}

// plainResidual adds the residual to one row of the reference, tree by tree.
func plainResidual(m *Model, codes [][]uint8, row, k int, z []float64, out *Answers) {
	d := m.residual
	for b, trees := range d.Bags {
		sum := 0.0
		for n := range trees {
			t := &trees[n]
			leaf, p := d.leaf(t, codes, row), t.players()
			sum += t.Value[leaf]
			for i, share := range d.shares(t, &p) {
				out.Share[d.Fields[p.fields[i]]][row] += share[leaf] / float64(len(d.Bags))
			}
		}
		z[b] += sum
		out.LogOdds[row] += sum / float64(len(d.Bags))
	}
	for f, j := range d.Fields {
		out.Share[j][row] -= m.clusters[k].residualCentre[f]
	}
}

// A tree's shares are the definition's: the mean over all orders in which fields
// become known, with sums over all bins in the place of those that are not.
func TestResidualSharesAreShapley(t *testing.T) {
	m, _ := explained(t)
	d := m.residual
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		tree := randomTree(random, d, rapid.IntRange(1, MaxDepth).Draw(t, "depth"))
		p := tree.players()
		if p.n > 4 {
			return // sums over the bins of five fields take long
		}
		bins, leaf := make([]int, len(d.Fields)), 0
		for f := range bins {
			bins[f] = random.IntN(len(d.Weight[f]))
			leaf |= tree.side(bins[f], int16(f))
		}
		coalition := func(mask int) float64 {
			return expected(d, &tree, bins, func(f int) bool { return mask>>slices.Index(p.fields[:p.n], int16(f))&1 == 1 })
		}
		got := d.shares(&tree, &p)
		for i, want := range shapleyByOrders(coalition, p.n) {
			if math.Abs(got[i][leaf]-want) > 1e-12 {
				t.Fatalf("player %d of %d has %v, by definition %v", i, p.n, got[i][leaf], want)
			}
		}
	})
}

// The scoring path says of a residual what its trees say one by one, of bags too.
func TestResidualIsTheFormulas(t *testing.T) {
	s, _ := modelstest.World{Fields: 5}.Draw(4, 300)
	model, err := Trainer{Bins: 16, Bags: 2, Rounds: 50, Sets: -1}.Fit(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	m := model.(*Model)
	withResidual(m, 30)
	want := plainly(t, m, s.Frame, 0.8)
	got := roomFor(m, s.Rows())
	got.Level = 0.8
	if err := m.Answer(s.Frame, 0, s.Rows(), got); err != nil {
		t.Fatal(err)
	}
	compare(t, want, got)
}

// Taking mean and main effects out of a tree changes no answer and leaves none.
func TestPurifiedTreesArePure(t *testing.T) {
	m, _ := explained(t)
	d := m.residual
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		tree := randomTree(random, d, rapid.IntRange(1, MaxDepth).Draw(t, "depth"))
		before := Tree{Cuts: tree.Cuts, Value: slices.Clone(tree.Value)}
		mains := models.Zeros(len(d.Fields), MaxMergedBins)
		for f := range mains {
			mains[f] = mains[f][:len(d.Weight[f])]
		}
		middle := d.Purify(&tree, mains)
		bins := make([]int, len(d.Fields))
		for f := range bins {
			bins[f] = random.IntN(len(d.Weight[f]))
		}
		all := func(int) bool { return true }
		sum := middle + expected(d, &tree, bins, all)
		for f, b := range bins {
			sum += mains[f][b]
			alone := expected(d, &tree, bins, func(g int) bool { return g == f })
			if math.Abs(alone) > 1e-12 {
				t.Fatalf("field %d alone says %v", f, alone)
			}
		}
		if want := expected(d, &before, bins, all); math.Abs(sum-want) > 1e-12 {
			t.Fatalf("the parts say %v, the tree said %v", sum, want)
		}
	})
}

// entangled draws rows in which four fields act only together.
func entangled(seed uint64, rows int) (*models.Sample, []float64) {
	random := rand.New(rand.NewPCG(seed, 6))
	s := &models.Sample{Frame: &models.Frame{Columns: make([][]float64, 8)}}
	for j := range s.Columns {
		s.Fields = append(s.Fields, models.Field{Name: fmt.Sprintf("x%d", 9-j)})
	}
	var z []float64
	for range rows {
		x := make([]float64, len(s.Columns))
		for j := range x {
			x[j] = random.NormFloat64()
			s.Columns[j] = append(s.Columns[j], x[j])
		}
		high := 0
		for _, v := range x[:4] {
			if v > 0 {
				high++
			}
		}
		z = append(z, 0.5*x[5]-1.5)
		if high == 4 || high == 0 {
			z[len(z)-1] += 4
		}
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z[len(z)-1]))
	}
	return s, z
}

var entangledModel = sync.OnceValues(func() (*Model, *models.Sample) {
	s, _ := entangled(1, 4000)
	m, err := Trainer{Bags: 4, Rounds: 60, Bins: 32, Sets: 1, Residual: 150}.Fit(context.Background(), s)
	if err != nil {
		panic(err)
	}
	return m.(*Model), s
})

// Where four fields act together the residual is admitted, gains what the order
// below lacks, knows its fields, and explains what it says.
func TestResidualWhereFourFieldsActTogether(t *testing.T) {
	m, s := entangledModel()
	orders := m.Orders()
	last := orders[len(orders)-1]
	if m.residual == nil || last.Fields != MaxDepth || last.Gain < 0.002 || last.Gain < 2*last.GainSE {
		t.Fatalf("orders %+v", orders)
	}
	rank := slices.Clone(m.residual.importance)
	slices.Sort(rank)
	for f, j := range m.residual.Fields {
		if inside := j < 4; inside != (m.residual.importance[f] >= rank[len(rank)-4]) {
			t.Errorf("the importances of the residual are %v of fields %v", m.residual.importance, m.residual.Fields)
		}
	}
	probe, truth := entangled(2, 2000)
	without, err := Trainer{Bags: 4, Rounds: 60, Bins: 32, Sets: 1, Residual: -1}.Fit(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	with, lacks := modelstest.ExpectedLoss(score(t, m, probe.Frame), truth, nil, -1), modelstest.ExpectedLoss(score(t, without, probe.Frame), truth, nil, -1)
	if with > lacks-0.002 {
		t.Errorf("log-loss %.4f with the residual, %.4f without", with, lacks)
	}
	checkAddsUp(t, m, s.Frame, score(t, m, s.Frame))
	state, err := m.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := FromState(state)
	if err != nil || !slices.Equal(score(t, again, s.Frame), score(t, m, s.Frame)) {
		t.Errorf("the model is another after the trip: %v", err)
	}
}

// What is admitted by chance where there is no interaction does no harm.
func TestResidualHarmsNothing(t *testing.T) {
	statistics(t)
	for seed := range uint64(4) {
		s, z := modelstest.World{Fields: 8}.Draw(60+seed, 1500)
		with, without := fit(t, Trainer{Bags: 4, Rounds: 300}, s), fit(t, Trainer{Bags: 4, Rounds: 300, Residual: -1}, s)
		harm := modelstest.ExpectedLoss(score(t, with, s.Frame), z, nil, -1) - modelstest.ExpectedLoss(score(t, without, s.Frame), z, nil, -1)
		if harm > 0.002 {
			t.Errorf("seed %d: the residual costs %.4f nats", seed, harm)
		}
	}
}

// A monotone field is in no tree, and bins without a row go with most rows.
func TestResidualKeepsItsRules(t *testing.T) {
	s, _ := entangled(3, 3000)
	m := fit(t, Trainer{Bags: 4, Rounds: 60, Sets: 1, Residual: 60, Monotone: map[string]int{"x2": 1}}, s)
	if m.residual == nil {
		t.Fatal("no residual to speak of")
	}
	for _, j := range m.residual.Fields {
		if m.fields[j].Name == "x2" {
			t.Error("a monotone field is in the residual")
		}
	}
	for _, trees := range m.residual.Bags {
		for _, tree := range trees {
			for _, c := range tree.Cuts {
				right, total := 0.0, 0.0
				for b, w := range m.residual.Weight[c.Field] {
					total += w
					if c.Right>>b&1 == 1 {
						right += w
					}
				}
				for b, w := range m.residual.Weight[c.Field] {
					if w == 0 && (c.Right>>b&1 == 1) != (right > total/2) {
						t.Fatalf("bin %d, which no row is in, goes with the fewer", b)
					}
				}
			}
		}
	}
}

// A damaged residual is refused.
func TestResidualStateIsChecked(t *testing.T) {
	_, _, state := saved(t)
	for name, change := range map[string]func(a []float64){
		"rest_bins":       func(a []float64) { a[0] = 200 },
		"rest_mass":       func(a []float64) { a[0] = -1 },
		"rest_importance": func(a []float64) { a[0] = math.NaN() },
		"rest_cuts":       func(a []float64) { a[1] = 99 },
		"rest_values":     func(a []float64) { a[0] = math.Inf(1) },
		"rest_centres":    func(a []float64) { a[0] = 1e9 },
	} {
		bad := models.State{Kind: state.Kind, Header: state.Header, Arrays: map[string][]float64{}}
		for n, values := range state.Arrays {
			bad.Arrays[n] = slices.Clone(values)
		}
		change(bad.Arrays[name])
		if _, err := FromState(bad); err == nil {
			t.Errorf("a damaged %s is read", name)
		}
		bad.Arrays[name] = slices.Clone(state.Arrays[name][:len(state.Arrays[name])-1])
		if _, err := FromState(bad); err == nil {
			t.Errorf("a short %s is read", name)
		}
	}
}
