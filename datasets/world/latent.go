package world

import (
	"math"
	"math/rand/v2"
)

// shock is a planted episode: each week with a small probability it adds its
// size to a state.
type shock struct {
	kind   string
	weekly float64 // probability per week
	size   float64
}

// process is one driver's law of motion in weekly steps.
type process struct {
	keep   float64 // φ per week
	noise  float64 // σ per week
	start  float64 // standard deviation at creation
	shocks []shock
}

// newProcess makes the law of a driver with a hidden state.
func newProcess(driver, cluster int) process {
	p := &plans[driver]
	keep := math.Pow(p.kept, 7./90)
	out := process{keep: keep, noise: p.start * math.Sqrt(1-keep*keep), start: p.start}
	if p.shock.weekly > 0 {
		out.shocks = append(out.shocks, p.shock)
	}
	if driver == clusters[cluster].core {
		out.shocks = append(out.shocks, drop)
	}
	return out
}

// ahead returns mean and variance of the state some weeks after it was x.
func (p *process) ahead(x float64, weeks int) (mean, variance float64) {
	left := math.Pow(p.keep, float64(weeks))
	sum, squares := float64(weeks), float64(weeks) // Σ φ^i, Σ φ^2i
	if p.keep < 1 {
		sum = (1 - left) / (1 - p.keep)
		squares = (1 - left*left) / (1 - p.keep*p.keep)
	}
	drift, spread := 0.0, p.noise*p.noise
	for _, s := range p.shocks {
		drift += s.weekly * s.size
		spread += s.weekly * (1 - s.weekly) * s.size * s.size
	}
	return left*x + drift*sum, spread * squares
}

// walk draws the state of every week and reports the shocks that hit it.
func (p *process) walk(r *rand.Rand, weeks int, hit func(week int, s shock)) []float64 {
	path := make([]float64, weeks)
	x := p.start * r.NormFloat64()
	for w := range path {
		if w > 0 {
			x = p.keep*x + p.noise*r.NormFloat64()
			for _, s := range p.shocks {
				if r.Float64() < s.weekly {
					x += s.size
					hit(w, s)
				}
			}
		}
		path[w] = x
	}
	return path
}

// weekAt is the week whose state is known at midnight of a tenure day: the last
// that began before it. A day of 0 or less has none (-1).
func weekAt(tenure int) int {
	if tenure <= 0 {
		return -1
	}
	return (tenure - 1) / 7
}

// shrinkage returns c so that c·m is the log-odds of E σ(η), η ~ N(m, v). By
// symmetry c·m is 0 at m = 0, where c is the slope there.
func shrinkage(m, v float64) float64 {
	if v == 0 {
		return 1
	}
	if math.Abs(m) < 1e-3 {
		m = 1e-3
	}
	// The trapezoidal rule on a Gaussian integrand converges faster than any
	// power of the step: 1/2 is good to 1e-8 up to a variance of 3.
	p, mass := 0., 0.
	for u := -8.; u <= 8; u += .5 {
		density := math.Exp(-u * u / 2)
		p += density * sigmoid(m+math.Sqrt(v)*u)
		mass += density
	}
	p /= mass
	return math.Log(p/(1-p)) / m
}
