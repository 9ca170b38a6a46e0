package models

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestPlattOnSeparableRows(t *testing.T) {
	for _, size := range []float64{0.5, 3, 40, 1000, 1e5} {
		var z []float64
		var churned []bool
		for i := range 50 {
			z = append(z, size*(1+float64(i)/50), -size*(1+float64(i)/50))
			churned = append(churned, true, false)
		}
		p, err := FitPlatt(z, churned, nil)
		if err != nil {
			t.Fatalf("size %v: %v", size, err)
		}
		if !(p.Slope > 0.9 && p.Slope < 4) || math.Abs(p.Intercept) > 1e-3 {
			t.Errorf("size %v: %+v, want a finite slope held by its prior and no intercept", size, p)
		}
		if slope, _, _ := CalibrationSlope(z, churned, nil); !math.IsNaN(slope) {
			t.Errorf("size %v: the slope without a prior is %v, want NaN", size, slope)
		}
	}
}

func TestPlattRefusesWhatItCannotUse(t *testing.T) {
	cases := map[string]struct {
		z       []float64
		churned []bool
		weight  []float64
	}{
		"empty":      {nil, nil, nil},
		"one class":  {[]float64{1, 2}, []bool{true, true}, nil},
		"zero class": {[]float64{1, 2}, []bool{true, false}, []float64{1, 0}},
		"NaN":        {[]float64{1, math.NaN()}, []bool{true, false}, nil},
		"Inf":        {[]float64{1, math.Inf(1)}, []bool{true, false}, nil},
		"1e308":      {[]float64{1, 1e308}, []bool{true, false}, nil},
		"weight":     {[]float64{1, 2}, []bool{true, false}, []float64{1, math.NaN()}},
		"negative":   {[]float64{1, 2}, []bool{true, false}, []float64{1, -1}},
	}
	for name, c := range cases {
		if _, err := FitPlatt(c.z, c.churned, c.weight); !errors.Is(err, ErrTraining) {
			t.Errorf("%s: error %v, want ErrTraining", name, err)
		}
	}
}

// With hardly any row the prior decides; with many the rows do.
func TestPlattPriorFadesWithRows(t *testing.T) {
	slope := func(copies int) float64 {
		var z []float64
		var churned []bool
		for range copies {
			for i := range 21 {
				v := float64(i-10) / 4
				z = append(z, v, v)
				churned = append(churned, i%3 == 0, i > 10 && i%2 == 0)
			}
		}
		p, err := FitPlatt(z, churned, nil)
		if err != nil {
			t.Fatal(err)
		}
		return p.Slope
	}
	few, many := slope(1), slope(200)
	if !(few > many && few < 1) {
		t.Errorf("slope with few rows %v, with many %v: want the prior's 1 to pull the first more", few, many)
	}
}

// Losses of many rows cannot tell lines apart that are 1e-8 from each other; the
// answer is as exact as the gradient.
func TestPlattIsExactOnManyRows(t *testing.T) {
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 1))
		z, churned := make([]float64, 30_000), make([]bool, 30_000)
		for i := range z {
			z[i] = random.NormFloat64()/2 - 1
			churned[i] = random.Float64() < Sigmoid(.8*z[i]+.1)
		}
		const precision = 1 / (plattPriorSD * plattPriorSD)
		p, err := FitPlatt(z, churned, nil)
		if err != nil {
			t.Fatal(err)
		}
		gradient := lineAt(p, z, churned, nil, precision).gradient
		if off := math.Hypot(gradient[0], gradient[1]) / float64(len(z)); off > 1e-13 {
			t.Errorf("seed %d: %+v has a gradient of %v a row, want 0", seed, p, off)
		}
	}
}

func TestCalibrationSlopeUndefined(t *testing.T) {
	// Overlap at a single value only: the slope still runs to infinity.
	z := []float64{-2, -1, 0, 0, 1, 2}
	churned := []bool{false, false, true, false, true, true}
	if slope, _, se := CalibrationSlope(z, churned, nil); !math.IsNaN(slope) || !math.IsNaN(se) {
		t.Errorf("quasi-separable rows: slope %v ± %v, want NaN", slope, se)
	}
	if slope, _, _ := CalibrationSlope([]float64{3, 3, 3}, []bool{true, false, true}, nil); !math.IsNaN(slope) {
		t.Errorf("constant log-odds: slope %v, want NaN", slope)
	}
}
