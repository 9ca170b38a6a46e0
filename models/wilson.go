package models

import "math"

// normal95 is the standard normal quantile at 0.95, for two-sided 90 %
// intervals, the level of the program's other intervals.
const normal95 = 1.6448536269514722

// Wilson returns the 90 % score interval (Wilson 1927) of a share out of n; 0 to 1
// for n = 0.
func Wilson(share, n float64) (low, high float64) {
	const z2 = normal95 * normal95
	middle := (n*share + z2/2) / (n + z2)
	half := normal95 / (n + z2) * math.Sqrt(n*share*(1-share)+z2/4)
	return math.Max(0, math.Min(share, middle-half)), math.Min(1, math.Max(share, middle+half)) // against rounding
}
