package features

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// The sum is the exact one, rounded once.
func TestExactSumAgreesWithBigFloat(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOf(rapid.OneOf(
			rapid.Float64Range(-1e9, 1e9), rapid.Float64Range(-1e-9, 1e-9), rapid.Float64Range(-1e200, 1e200),
			rapid.SampledFrom([]float64{1, -1, 0x1p53, -0x1p53, 0x1p-53, 0x1p-60}),
		)).Draw(rt, "values")
		want := new(big.Float).SetPrec(4000)
		var sum exactSum
		for _, v := range values {
			want.Add(want, new(big.Float).SetFloat64(v))
			sum.add(v)
		}
		if nearest, _ := want.Float64(); sum.value() != nearest {
			rt.Fatalf("%v, exactly %v", sum.value(), nearest)
		}
	})
}

func TestExactSumHalfway(t *testing.T) {
	// Half-way between two floats, a trifle above and a trifle below.
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{1, 0x1p-53}, 1},
		{[]float64{1, 0x1p-53, 0x1p-110}, math.Nextafter(1, 2)},
		{[]float64{math.Nextafter(1, 2), 0x1p-53, -0x1p-110}, math.Nextafter(1, 2)},
		{[]float64{math.Nextafter(1, 2), 0x1p-53}, 1 + 0x1p-51},
		{[]float64{-1, -0x1p-53, -0x1p-110}, -math.Nextafter(1, 2)},
		{[]float64{5, -5}, 0},
	} {
		var sum exactSum
		for _, v := range c.values {
			sum.add(v)
		}
		if sum.value() != c.want {
			t.Errorf("%v: %v, not %v", c.values, sum.value(), c.want)
		}
	}
}
