package columnar

import (
	"errors"
	"math"
	"strconv"
)

// ParseNumber reads a number as strconv does; ok is false for anything else.
// A number too large for a float64 reads as infinite.
func ParseNumber(s string) (x float64, ok bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil || errors.Is(err, strconv.ErrRange)
}

// FormatFloat writes a whole number without a point or an exponent, as the
// same column would stand in a CSV file.
func FormatFloat(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatInt(int64(x), 10)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// FloorDiv divides and rounds towards minus infinity; b is positive.
func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
