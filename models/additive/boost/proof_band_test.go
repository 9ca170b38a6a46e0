package boost

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/modelstest"
)

// exhibit is an additive truth whose shapes are known: what trees like, what
// they must build from many steps, and nothing at all.
type exhibit struct {
	name   string
	base   float64 // log-odds at the middle of every field
	field  func(normal float64) float64
	shapes []shape
}

// shape is what a field contributes, in log-odds.
type shape struct {
	name   string
	levels int // 0: numeric
	f      func(x float64) float64
}

func flat(float64) float64 { return 0 }

func jump(at, by float64) func(float64) float64 {
	return func(x float64) float64 {
		if x < at {
			return 0
		}
		return by
	}
}

// evenly has fields of even density, on which the band's window was chosen.
var evenly = exhibit{"evenly spread", -1.5, distuv.UnitNormal.CDF, []shape{
	{"step", 0, jump(0.6, 1.2)},
	{"line", 0, func(x float64) float64 { return 2 * (x - 0.5) }},
	{"bump", 0, func(x float64) float64 { return 1.2 * math.Exp(-(x-0.5)*(x-0.5)/0.03) }},
	{"wave", 0, func(x float64) float64 { return 0.6 * math.Sin(2*math.Pi*x) }},
	{"flat", 0, flat}, {"flat too", 0, flat},
}}

// longTailed has long tails, fewer churned, other shapes and levels: nothing was
// chosen on it.
var longTailed = exhibit{"long tails", -2.5, math.Exp, []shape{
	{"steps", 0, func(x float64) float64 { return jump(0.7, 0.8)(x) - jump(1.8, 1.4)(x) }},
	{"log", 0, func(x float64) float64 { return 0.7 * math.Log(x) }},
	{"saturates", 0, func(x float64) float64 { return -1.5 * min(x, 1) }},
	{"hollow", 0, func(x float64) float64 { return 0.4 * math.Log(x) * math.Log(x) }},
	{"flat", 0, flat},
	{"levels", 6, func(x float64) float64 { return []float64{0, 0.8, -0.5, 0.3, -1, 1.2}[int(x)] }},
}}

// draw returns a sample of fields that lean on each other a little, and the
// true log-odds of its rows.
func (e exhibit) draw(seed uint64, rows int) (*models.Sample, []float64) {
	random := rand.New(rand.NewPCG(seed, 90))
	s := &models.Sample{Frame: &models.Frame{Columns: models.Zeros(len(e.shapes), rows)}}
	for _, g := range e.shapes {
		f := models.Field{Name: g.name}
		for c := range g.levels {
			f.Levels = append(f.Levels, fmt.Sprint("level ", c))
		}
		s.Fields = append(s.Fields, f)
	}
	z := make([]float64, rows)
	for i := range rows {
		z[i] = e.base
		common := random.NormFloat64()
		for j, g := range e.shapes {
			x := math.Sqrt(0.3)*common + math.Sqrt(0.7)*random.NormFloat64()
			if g.levels > 0 {
				x = math.Floor(distuv.UnitNormal.CDF(x) * float64(g.levels))
			} else {
				x = e.field(x)
			}
			s.Columns[j][i] = x
			z[i] += g.f(x)
		}
		s.Churned = append(s.Churned, random.Float64() < models.Sigmoid(z[i]))
	}
	return s, z
}

// coverage counts how often a band held the truth, and how far off it was.
type coverage struct{ held, width, square, of float64 }

func (c *coverage) add(value, half, truth float64) {
	if math.Abs(value-truth) <= half {
		c.held++
	}
	c.square += (value - truth) * (value - truth)
	c.width += half
	c.of++
}

func (c *coverage) join(o coverage) {
	c.held, c.width, c.square, c.of = c.held+o.held, c.width+o.width, c.square+o.square, c.of+o.of
}

func (c coverage) share() float64 { return c.held / c.of }

func (c coverage) String() string {
	return fmt.Sprintf("%9.3f %9.3f %9.3f", c.share(), c.width/c.of, math.Sqrt(c.square/c.of))
}

// bands is what a number of fits covered of the truth.
type bands struct {
	exhibit
	rows     int
	of       []coverage // [shape] by Term.Band; every row of the sample counts once
	errors   coverage   // shapes by the jackknife error alone
	spread   coverage   // shapes by the bags' bare standard deviation
	interval coverage   // log-odds of fresh rows by Interval
}

// cover fits samples of so many rows and counts. What a shape is measured from
// is its mean over the sample's rows, as the model's is.
func (e exhibit) cover(t *testing.T, trainer Trainer, rows, seeds int) *bands {
	t.Helper()
	out := &bands{exhibit: e, rows: rows, of: make([]coverage, len(e.shapes))}
	for seed := range uint64(seeds) {
		s, _ := e.draw(1000+seed, rows)
		trainer.Seed = seed
		m := fit(t, trainer, s)
		terms := m.Terms()
		for j, g := range e.shapes {
			truth, codes := make([]float64, rows), make([]uint8, rows)
			for i, x := range s.Columns[j] {
				truth[i] = g.f(x)
			}
			if err := m.Parts().Binnings[j].Code(g.name, s.Columns[j], 0, codes); err != nil {
				t.Fatal(err)
			}
			centre := meanOf(truth)
			for i, c := range codes {
				value, se, want := terms[j].Value[c], terms[j].Error[c], truth[i]-centre
				out.of[j].add(value, terms[j].Band[c], want)
				out.errors.add(value, student(m)*se, want)
				out.spread.add(value, 1.645*se/jackknife(m)/math.Sqrt(float64(len(m.Parts().Intercepts)-1)), want)
			}
		}
		probe, want := e.draw(2000+seed, 1000)
		low, high, err := m.Interval(probe.Frame, additive.BandLevel)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			out.interval.add((low[i]+high[i])/2, (high[i]-low[i])/2, want[i])
		}
	}
	return out
}

func (b *bands) all() coverage {
	var all coverage
	for _, c := range b.of {
		all.join(c)
	}
	return all
}

func (b *bands) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %d rows: share inside, half-width, error\n", b.name, b.rows)
	for j, c := range b.of {
		fmt.Fprintf(&out, "  %-24s %v\n", b.shapes[j].name, c)
	}
	fmt.Fprintf(&out, "  %-24s %v\n", "all shapes", b.all())
	fmt.Fprintf(&out, "  %-24s %v\n", "  by the error alone", b.errors)
	fmt.Fprintf(&out, "  %-24s %v\n", "  by the bags' spread", b.spread)
	fmt.Fprintf(&out, "  %-24s %v\n", "log-odds, by Interval", b.interval)
	return out.String()
}

// The bands hold what they say in the mean over shapes, and the bare spread of
// the bags would not. proof_long_test.go has the whole protocol.
func TestBandsHoldTheTruth(t *testing.T) {
	modelstest.Long(t)
	statistics(t)
	b := evenly.cover(t, Trainer{Sets: -1}, 2000, 5)
	t.Log("\n" + b.String())
	if share := b.all().share(); share < 0.81 || share > 0.97 {
		t.Errorf("bands of level .9 hold %.3f of the true shapes", share)
	}
	if share := b.spread.share(); share > 0.7 {
		t.Errorf("the bags' bare spread holds %.3f: this test would not notice", share)
	}
	if share := b.interval.share(); share < 0.8 || share > 0.97 {
		t.Errorf("intervals of level .9 hold %.3f of the true log-odds", share)
	}
}

// student returns the critical value of a band whose error is estimated from the
// bags.
func student(m *additive.Model) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: float64(len(m.Parts().Intercepts) - 1)}.Quantile(0.5 + additive.BandLevel/2)
}

// jackknife returns the factor of the delete-a-group jackknife, √((P−1)/B), of a
// model that is not subsampled.
func jackknife(m *additive.Model) float64 {
	bags := len(m.Parts().Intercepts)
	return math.Sqrt(float64(additive.Folds(bags)-1) / float64(bags))
}
