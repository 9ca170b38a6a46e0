package world

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The closed form for mean and variance agrees with simulated walks.
func TestAheadAgreesWithWalks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for d := range numLatent {
		p := newProcess(d, 0)
		for _, weeks := range []int{0, 4, 26} {
			const walks, from = 20000, .7
			sum, squares := 0., 0.
			for range walks {
				x := from
				for range weeks {
					x = p.keep*x + p.noise*r.NormFloat64()
					for _, s := range p.shocks {
						if r.Float64() < s.weekly {
							x += s.size
						}
					}
				}
				sum += x
				squares += x * x
			}
			m := sum / walks
			v := squares/walks - m*m
			mean, variance := p.ahead(from, weeks)
			if math.Abs(m-mean) > 5*math.Sqrt(variance/walks)+1e-9 || math.Abs(v-variance) > .1*variance+1e-9 {
				t.Errorf("%s after %d weeks: mean %.4f and variance %.4f, walks give %.4f and %.4f", plans[d].name, weeks, mean, variance, m, v)
			}
		}
	}
}

func TestStatesKeepTheirCorrelation(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	p := newProcess(adoption, 0)
	var now, later []float64
	for range 4000 {
		path := p.walk(r, 14, func(int, shock) {})
		now, later = append(now, path[0]), append(later, path[13])
	}
	// 13 weeks are 91 days
	if c := correlation(now, later); math.Abs(c-.9) > .02 {
		t.Errorf("correlation over 90 days is %.3f, want .9", c)
	}
}

// integral is E σ(η), η ~ N(m, v), by a fine sum.
func integral(m, v float64) float64 {
	p, mass := 0., 0.
	for u := -9.; u <= 9; u += .01 {
		density := math.Exp(-u * u / 2)
		p += density / (1 + math.Exp(-m-math.Sqrt(v)*u))
		mass += density
	}
	return p / mass
}

// The shrunk log-odds give the expected probability: exactly by a finer sum,
// nearly by MacKay's closed form.
func TestShrinkageGivesTheExpectation(t *testing.T) {
	worst := 0.
	for m := -7.; m <= 4; m += .25 {
		for v := 0.; v <= 3; v += .25 {
			p := sigmoid(m * shrinkage(m, v))
			if exact := integral(m, v); math.Abs(p-exact) > 1e-8 {
				t.Errorf("m = %g, v = %g: probability %.12f, want %.12f", m, v, p, exact)
			}
			worst = math.Max(worst, math.Abs(p-sigmoid(m/math.Sqrt(1+math.Pi*v/8))))
		}
	}
	if worst > .02 {
		t.Errorf("the closed form is off by %.4f", worst)
	}
	if a, b := shrinkage(0, 1), shrinkage(.01, 1); math.Abs(a-b) > 1e-4 || a >= 1 {
		t.Errorf("shrinkage %g at 0 and %g beside it", a, b)
	}
}

func TestWeekAt(t *testing.T) {
	for tenure, want := range map[int]int{-3: -1, 0: -1, 1: 0, 7: 0, 8: 1, 14: 1, 15: 2} {
		if got := weekAt(tenure); got != want {
			t.Errorf("weekAt(%d) = %d, want %d", tenure, got, want)
		}
	}
}

func TestPoisson(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, rate := range []float64{0, .3, 4, 29, 31, 400} {
		const n = 20000
		sum, squares := 0., 0.
		for range n {
			x := float64(poisson(r, rate))
			sum += x
			squares += x * x
		}
		m := sum / n
		v := squares/n - m*m
		if math.Abs(m-rate) > 5*math.Sqrt(rate/n) || math.Abs(v-rate) > .08*rate {
			t.Errorf("rate %g: mean %.3f, variance %.3f", rate, m, v)
		}
	}
}
