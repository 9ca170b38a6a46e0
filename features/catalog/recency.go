package catalog

import "math"

const (
	// RecencyLimit is the largest number of days since a last event: a longer
	// silence counts as this.
	RecencyLimit = 365
	// NeverMore is what stands above the whole days of observation where there was
	// not one event: "not once in 81 days" is 81.5, more than any last event that
	// was seen.
	NeverMore = 0.5
)

// counts days since a last event.
func (d *Definition) countsDaysSince() bool {
	return d.Measure == MeasureRecency || d.Measure == MeasureLastSeen
}

// Never reports whether a value stands for not one event, and in how many days of
// observation. At the limit it is not known, and so is false.
func (d *Definition) Never(x float64) (days float64, never bool) {
	days = math.Floor(x)
	return days, d.countsDaysSince() && x-days == NeverMore
}

// Capped reports whether a value stands for itself and all that is longer.
func (d *Definition) Capped(x float64) bool { return d.countsDaysSince() && x >= RecencyLimit }
