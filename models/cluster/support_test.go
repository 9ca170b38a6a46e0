package cluster

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
)

// planted is a frame of counts and values whose groups are known.
type planted struct {
	frame   *models.Frame
	space   Space
	churned []bool
	truth   []int
}

// quick keeps the tests short; the rules stay those of the defaults.
var quick = Options{MaxK: 6, Bootstraps: 10, Restarts: 4, Seed: 7}

// mixes simulates accounts of several outcomes: an outcome does every groups-th
// event type six times as often. Counts are Poisson around gamma-distributed
// mixes times a log-normal size; a fifth churns; values are noise.
func mixes(seed uint64, rows, groups, types, values int) *planted {
	rng := rand.New(rand.NewPCG(seed, 99))
	p := &planted{frame: &models.Frame{}}
	columns := grid(types+values, rows)
	for i := range rows {
		group := rng.IntN(groups)
		size, total := math.Exp(4.5+rng.NormFloat64()), 0.0
		for j := range types {
			rate := 2.0
			if groups > 1 && j%groups == group {
				rate = 12
			}
			columns[j][i] = gamma(rng, rate)
			total += columns[j][i]
		}
		for j := range types {
			columns[j][i] = poisson(rng, size*columns[j][i]/total)
		}
		for j := range values {
			columns[types+j][i] = rng.NormFloat64()
			if rng.Float64() < .05 {
				columns[types+j][i] = math.NaN()
			}
		}
		p.truth, p.churned = append(p.truth, group), append(p.churned, rng.Float64() < .2)
	}
	for j, column := range columns {
		name := fmt.Sprintf("type%d.count_84d", j)
		if j < types {
			p.space.Shares = append(p.space.Shares, name)
		} else {
			name = fmt.Sprintf("value%d", j-types)
			p.space.Values = append(p.space.Values, name)
		}
		p.frame.Fields = append(p.frame.Fields, models.Field{Name: name})
		p.frame.Columns = append(p.frame.Columns, column)
	}
	return p
}

func gamma(rng *rand.Rand, shape float64) float64 { // Marsaglia and Tsang 2000, shape >= 1
	d := shape - 1.0/3
	for {
		x := rng.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(1-rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 50 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	n, p := 0.0, rng.Float64()
	for e := math.Exp(-mean); p > e; n++ {
		p *= rng.Float64()
	}
	return n
}

// numbers makes a frame of numeric columns x0, x1, … that are all values.
func numbers(rows, columns int, cell func(i, j int) float64) *planted {
	p := &planted{frame: &models.Frame{}, churned: make([]bool, rows)}
	for j := range columns {
		name := fmt.Sprintf("x%d", j)
		p.space.Values = append(p.space.Values, name)
		p.frame.Fields = append(p.frame.Fields, models.Field{Name: name})
		p.frame.Columns = append(p.frame.Columns, make([]float64, rows))
	}
	for i := range rows {
		p.churned[i] = i%5 == 0
		for j := range columns {
			p.frame.Columns[j][i] = cell(i, j)
		}
	}
	return p
}

func (p *planted) fit(t testing.TB, o Options) (*Model, *Choice) {
	t.Helper()
	m, choice, err := Fit(context.Background(), p.frame, p.space, p.churned, o)
	if err != nil {
		t.Fatal(err)
	}
	return m, choice
}

// purity is the share of rows whose cluster's main group is theirs.
func (p *planted) purity(t testing.TB, m *Model) float64 {
	t.Helper()
	a, err := m.Assign(p.frame)
	if err != nil {
		t.Fatal(err)
	}
	hits := map[int32]map[int]int{}
	for i, c := range a.Cluster {
		if hits[c] == nil {
			hits[c] = map[int]int{}
		}
		hits[c][p.truth[i]]++
	}
	right := 0
	for _, groups := range hits {
		most := 0
		for _, n := range groups {
			most = max(most, n)
		}
		right += most
	}
	return float64(right) / float64(len(p.truth))
}
