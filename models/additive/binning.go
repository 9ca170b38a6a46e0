package additive

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// MaxBins is the most bins that a field can have: codes are bytes.
const MaxBins = 256

// Missing is the bin of a missing value, in every field.
const Missing = 0

// Binning is how one field's values become bins. Bin 0 is missing.
//
// Numeric: value v falls into bin 1 + (number of cuts <= v).
//
// Categorical: level c falls into bin LevelBin[c]; levels with few rows share
// one bin, and the last bin is that of levels never seen.
type Binning struct {
	Cuts     []float64 // numeric: ascending
	LevelBin []uint8   // categorical: bin of each level
	Bins     int
}

// unseen returns the bin of levels without a training row.
func (a *Binning) unseen() uint8 { return uint8(a.Bins - 1) }

// Nominal reports whether the bins have no order of their own.
func (a *Binning) Nominal() bool { return a.LevelBin != nil }

// Code writes the bin of each value to codes. The error wraps ErrFields and
// names the first value that is neither a number, a level nor missing.
func (a *Binning) Code(name string, values []float64, first int, codes []uint8) error {
	for i, v := range values {
		switch {
		case v != v:
			codes[i] = Missing
		case a.Nominal():
			if v < 0 || v != math.Trunc(v) || math.IsInf(v, 1) {
				return fmt.Errorf("%w: field %q, row %d: %v is not the code of a level", models.ErrFields, name, first+i, v)
			}
			codes[i] = a.unseen()
			if v < float64(len(a.LevelBin)) {
				codes[i] = a.LevelBin[int(v)]
			}
		case math.IsInf(v, 0):
			return fmt.Errorf("%w: field %q, row %d: the value is infinite", models.ErrFields, name, first+i)
		default:
			codes[i] = a.bin(v)
		}
	}
	return nil
}

// bin returns the bin of a number, by binary search.
func (a *Binning) bin(v float64) uint8 {
	cuts := a.Cuts
	base, n := 0, len(cuts)
	for n > 0 {
		half := (n + 1) / 2
		if cuts[base+half-1] <= v {
			base += half
		}
		n -= half
	}
	return uint8(base + 1)
}

// Centre subtracts the weighted mean of one bag's main effect and returns it.
// Missing values and levels without a training row get the mean, which is 0
// after; a number between those seen keeps the value of its bin.
func (a *Binning) Centre(values, mass []float64) float64 {
	middle := WeightedMean(values, mass)
	for c := range values {
		if mass[c] == 0 && (c == Missing || a.Nominal()) {
			values[c] = 0
		} else {
			values[c] -= middle
		}
	}
	return middle
}
