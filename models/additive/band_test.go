package additive

import (
	"math"
	"testing"
)

// A straight shape has no bias, on any weights; a corner has it at the corner.
func TestBiasOfStraightShapes(t *testing.T) {
	mass, line, corner := []float64{5}, []float64{9}, []float64{9}
	place := 0.0
	for c := range 100 {
		w := float64(1 + c%7)
		mass, line = append(mass, w), append(line, 0.01*(place+w/2)-3)
		corner = append(corner, max(0, line[c+1]+1))
		place += w
	}
	bias := make([]float64, len(mass))
	smoothed(bias, line, mass, 60)
	for c, b := range bias {
		if math.Abs(b) > 1e-9 {
			t.Fatalf("the line's bias in bin %d is %v", c, b)
		}
	}
	smoothed(bias, corner, mass, 60)
	most := 0
	for c, b := range bias {
		if math.Abs(b) > math.Abs(bias[most]) {
			most = c
		}
	}
	if corner[most] > 0.1 || corner[most+2] == 0 || math.Abs(bias[most]) < 0.02 {
		t.Errorf("the corner's bias is largest, %v, in bin %d at %v", bias[most], most, corner[most])
	}
}
