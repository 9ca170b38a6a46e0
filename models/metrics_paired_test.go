package models

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The error counts groups: by simulation, the interval of 1.645 errors holds the
// expected difference nine times in ten, although rows of a group repeat each other.
func TestLossDifferenceCountsGroups(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 14))
	held, runs := 0, 400
	expected := 0.0
	type run struct{ d, se float64 }
	var all []run
	for range runs {
		var a, b []float64
		var churned []bool
		var group []int32
		for g := range int32(200) {
			z, other := rng.NormFloat64(), rng.NormFloat64()
			y := rng.Float64() < Sigmoid(z)
			for range 4 {
				a, b, churned, group = append(a, z), append(b, 0.5*z+0.3*other), append(churned, y), append(group, g)
			}
		}
		d, se := LossDifference(a, b, churned, nil, group)
		if want := LogLoss(a, churned, nil) - LogLoss(b, churned, nil); math.Abs(d-want) > 1e-12 {
			t.Fatalf("difference %v, of the losses %v", d, want)
		}
		expected += d / float64(runs)
		all = append(all, run{d, se})
	}
	for _, r := range all {
		if math.Abs(r.d-expected) < 1.645*r.se {
			held++
		}
	}
	if share := float64(held) / float64(runs); share < 0.86 || share > 0.94 {
		t.Errorf("the interval holds %.3f", share)
	}
}

func TestLossDifferenceOfOneGroup(t *testing.T) {
	d, se := LossDifference([]float64{1, 2}, []float64{0, 0}, []bool{true, false}, nil, []int32{7, 7})
	if !math.IsNaN(se) || math.IsNaN(d) {
		t.Errorf("%v ± %v", d, se)
	}
	if d, se = LossDifference([]float64{1, 2}, []float64{1, 2}, []bool{true, false}, []float64{1, 3}, []int32{0, 1}); d != 0 || se != 0 {
		t.Errorf("a model against itself: %v ± %v", d, se)
	}
}
