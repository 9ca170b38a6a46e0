package chart

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestScaleTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1000, 1000).Draw(t, "low")
		s := scale{low: low, high: low + rapid.Float64Range(0.001, 5000).Draw(t, "span"), from: 10, to: 300}
		ticks := s.ticks(rapid.IntRange(1, 12).Draw(t, "n"))
		if !slices.IsSorted(ticks) || len(ticks) > 14 {
			t.Fatalf("ticks %v", ticks)
		}
		for _, v := range ticks {
			if x := s.at(v); x < 10-1e-6 || x > 300+1e-6 {
				t.Fatalf("the tick %v is at %v", v, x)
			}
		}
		if x := s.clamp(low - 1); x != 10 {
			t.Fatalf("below the scale is at %v", x)
		}
	})
	if got := (scale{low: 3, high: 3, from: 0, to: 10}).at(3); got != 5 {
		t.Errorf("a scale of one value puts it at %v", got)
	}
	for _, c := range []struct{ high, want float64 }{{0, 1}, {97, 100}, {100, 100}, {3, 3}} {
		if got := rounded(c.high, 4); got < c.high || c.want == 100 && got != 100 {
			t.Errorf("rounded(%v) = %v", c.high, got)
		}
	}
}
