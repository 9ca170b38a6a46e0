package catalog

import "math"

// Bounds returns the least and the largest value that the feature can have by what
// it measures, whatever the account does; infinite where there is no limit. Above
// so many days of a window nobody is active, and nobody is younger than 0 days.
// Attributes, columns and values of events have no bounds: only their team has
// seen what they may be.
func (d *Definition) Bounds() (low, high float64) {
	switch d.Measure {
	case MeasureCount, MeasureRate, MeasureRecency, MeasureActiveUsers, MeasureBreadth, MeasureSeats, MeasureLastSeen,
		MeasureTenure, MeasureDaysToRenewal:
		return 0, math.Inf(1)
	case MeasureActiveDays:
		return 0, float64(d.Window)
	case MeasureConcentration, MeasureAnswered:
		return 0, 1
	case MeasureTrend, MeasureTotalTrend: // ln((u28+1)/(u84/3+1)), where u28 is at most u84
		return math.Inf(-1), math.Log(LongWindow / ShortWindow)
	}
	return math.Inf(-1), math.Inf(1)
}
