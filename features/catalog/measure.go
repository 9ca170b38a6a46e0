package catalog

// Measure is what is computed from the events, the account or the calendar.
type Measure string

// The measures. Those "of a type" read one event type over Window days, the
// others up to last_seen read every type that is product use (Catalog.Usage).
const (
	MeasureCount         Measure = "count"            // occurrences of a type
	MeasureRate          Measure = "rate"             // occurrences of a type in 28 days, the last 84 smoothed
	MeasureTrend         Measure = "trend"            // ln((u28+ε)/(u84/3+ε)) of a type, ε = 1
	MeasureRecency       Measure = "recency"          // days since the last event of a type, at most 365
	MeasureMean          Measure = "mean"             // mean value of a type, an aggregated row weighing as many as it stands for
	MeasureLast          Measure = "last"             // last value of a type in the window, of all time without one
	MeasureAnswered      Measure = "answered"         // 1 if a type had any value in the window, else 0
	MeasureActiveDays    Measure = "active_days"      // UTC days with any use
	MeasureActiveUsers   Measure = "active_users"     // distinct users
	MeasureBreadth       Measure = "breadth"          // distinct event types used
	MeasureConcentration Measure = "concentration"    // share of the use by named users that the busiest one made
	MeasureSeats         Measure = "seat_utilisation" // active users over seats (an attribute, or a type's last value)
	MeasureTotalTrend    Measure = "total_trend"      // trend over all use
	MeasureLastSeen      Measure = "last_seen"        // days since any use, at most 365
	MeasureTenure        Measure = "tenure"           // days since the account was created
	MeasureDaysToRenewal Measure = "days_to_renewal"
	MeasureAttribute     Measure = "attribute" // an account attribute as it stands
	MeasureColumn        Measure = "column"    // a column of a ready-made feature table
)

// Windows of measures, in days.
const (
	ShortWindow = 28 // users, breadth, concentration, and a trend's recent part
	LongWindow  = 84 // cadence, and a trend's past part
)
