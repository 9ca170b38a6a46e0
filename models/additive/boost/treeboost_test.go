package boost

import (
	"math"
	"testing"
)

// Boosting that falls behind ends early; what still may get there goes on.
func TestLossesOutOfReach(t *testing.T) {
	falling := func(to, share float64) []float64 { // to + shareⁿ
		var losses []float64
		for n := range 31 {
			losses = append(losses, to+math.Pow(share, float64(n)))
		}
		return losses
	}
	for _, one := range []struct {
		name   string
		losses []float64
		mark   float64
		want   bool
	}{
		{"ends above the mark", falling(0.5, 0.8), 0.49, true},
		{"ends below the mark", falling(0.5, 0.8), 0.51, false},
		{"too short to tell", falling(0.5, 0.8)[:20], 0.1, false},
		{"a straight line", falling(0.5, 1), 0.1, false},
		{"rises again", append(falling(0.5, 0.8), 0.6), 0.49, true},
	} {
		if got := outOfReach(one.losses, one.mark); got != one.want {
			t.Errorf("%s: %v", one.name, got)
		}
	}
}
