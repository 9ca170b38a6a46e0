// Package features turns tables into numbers that were known at a date.
//
// In come datasets.Tables and a list of snapshots (an account at an as-of
// date); out go a Matrix, one row per snapshot and one column per catalogue
// entry, and the Journey along the success path. A row of data is read only if
// both its date and its ingestion date are before the as-of date. No feature
// reads a renewal's outcome: only the schedule looks at whether and when a
// renewal was decided, to find the dates to look at. What the catalogue does not
// name is passed over; tables that do not fit it are refused (ErrCatalog).
package features

import (
	"errors"
	"time"

	"github.com/etappe/etappe/datasets"
)

// ErrCatalog is matched when features of one catalogue meet a model of another.
var ErrCatalog = errors.New("the feature catalogue differs from the model's")

// Theme groups features for a reader.
type Theme string

// The themes.
const (
	Adoption   Theme = "adoption"
	Breadth    Theme = "breadth"
	People     Theme = "people"
	Support    Theme = "support"
	Sentiment  Theme = "sentiment"
	Commercial Theme = "commercial"
	Calendar   Theme = "calendar"
)

// Side is the half of the score that a feature belongs to.
type Side string

// The two sides of the coin.
const (
	Proactive Side = "proactive" // progress along the success path
	Reactive  Side = "reactive"  // what usage says about the renewal
)

// Text is a sentence in the two languages of the pages. It names the feature
// so that "{text}: 3 users (was 11)" reads well.
type Text struct {
	En string `json:"en" yaml:"en,omitempty"`
	De string `json:"de" yaml:"de,omitempty"`
}

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

// Pattern says how a feature takes part in the clustering by usage pattern.
type Pattern string

// How a feature enters the usage pattern.
const (
	NotPattern Pattern = ""      // not at all (size, calendar, commercial)
	ShareOf    Pattern = "share" // as its share of the sum over all features so marked
	AsItIs     Pattern = "value" // as a value (cadence, breadth, trend)
)

// Definition is one catalogue entry: everything anyone needs to know about a
// feature, and how it is computed.
type Definition struct {
	Name       string   `json:"name"`
	Unit       string   `json:"unit"` // events, days, users, types, share, log ratio, …; "" for a pure name or a number whose unit nobody stated
	Theme      Theme    `json:"theme"`
	Side       Side     `json:"side"`
	Levels     []string `json:"levels,omitempty"` // categorical: its levels; nil: numeric
	Actionable bool     `json:"actionable"`
	Text       Text     `json:"text"`
	Measure    Measure  `json:"measure"`
	Type       string   `json:"type,omitempty"`      // event type read, where the measure has one
	Attribute  string   `json:"attribute,omitempty"` // account attribute or table column read
	Window     int      `json:"window_days,omitempty"`
	Pattern    Pattern  `json:"pattern,omitempty"`
	// Spelling says how the training table wrote a column's numbers, and so how
	// a table to be scored is read; nil: plainly.
	Spelling *datasets.Spelling `json:"spelling,omitempty"`
	// Monotone is the direction in which the model was made to use the feature,
	// which an edit by hand must keep; "": free, or made before it was recorded.
	Monotone Monotone `json:"monotone,omitempty"`
}

// Categorical tells whether the feature has named levels.
func (d *Definition) Categorical() bool { return d.Levels != nil }

// Snapshot is an account at an as-of date.
type Snapshot struct {
	Account int32     // index into the tables' accounts
	AsOf    time.Time // UTC midnight; facts of this day itself are not known yet
	DueOn   time.Time // the next renewal that was due at AsOf; zero: none known
	Renewal int32     // index into the tables' renewals; -1: none
}

// Matrix holds the features of a list of snapshots, column by column.
type Matrix struct {
	Catalog *Catalog
	// Columns has one slice per catalogue entry, one number per snapshot: the
	// feature's value or, for a categorical one, the index into its levels
	// (len(Levels) for a level never seen in training). NaN: missing.
	Columns [][]float64
}

// Rows returns the number of snapshots.
func (m *Matrix) Rows() int {
	if len(m.Columns) == 0 {
		return 0
	}
	return len(m.Columns[0])
}

// Journey says how far each snapshot's account had come along the success path.
type Journey struct {
	Milestones []string    // names, sorted
	Tenure     []float64   // days since the account was created, one per snapshot
	Reached    [][]float64 // [milestone][snapshot]: tenure in days when reached; NaN: not reached (as far as was known)
}
