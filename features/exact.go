package features

import "github.com/etappe/etappe/datasets"

// scale is the resolution of occurrence counts: whole millionths, so that sums are
// exact, the order of rows does not matter, and 127.586 stays 127.586.
const scale = 1_000_000

// occurrencesOf turns units of 1/scale into the float nearest to the count. Beyond 2⁵³
// units the whole part and the rest are converted by themselves.
func occurrencesOf(units int64) float64 {
	if units < 1<<53 && units > -1<<53 {
		return float64(units) / scale
	}
	return float64(units/scale) + float64(units%scale)/scale
}

// maxCount is the most occurrences that one row may stand for, and maxTotal
// the most that an account may add up to: below them no sum can overflow.
const (
	maxCount = datasets.MaxCount
	maxTotal = int64(1) << 62
)

// exactSum adds floats without rounding, so that the order does not matter.
// It keeps parts that do not overlap, the smallest first (J. R. Shewchuk,
// "Adaptive Precision Floating-Point Arithmetic", 1997, grow-expansion).
type exactSum []float64

func (s *exactSum) add(x float64) {
	kept := (*s)[:0]
	for _, y := range *s {
		if abs(x) < abs(y) {
			x, y = y, x
		}
		high := x + y
		if low := y - (high - x); low != 0 {
			kept = append(kept, low)
		}
		x = high
	}
	*s = append(kept, x)
}

// value returns the sum, rounded once to the nearest float (ties to even).
func (s exactSum) value() float64 {
	n := len(s) - 1
	if n < 0 {
		return 0
	}
	sum, low := s[n], 0.0
	for n > 0 && low == 0 {
		n--
		x := sum
		sum = x + s[n]
		low = s[n] - (sum - x)
	}
	// Half-way cases are decided by the sign of what lies below.
	if n > 0 && (low < 0 && s[n-1] < 0 || low > 0 && s[n-1] > 0) {
		twice := 2 * low
		if rounded := sum + twice; twice == rounded-sum {
			sum = rounded
		}
	}
	return sum
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
