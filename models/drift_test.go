package models

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestShiftByHand(t *testing.T) {
	s := MeasureShift([]float64{49.5, 29.5, 19.5, 0}, []float64{29.5, 29.5, 39.5, 0})
	// Three bins, so 100 rows' worth on each side: .5 .3 .2 against .3 .3 .4.
	want := -0.2*math.Log(0.3/0.5) + 0.2*math.Log(0.4/0.2)
	if math.Abs(s.PSI-want) > 1e-12 {
		t.Errorf("PSI %v, want %v", s.PSI, want)
	}
	if want := (1/98.5 + 1/98.5) * 5.991464547107979; math.Abs(s.Noise-want) > 1e-9 {
		t.Errorf("noise %v, want %v", s.Noise, want)
	}
	if same := MeasureShift([]float64{5, 7}, []float64{5, 7}); same.PSI != 0 || same.Drifted() {
		t.Errorf("nothing moved, and PSI is %v", same.PSI)
	}
	if one := MeasureShift([]float64{0, 7}, []float64{0, 70}); one.PSI != 0 || one.Noise != 0 {
		t.Errorf("a single bin: %+v", one)
	}
	if empty := MeasureShift([]float64{0, 0}, []float64{5, 7}); !math.IsNaN(empty.PSI) || empty.Drifted() {
		t.Errorf("nothing to compare, and PSI is %v", empty.PSI)
	}
}

// With 200 rows on either side and ten bins, PSI passes the noise level about
// one time in twenty although nothing changed, and 0.1 far more often.
func TestShiftNoiseHoldsItsLevel(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	const trials, bins = 2000, 10
	above, wolf, level := 0, 0, 0.0
	for range trials {
		side := [2][]float64{make([]float64, bins), make([]float64, bins)}
		for range 200 {
			side[0][random.IntN(bins)]++
			side[1][random.IntN(bins)]++
		}
		s := MeasureShift(side[0], side[1])
		level = s.Noise
		if s.PSI > s.Noise {
			above++
		}
		if s.PSI > shiftRule {
			wolf++
		}
	}
	if share := float64(above) / trials; share < 0.03 || share > 0.07 {
		t.Errorf("PSI exceeds its noise level in %.3f of cases, want about 0.05", share)
	}
	if math.Abs(level-0.169) > 0.001 || float64(wolf)/trials < 0.2 {
		t.Errorf("noise level %v, and %d of %d above 0.1: the plain rule would do", level, wolf, trials)
	}
	// A real move on the same few rows is still seen.
	if moved := MeasureShift([]float64{100, 60, 40}, []float64{40, 60, 100}); !moved.Drifted() {
		t.Errorf("a plain move is not called drift: %+v", moved)
	}
}
