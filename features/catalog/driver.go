package catalog

// Driver groups features that show one thing: who uses the
// product (active users, seats, concentration on one), how much it is used at
// all, or what the other features that read its event type under the same theme
// show; or a driver of its own. Features of one driver share a reason.
func (d *Definition) Driver() string {
	switch d.Measure {
	case MeasureActiveUsers, MeasureSeats, MeasureConcentration:
		return "users"
	case MeasureActiveDays, MeasureTotalTrend, MeasureLastSeen, MeasureBreadth:
		return "use"
	}
	if d.Type == "" {
		return "feature/" + d.Name
	}
	return "type/" + string(d.Theme) + "/" + d.Type
}

// OfTime reports whether the feature moves with the calendar, whatever the
// account does: its age and its contract's dates, and with these how often and
// how long ago it was billed.
func (d *Definition) OfTime() bool {
	if d.Theme != Commercial {
		return d.Theme == Calendar
	}
	switch d.Measure {
	case MeasureCount, MeasureRate, MeasureTrend, MeasureRecency, MeasureAnswered:
		return true
	}
	return false
}
