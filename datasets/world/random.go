package world

import (
	"math"
	"math/rand/v2"
)

// A stream is one purpose's own sequence of an account: more draws for events
// never change what was decided.
const (
	streamLife = iota
	streamDecision
	streamEvents
	streamValue
)

// stream returns the generator of one account and purpose.
func stream(seed uint64, account, purpose int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed), mix(mix(uint64(account))+uint64(purpose))))
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// poisson draws a count. Up to a mean of 30 by multiplying uniforms (Knuth),
// above by the rounded normal, whose error no test of a world can see.
func poisson(r *rand.Rand, mean float64) int {
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit := math.Exp(-mean)
	n := 0
	for p := r.Float64(); p > limit; n++ {
		p *= r.Float64()
	}
	return n
}

// pick draws an index by weights that sum to 1.
func pick(r *rand.Rand, weights ...float64) int {
	u := r.Float64()
	for i, w := range weights {
		if u -= w; u < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
