package additive_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/additive/boost"
)

// spreadSample draws accounts whose own log-odds differ by noise from what their one
// feature shows, unmeasured being its share of the variance, and returns these log-odds.
func spreadSample(n int, unmeasured float64, seed uint64) (*models.Sample, []float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	const sd = 1.5
	s := &models.Sample{Frame: &models.Frame{Fields: []models.Field{{Name: "x"}, {Name: "days"}}, Columns: models.Zeros(2, n)}, Churned: make([]bool, n)}
	own := make([]float64, n)
	for i := range own {
		x := r.NormFloat64()
		s.Columns[0][i], s.Columns[1][i] = x, float64(30+30*(i%6))
		own[i] = -2 + sd*(math.Sqrt(1-unmeasured)*x+math.Sqrt(unmeasured)*r.NormFloat64())
		s.Churned[i] = r.Float64() < models.Sigmoid(own[i])
	}
	return s, own
}

func fittedOn(t *testing.T, s *models.Sample) *additive.Model {
	t.Helper()
	fitted, err := boost.Trainer{Bags: 4, Seed: 1, Sets: -1, Residual: -1}.Fit(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return fitted.(*additive.Model)
}

func variance(z []float64) float64 {
	mean, square := 0.0, 0.0
	for _, v := range z {
		mean, square = mean+v/float64(len(z)), square+v*v/float64(len(z))
	}
	return square - mean*mean
}

// Where the share that no feature shows is the assumed one, a 90 % interval holds the
// account's own log-odds in 90 % of the accounts, and misses as often below as above.
// That of the expectation does not.
func TestIntervalHoldsTheAccountsOwnLogOdds(t *testing.T) {
	s, own := spreadSample(6000, 0.3, 11)
	m := fittedOn(t, s)
	z, err := m.LogOdds(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := m.WithSpread(&additive.Spread{Unmeasured: 0.3, Variance: variance(z)})
	if err != nil {
		t.Fatal(err)
	}
	count := func(m *additive.Model) (held, below, above float64) {
		low, high, err := m.Interval(s.Frame, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		each := 1 / float64(len(own))
		for i, v := range own {
			switch {
			case v < low[i]:
				below += each
			case v > high[i]:
				above += each
			default:
				held += each
			}
		}
		return held, below, above
	}
	held, below, above := count(wide)
	t.Logf("holds %.3f, below %.3f, above %.3f", held, below, above)
	if !(held >= 0.86 && held <= 0.94) || math.Abs(below-above) > 0.04 {
		t.Errorf("holds %.3f, truth below %.3f, above %.3f; want .86 to .94, balanced", held, below, above)
	}
	if held, _, _ = count(m); held > 0.7 {
		t.Errorf("the interval of the expectation holds %.3f: nothing is left to show", held)
	}
}

// A spread changes intervals and nothing else; they hold the answer, and a state and an
// edit keep it.
func TestSpreadChangesIntervalsOnly(t *testing.T) {
	s, _ := spreadSample(1500, 0.3, 12)
	m := fittedOn(t, s)
	spread := &additive.Spread{Unmeasured: 0.6, Variance: 9, Unlearned: 2, Line: &additive.SpreadLine{Field: 1, Centre: 90, Unit: 90, Low: 30, High: 180, Shift: 3, Stretch: -4, Widen: 5}}
	wide, err := m.WithSpread(spread)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := m.LogOdds(s.Frame)
	after, _ := wide.LogOdds(s.Frame)
	s.Columns[1][0] = math.NaN()
	s.Columns[1][1], s.Columns[1][2] = 1e9, -1e9
	low, high, err := wide.Interval(s.Frame, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	for i := range before {
		if before[i] != after[i] {
			t.Fatalf("row %d: log-odds %v, with a spread %v", i, before[i], after[i])
		}
	}
	z, _ := wide.LogOdds(s.Frame)
	for i := range z {
		if !(low[i] <= z[i] && z[i] <= high[i] && low[i] < high[i]) || math.IsInf(low[i], 0) || math.IsInf(high[i], 0) {
			t.Fatalf("row %d: %v outside %v to %v", i, z[i], low[i], high[i])
		}
	}
	state, err := wide.State()
	if err != nil {
		t.Fatal(err)
	}
	again, err := additive.FromState(state)
	if err != nil {
		t.Fatal(err)
	}
	edited, err := again.Without("x")
	if err != nil {
		t.Fatal(err)
	}
	if got := edited.Spread(); got == nil || *got.Line != *spread.Line || got.Variance != 9 || got.Unlearned != 2 {
		t.Errorf("after a state and an edit the spread is %+v", got)
	}
	lowAgain, highAgain, _ := again.Interval(s.Frame, 0.9)
	for i := range low {
		if low[i] != lowAgain[i] || high[i] != highAgain[i] {
			t.Fatalf("row %d: %v to %v, from its state %v to %v", i, low[i], high[i], lowAgain[i], highAgain[i])
		}
	}
}

// What is unlearned widens an interval, and standard errors are those of the bags with
// and without a spread.
func TestUnlearnedWidens(t *testing.T) {
	s, _ := spreadSample(1500, 0.3, 14)
	m := fittedOn(t, s)
	plain, err := m.StandardErrors(s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	width := func(unlearned float64) float64 {
		wide, err := m.WithSpread(&additive.Spread{Unmeasured: 0.2, Variance: 2, Unlearned: unlearned})
		if err != nil {
			t.Fatal(err)
		}
		same, err := wide.StandardErrors(s.Frame)
		if err != nil || same[3] != plain[3] {
			t.Fatalf("a standard error of %v, with a spread %v: %v", plain[3], same[3], err)
		}
		low, high, err := wide.Interval(s.Frame, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		return high[3] - low[3]
	}
	if !(width(0.5) > width(0)*1.2) {
		t.Errorf("an interval of width %.2f, with .5 unlearned %.2f", width(0), width(0.5))
	}
}

// A spread that means nothing is refused.
func TestSpreadIsChecked(t *testing.T) {
	s, _ := spreadSample(600, 0.3, 13)
	m := fittedOn(t, s)
	line := func(change func(*additive.SpreadLine)) *additive.Spread {
		l := &additive.SpreadLine{Field: 1, Centre: 90, Unit: 90, Low: 30, High: 180}
		change(l)
		return &additive.Spread{Unmeasured: 0.3, Variance: 1, Line: l}
	}
	for name, bad := range map[string]*additive.Spread{
		"no share":       {Variance: 1},
		"all":            {Unmeasured: 1, Variance: 1},
		"NaN":            {Unmeasured: math.NaN(), Variance: 1},
		"below 0":        {Unmeasured: 0.3, Variance: -1},
		"more unlearned": {Unmeasured: 0.3, Variance: 1, Unlearned: 1.5},
		"less than none": {Unmeasured: 0.3, Variance: 1, Unlearned: -0.1},
		"no such field":  line(func(l *additive.SpreadLine) { l.Field = 2 }),
		"no unit":        line(func(l *additive.SpreadLine) { l.Unit = 0 }),
		"turned around":  line(func(l *additive.SpreadLine) { l.Low = 200 }),
		"infinite shift": line(func(l *additive.SpreadLine) { l.Shift = math.Inf(1) }),
	} {
		if _, err := m.WithSpread(bad); !errors.Is(err, models.ErrFields) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
