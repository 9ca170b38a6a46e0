package additive

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/modelstest"
)

// withSets adds terms of two and three fields with arbitrary tables to a
// model, and makes one of them differ in a cluster: the explanations must hold
// for any table.
func withSets(m *Model) {
	random := rand.New(rand.NewPCG(3, 4))
	table := func(fields []int, bags int) Table {
		t := Table{Fields: fields}
		for _, j := range fields { // every second bin joined to the one before
			to := MergedBins{Bin: make([]uint8, m.binnings[j].Bins)}
			for c := range to.Bin {
				to.Bin[c] = uint8((c + 1) / 2)
			}
			to.Bins = int(to.Bin[len(to.Bin)-1]) + 1
			t.Merges = append(t.Merges, to)
		}
		n := Cells(t.Merges)
		t.Weight = make([]float64, n)
		for range bags {
			values := make([]float64, n)
			for c := range values {
				values[c] = random.NormFloat64()
			}
			t.Bags = append(t.Bags, values)
		}
		t.SetMean()
		return t
	}
	bags := len(m.intercepts)
	pair, triple := []int{0, 2}, []int{1, 3, 4}
	m.tables = append(m.tables, table(pair, bags), table(triple, bags))
	for k := range m.clusters {
		m.clusters[k].centre = append(m.clusters[k].centre, 0.1, -0.2)
	}
	p := &m.clusters[1]
	p.Info.Lambda = 0.7
	p.Own = append(p.Own, OwnTable{Of: len(m.tables) - 1, Table: table(triple, bags)})
	withResidual(m, 12)
}

// explained returns one model with everything in it; tests only read it.
func explained(t *testing.T) (*Model, *models.Sample) {
	t.Helper()
	m, s := explainedOnce()
	if m.Cluster(0).Lambda == 0 || m.Cluster(1).Lambda == 0 {
		t.Fatalf("no cluster part to explain: %+v, %+v", m.Cluster(0), m.Cluster(1))
	}
	return m, s
}

var explainedOnce = sync.OnceValues(func() (*Model, *models.Sample) {
	s, _ := modelstest.World{Fields: 6, Difference: 1.5}.Draw(4, 900, 900)
	m, err := Trainer{Clusters: 2, Bins: 16, Bags: 4, Sets: -1}.Fit(context.Background(), s)
	if err != nil {
		panic(err)
	}
	withSets(m.(*Model))
	return m.(*Model), s
})

func TestContributionsAddUp(t *testing.T) {
	m, s := explained(t)
	z := score(t, m, s.Frame)
	c, err := m.Contributions(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	var drift float64
	for i := range z {
		sum := c.Baseline[i]
		for j := range c.Share {
			sum += c.Share[j][i]
		}
		if math.Abs(sum-z[i]) > 1e-9 {
			t.Fatalf("row %d: contributions give %v, log-odds are %v", i, sum, z[i])
		}
	}
	// Mains are centred on the cluster's own rows.
	for i := range z {
		if s.Cluster[i] == 0 {
			drift += m.effects[0][5][m.tables[5].Cell([][]uint8{5: {m.binnings[5].bin(s.Columns[5][i])}}, 0)] - m.clusters[0].centre[5]
		}
	}
	if math.Abs(drift) > 1e-6 {
		t.Errorf("x5 sums to %v over the cluster it is centred on", drift)
	}
}

// shapleyByOrders is the definition: the mean over all orders in which the
// fields may move.
func shapleyByOrders(v func(mask int) float64, n int) []float64 {
	share := make([]float64, n)
	var walk func(mask int, weight float64)
	walk = func(mask int, weight float64) {
		left := 0
		for i := range n {
			if mask>>i&1 == 0 {
				left++
			}
		}
		for i := range n {
			if mask>>i&1 == 0 {
				share[i] += weight / float64(left) * (v(mask|1<<i) - v(mask))
				walk(mask|1<<i, weight/float64(left))
			}
		}
	}
	walk(0, 1)
	return share
}

// A move is the Shapley value over the moved fields, adds up, and back again is
// its negative.
func TestMoveIsShapley(t *testing.T) {
	m, s := explained(t)
	from, to := s.Select([]int{0, 1, 2, 3, 4, 1000, 7}), s.Select([]int{10, 11, 12, 13, 1400, 30, 7})
	there, err := m.Move(from.Frame, to.Frame)
	if err != nil {
		t.Fatal(err)
	}
	back, err := m.Move(to.Frame, from.Frame)
	if err != nil {
		t.Fatal(err)
	}
	z0, z1 := score(t, m, from.Frame), score(t, m, to.Frame)
	for i := range z0 {
		sum := there.Cluster[i]
		for j := range there.Share {
			sum += there.Share[j][i]
			if math.Abs(there.Share[j][i]+back.Share[j][i]) > 1e-9 {
				t.Errorf("row %d field %d: there %v, back %v", i, j, there.Share[j][i], back.Share[j][i])
			}
		}
		if math.Abs(sum-(z1[i]-z0[i])) > 1e-9 || math.Abs(there.Cluster[i]+back.Cluster[i]) > 1e-9 {
			t.Errorf("row %d moves by %v, the shares by %v", i, z1[i]-z0[i], sum)
		}
		if same := from.Cluster[i] == to.Cluster[i]; same != (there.Cluster[i] == 0) {
			t.Errorf("row %d: the cluster's share is %v", i, there.Cluster[i])
		}
	}
	v := func(mask int) float64 {
		mixed := from.Select([]int{0})
		for j := range 6 {
			if mask>>j&1 == 1 {
				mixed.Columns[j][0] = to.Columns[j][0]
			}
		}
		return score(t, m, mixed.Frame)[0]
	}
	for j, want := range shapleyByOrders(v, 6) {
		if got := there.Share[j][0]; math.Abs(got-want) > 1e-9 {
			t.Errorf("field %d moves %v, by definition %v", j, got, want)
		}
	}
	if _, err := m.Move(from.Frame, s.Frame); !errors.Is(err, models.ErrFields) {
		t.Errorf("frames of different length: %v", err)
	}
}

// The middle of the interval is the answer, wider levels give wider intervals,
// and a cluster's own part counts.
func TestIntervalSurroundsTheAnswer(t *testing.T) {
	m, s := explained(t)
	z := score(t, m, s.Frame)
	low, high, err := m.Interval(s.Frame, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	narrow, _, err := m.Interval(s.Frame, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	for i := range z {
		if math.Abs((low[i]+high[i])/2-z[i]) > 1e-9 || !(low[i] < narrow[i] && narrow[i] < z[i]) {
			t.Fatalf("row %d: %v in [%v, %v], half as sure from %v", i, z[i], low[i], high[i], narrow[i])
		}
	}
	for _, level := range []float64{0, 1, math.NaN()} {
		if _, _, err := m.Interval(s.Frame, level); err == nil {
			t.Errorf("level %v is accepted", level)
		}
	}
	if terms := m.ClusterTerms(1); len(terms) == 0 || terms[0].Importance == 0 {
		t.Error("the cluster's own tables are not described")
	}
}
