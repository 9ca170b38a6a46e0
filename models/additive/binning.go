package additive

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// maxBins is the most bins that a field can have: codes are bytes.
const MaxBins = 256

// missing is the bin of a missing value, in every field.
const Missing = 0

// axis says how one field's values become bins. Bin 0 is missing.
//
// Numeric: value v falls into bin 1 + (number of cuts <= v).
// Categorical: level c falls into bin level[c]; levels with few rows share one
// bin, and the last bin belongs to levels never seen.
type Binning struct {
	Cuts     []float64 // numeric: ascending
	LevelBin []uint8   // categorical: bin of each level
	Bins     int
}

// unseen returns the bin of a level that training never saw.
func (a *Binning) unseen() uint8 { return uint8(a.Bins - 1) }

// nominal tells whether the bins have no order of their own.
func (a *Binning) Nominal() bool { return a.LevelBin != nil }

// code writes the bin of each value to codes. The error wraps ErrFields and
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

// settle centres one bag's main effect under the mass and returns the mean
// that was taken out. Missing and levels that training never saw get the mean,
// so that they say nothing; a number between those seen keeps the value of its
// surroundings.
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
