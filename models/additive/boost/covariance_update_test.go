package boost

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// mixed is a run prepared on every kind of field: straight, curved, monotone,
// with missing values, with few levels and with many, these as often as copies.
func mixed(t *testing.T, rows, copies, bins int) *run {
	t.Helper()
	random := rand.New(rand.NewPCG(11, uint64(copies)))
	s := &models.Sample{Frame: &models.Frame{}}
	add := func(name string, levels int, values []float64) {
		f := models.Field{Name: name}
		for l := range levels {
			f.Levels = append(f.Levels, fmt.Sprint(name, l))
		}
		s.Fields, s.Columns = append(s.Fields, f), append(s.Columns, values)
	}
	cells := models.Zeros(5, rows)
	var effect [200]float64
	for l := range effect {
		effect[l] = 0.7 * random.NormFloat64()
	}
	for i := range rows {
		for j := range 3 {
			cells[j][i] = random.NormFloat64()
		}
		cells[3][i], cells[4][i] = float64(random.IntN(4)), math.Floor(200*math.Pow(random.Float64(), 3))
		z := -1 + cells[0][i] + 0.8*math.Sin(6*cells[1][i]) + 0.4*cells[2][i] + effect[int(cells[3][i])] + effect[int(cells[4][i])]
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z))
		if i%7 == 0 {
			cells[0][i] = math.NaN()
		}
	}
	add("gaps", 0, cells[0])
	add("rising", 0, cells[2])
	add("plan", 4, cells[3])
	for k := range copies {
		add(fmt.Sprint("curved", k), 0, cells[1])
		add(fmt.Sprint("region", k), 200, cells[4])
	}
	trainer, err := Trainer{Bags: 4, Bins: bins, Monotone: map[string]int{"rising": 1}}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Trainer: trainer, sample: s, report: func(float64) {}}
	if err := r.prepare(); err != nil {
		t.Fatal(err)
	}
	return r
}

// freshBags returns bags that have learned nothing.
func (r *run) freshBags() *ensemble {
	e := &ensemble{workers: 2}
	for b := range r.Bags {
		plan := bagOptions{treeOptions: treeOptions{leaves: r.Leaves, l2: r.L2, minLeaf: r.MinLeaf}, rate: r.Rate, randomRounds: r.Smooth, baseRate: r.baseRate()}
		e.bags = append(e.bags, newBag(r.binnedData, plan, r.outOfBag(b), r.Seed, uint64(b)))
	}
	return e
}

// turn is phase, with steps coupled to bins or to rows whatever the number of rows.
func (e *ensemble) turn(straight, coupled bool, rate float64) {
	e.startPhase(straight, rate)
	if coupled {
		shares := newBinCovariance(e.bags[0].binnedData, e.bags[0].z)
		for _, b := range e.bags {
			b.startCovarianceUpdates(shares)
		}
	}
}

// Where every bin is a group of its own, what a step does to the bins of another
// field is what it does to their rows, in the mean under the hessians.
func TestStepsMoveBinsAsTheirRows(t *testing.T) {
	r := mixed(t, 3000, 1, 24)
	random := rand.New(rand.NewPCG(3, 3))
	z := make([]float32, r.rows())
	for i := range z {
		z[i] = 2 * random.Float32()
	}
	shares := newBinCovariance(r.binnedData, z)
	for _, j := range r.active {
		if r.binnings[j].Bins > covarianceGroups {
			continue
		}
		var step [additive.MaxBins]float32
		h := make([]float64, r.binnings[j].Bins)
		for i, c := range r.codes[j] {
			p := models.Sigmoid(float64(z[i]))
			h[c] += p * (1 - p)
		}
		for c := range h {
			step[c] = random.Float32()
		}
		moved := make([]float32, shares.total)
		shares.propagate(j, &step, h, moved)
		for _, k := range r.active {
			sum, weight := make([]float64, shares.size[k]), make([]float64, shares.size[k])
			for i, c := range r.codes[k] {
				p, g := models.Sigmoid(float64(z[i])), shares.group[k][c]
				sum[g] += p * (1 - p) * float64(step[r.codes[j][i]])
				weight[g] += p * (1 - p)
			}
			for g, got := range moved[shares.first[k]:][:shares.size[k]] {
				want := 0.0
				if k != j && weight[g] > 0 {
					want = sum[g] / weight[g]
				}
				if math.Abs(float64(got)-want) > 1e-4 {
					t.Fatalf("a step of field %d moves group %d of field %d by %v, its rows by %v", j, g, k, got, want)
				}
			}
		}
	}
}

// The sums are those of the rows, to the grain of the fixed point.
func TestMeasureSumsRows(t *testing.T) {
	r := mixed(t, 3001, 1, 0)
	e := r.freshBags()
	e.turn(true, true, 0.1)
	random := rand.New(rand.NewPCG(5, 5))
	b := e.bags[1]
	for i := range b.z {
		b.z[i] = float32(3 * random.NormFloat64())
	}
	b.refreshHistograms()
	for _, j := range b.active {
		g, h := make([]float64, b.binnings[j].Bins), make([]float64, b.binnings[j].Bins)
		n := make([]float64, b.binnings[j].Bins)
		for i, c := range b.codes[j] {
			p, w := models.Sigmoid(float64(b.z[i])), float64(b.bagWeight[i])
			g[c] += w * (p - float64(b.label[i]))
			h[c] += w * p * (1 - p)
			n[c]++
		}
		for c := range g {
			if grain := b.covariance.unit * (n[c] + 1); math.Abs(b.covariance.exactGradient[j][c]-g[c]) > grain || math.Abs(b.hess[j][c]-h[c]) > grain {
				t.Fatalf("field %d bin %d: %v and %v, want %v and %v", j, c, b.covariance.exactGradient[j][c], b.hess[j][c], g[c], h[c])
			}
		}
	}
}

// Told to bins, the bags get as far as coupled to rows, also where eight fields say
// the same in more bins than there are groups; their rows end up where their
// tables say, and a monotone field stays so.
func TestBinsLearnWhatRowsLearn(t *testing.T) {
	statistics(t)
	for _, copies := range []int{1, 8} {
		r := mixed(t, 8000, copies, 0)
		var least [2]float64
		for coupled := range 2 {
			e := r.freshBags()
			rate, _ := r.linearStopping()
			for _, straight := range []bool{true, false} {
				e.turn(straight, coupled == 1, rate)
				rate = r.Rate
				least[coupled] = math.Inf(1)
				for range 20 {
					if err := e.advance(context.Background(), 10); err != nil {
						t.Fatal(err)
					}
					least[coupled] = min(least[coupled], e.loss())
				}
			}
			checkPendingApplied(t, e.bags[0])
			if last := e.loss(); last > least[coupled]+0.02 {
				t.Errorf("%d copies, coupled to bins %d: the loss went from %.4f to %.4f", copies, coupled, least[coupled], last)
			}
		}
		if math.Abs(least[0]-least[1]) > 0.002 {
			t.Errorf("%d copies: loss %.4f coupled to rows, %.4f coupled to bins", copies, least[0], least[1])
		}
	}
}

func checkPendingApplied(t *testing.T, b *bag) {
	t.Helper()
	for i, got := range b.z {
		want := b.intercept
		for _, j := range b.active {
			want += b.tables[j][b.codes[j][i]]
		}
		if math.Abs(float64(got)-want) > 1e-3 {
			t.Fatalf("row %d stands at %v, its tables say %v", i, got, want)
		}
	}
	rising := slices.IndexFunc(b.active, func(j int) bool { return b.monotone[j] > 0 })
	if !slices.IsSorted(b.tables[b.active[rising]][1:]) {
		t.Error("the monotone field falls somewhere")
	}
}

// Trust follows its formula, and nothing that cannot be a ratio is trusted.
func TestTrustIsTheFormulas(t *testing.T) {
	for _, one := range []struct {
		wrong, change, size, rate float64
		after, want               int
	}{
		{25, 100, 100, 0.08, 8, 8},             // two fields that say the same: ln 2 / -ln .92 = 8.3
		{25, 100, 100, 0.08, 2, 4},             // never more than twice as long
		{75, 100, 100, 0.08, 8, 1},             // ln(.75)/(2 ln .92) = 1.7
		{200, 100, 100, 0.08, 8, 1},            // worse than not to have coupled
		{1, 1, 100, 0.08, 8, maxRefreshCycles}, // a hundredth does no harm
		{25, 100, 100, 0.5, 8, 1},
		{25, 100, 100, 1, 8, 1},
		{0, 0, 0, 0.08, 8, maxRefreshCycles},
		{math.NaN(), 1, 1, 0.08, 8, 1},
		{0, 0, 0, 0.08, 0, 1},
	} {
		l := &covarianceUpdates{refreshAfter: one.after}
		if l.setRefresh(one.wrong, one.change, one.size, one.rate); l.refreshAfter != one.want {
			t.Errorf("%+v: %d cycles", one, l.refreshAfter)
		}
	}
}

// Packed sums hold as long as what is packed weighs what it was coupled to, whatever
// the weights and the log-odds.
func TestPackHoldsAnyWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "rows")
		b := &bag{binnedData: &binnedData{}}
		for range n {
			b.bagWeight = append(b.bagWeight, float32(math.Exp(rapid.Float64Range(-12, 12).Draw(t, "ln weight"))))
			b.z = append(b.z, float32(rapid.Float64Range(-40, 40).Draw(t, "z")))
			b.label = append(b.label, float32(rapid.IntRange(0, 1).Draw(t, "label")))
		}
		b.startCovarianceUpdates(&binCovariance{})
		packed := make([]int64, n)
		b.packGradients(0, packed)
		var sum int64
		var g, h float64
		for i := range packed {
			sum += packed[i]
			p, w := float64(sigmoid(b.z[i])), float64(b.bagWeight[i])
			g, h = g+w*(p-float64(b.label[i])), h+w*p*(1-p)
		}
		grain := b.covariance.unit*float64(n+1) + 1e-6*(math.Abs(g)+h)
		if gotG, gotH := float64(sum>>32)*b.covariance.unit, float64(uint32(sum))*b.covariance.unit/2; math.Abs(gotG-g) > grain+1e-6*h || math.Abs(gotH-h) > grain {
			t.Fatalf("sums %v and %v, want %v and %v", gotG, gotH, g, h)
		}
	})
}

// With rows enough to tell bins, the number of workers changes no byte.
func TestCovarianceUpdatesOnAnyWorkers(t *testing.T) {
	statistics(t)
	s, _ := modelstest.World{Fields: 5}.Draw(9, covarianceMinRows+covarianceMinRows/10)
	var states []models.State
	for _, workers := range []int{1, 2, 8} {
		state, err := fit(t, Trainer{Bags: 3, Rounds: 30, Smooth: 15, Workers: workers, Sets: -1}, s).State()
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state)
	}
	if !sameState(states[0], states[1]) || !sameState(states[0], states[2]) {
		t.Error("the number of workers changes the model")
	}
}
