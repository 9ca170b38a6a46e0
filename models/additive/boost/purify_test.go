package boost

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Purification moves means down and changes no answer: what a cell held is what
// it holds plus what the tables below hold there, and every slice's mean is 0.
func TestPurifyingChangesNoAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dims := rapid.SliceOfN(rapid.IntRange(1, 5), 2, 3).Draw(t, "dims")
		n := 1
		for _, d := range dims {
			n *= d
		}
		values := rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(t, "values")
		mass := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0, 1, 5, 20}), n, n).Draw(t, "mass")
		mass[rapid.IntRange(0, n-1).Draw(t, "filled")] = 3
		weight := smooth(mass, dims)
		pure := append([]float64(nil), values...)
		down := make([][]float64, len(dims))
		for i, d := range dims {
			down[i] = make([]float64, n/d)
		}
		purify(pure, weight, dims, down)
		for c, w := range weight {
			if mass[c] > 0 && w == 0 {
				t.Fatalf("cell %d lost its weight", c)
			}
			if w == 0 {
				if pure[c] != 0 {
					t.Fatalf("cell %d without weight holds %v", c, pure[c])
				}
				continue
			}
			sum, stride := pure[c], n
			for i, d := range dims {
				stride /= d
				sum += down[i][c/(stride*d)*stride+c%stride]
			}
			if math.Abs(sum-values[c]) > 1e-9 {
				t.Fatalf("cell %d held %v and holds %v", c, values[c], sum)
			}
		}
		stride := n
		for _, d := range dims {
			stride /= d
			for rest := range n / d {
				first := rest/stride*stride*d + rest%stride
				var sum, total float64
				for c := first; c < first+d*stride; c += stride {
					sum, total = sum+weight[c]*pure[c], total+weight[c]
				}
				if total > 0 && math.Abs(sum/total) > 1e-6 {
					t.Fatalf("a slice has the mean %v", sum/total)
				}
			}
		}
	})
}
