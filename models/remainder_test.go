package models

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestLargestRemainder(t *testing.T) {
	cases := []struct {
		values   []float64
		decimals int
		want     []float64
	}{
		{[]float64{1.26, 2.26, 3.26}, 1, []float64{1.3, 2.3, 3.2}}, // 6.78 shows as 6.8
		{[]float64{0.4, 0.4, 0.4}, 0, []float64{1, 0, 0}},          // among equals the first
		{[]float64{-0.04, 0.04}, 1, []float64{0, 0}},
		{[]float64{-1.5, 1.5}, 0, []float64{-1, 1}},
		{[]float64{0, 0.333, 0.333, 0.333}, 2, []float64{0, 0.34, 0.33, 0.33}},
		{nil, 1, []float64{}},
	}
	for _, c := range cases {
		got := LargestRemainder(c.values, c.decimals)
		for i := range c.want {
			if got[i] != c.want[i] || math.Signbit(got[i]) != math.Signbit(c.want[i]) {
				t.Errorf("LargestRemainder(%v, %d) = %v, want %v", c.values, c.decimals, got, c.want)
				break
			}
		}
	}
	got := LargestRemainder([]float64{math.NaN(), 1.26, math.Inf(1), 1e300}, 1)
	if !math.IsNaN(got[0]) || got[1] != 1.3 || !math.IsInf(got[2], 1) || got[3] != 1e300 {
		t.Errorf("values without decimals: %v", got)
	}
}

// What a reader adds up by hand is what is shown as the total.
func TestLargestRemainderAddsUpAsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-80, 80), 1, 30).Draw(t, "values")
		decimals := rapid.IntRange(0, 3).Draw(t, "decimals")
		unit := math.Pow(10, float64(decimals))
		total, shown := 0.0, 0
		for i, v := range LargestRemainder(values, decimals) {
			total += values[i]
			if math.Abs(v-values[i]) >= 1/unit+1e-12 {
				t.Fatalf("%v is shown as %v", values[i], v)
			}
			digits := strconv.FormatFloat(v, 'f', decimals, 64)
			back, err := strconv.ParseFloat(digits, 64)
			if err != nil || back != v {
				t.Fatalf("%v has more than %d decimals", v, decimals)
			}
			shown += int(math.Round(back * unit))
		}
		if want := int(math.Round(total * unit)); shown != want {
			t.Fatalf("shown numbers add up to %d units, their total is %d", shown, want)
		}
	})
}

func ExampleLargestRemainder() {
	// Three drivers of 1.26 points each took the score down by 3.78: shown as 3.8.
	fmt.Println(LargestRemainder([]float64{-1.26, -1.26, -1.26}, 1))
	// Output: [-1.2 -1.3 -1.3]
}
