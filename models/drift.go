package models

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Shift is how far a distribution over bins has moved.
type Shift struct {
	PSI float64 `json:"psi"` // population stability index, 0 and up; NaN where there is nothing to compare
	// Noise is the 95th percentile of PSI if nothing had changed: small samples
	// move by themselves.
	Noise float64 `json:"psi_noise"`
}

// shiftRule is the customary threshold of a PSI worth a look.
const shiftRule = 0.1

// Drifted reports whether the shift is both large and more than noise.
func (s Shift) Drifted() bool { return s.PSI > shiftRule && s.PSI > s.Noise }

// MeasureShift compares counts of rows per bin, missing values being a bin of
// their own, at training (N rows) and now (M rows):
//
//	PSI = Σ_b (q_b − p_b) ln(q_b/p_b)        p_b = (count_b + ½)/(N + B/2), q_b alike
//
// over the B bins that hold a row on either side. Without a change PSI follows
// (1/N + 1/M)·χ²(B−1) (Yurdakul & Naranjo 2020, J Risk Model Validation 14(4)),
// so the customary threshold of 0.1 alone cries wolf on a few hundred rows.
func MeasureShift(before, now []float64) Shift {
	if len(before) != len(now) {
		panic("models: the two sides have different bins")
	}
	n, m, bins := 0.0, 0.0, 0.0
	for b := range before {
		n += before[b]
		m += now[b]
		if before[b] > 0 || now[b] > 0 {
			bins++
		}
	}
	if !(n > 0) || !(m > 0) {
		return Shift{PSI: math.NaN(), Noise: math.NaN()}
	}
	s := Shift{}
	for b := range before {
		if before[b] > 0 || now[b] > 0 {
			p, q := (before[b]+0.5)/(n+bins/2), (now[b]+0.5)/(m+bins/2)
			s.PSI += (q - p) * math.Log(q/p)
		}
	}
	if bins > 1 {
		s.Noise = (1/n + 1/m) * distuv.ChiSquared{K: bins - 1}.Quantile(0.95)
	}
	return s
}
