package score

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLadder(t *testing.T) {
	if got := ladder(0, 41); len(got) != 22 || got[1] != 2 || got[20] != 40 {
		t.Errorf("%v", got)
	}
	if got := ladder(3, 3); !slices.Equal(got, []float64{3, 3}) {
		t.Errorf("%v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e6, 1e6).Draw(t, "low")
		high := low + rapid.Float64Range(0, 1e6).Draw(t, "width")
		values := ladder(low, high)
		if len(values) > ladderSteps+3 || values[0] != low || values[len(values)-1] != high || !slices.IsSorted(values) {
			t.Fatalf("%v to %v: %v", low, high, values)
		}
	})
}
