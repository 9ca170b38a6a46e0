package chart

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the cuts and weights: values keep their order on the ruler, and ticks
// are inside and apart.
func TestRulerKeepsOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		n := rapid.IntRange(1, 60).Draw(rt, "cuts")
		tail := rapid.Float64Range(0.1, 4).Draw(rt, "tail")
		cuts, weight := []float64{}, []float64{rng.Float64()}
		for range n {
			cuts = append(cuts, math.Exp(tail*rng.NormFloat64())-rapid.SampledFrom([]float64{0, 1, 5}).Draw(rt, "shift"))
			weight = append(weight, rng.ExpFloat64())
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		weight = weight[:len(cuts)+1]
		r := newRuler(cuts, weight)
		last := 0.0
		for _, c := range cuts {
			u := r.at(c)
			if !(u >= last && u <= 1) {
				rt.Fatalf("%+v puts the cut %v at %v, after %v", r, c, u, last)
			}
			last = u
		}
		ticks := r.ticks(8)
		for i, v := range ticks {
			if v < r.low || v > r.high || i > 0 && r.at(v)-r.at(ticks[i-1]) < 0.99/8 {
				rt.Fatalf("%+v has the ticks %v", r, ticks)
			}
		}
	})
}
