package catalog

// Pattern describes how a feature takes part in the clustering by usage pattern.
type Pattern string

// How a feature enters the usage pattern.
const (
	NotPattern Pattern = ""      // not at all (size, calendar, commercial)
	ShareOf    Pattern = "share" // as its share of the sum over all features so marked
	AsItIs     Pattern = "value" // as a value (cadence, breadth, trend)
)

// Monotone is the direction in which a feature may move the churn probability.
type Monotone string

// The directions.
const (
	Increasing Monotone = "increasing" // more of it, never less churn
	Decreasing Monotone = "decreasing" // more of it, never more churn
)

// Definition is one catalogue entry: all that is needed to compute and show a
// feature, and how it is computed.
type Definition struct {
	Name       string   `json:"name"`
	Unit       string   `json:"unit"` // events, days, users, types, share, log ratio, …; "" for a pure name or a number whose unit nobody stated
	Theme      Theme    `json:"theme"`
	Side       Side     `json:"side"`
	Levels     []string `json:"levels,omitempty"` // categorical: its levels; nil: numeric
	Actionable bool     `json:"actionable"`
	// Names are what the team calls the event type or the attribute, by language
	// tag (en, de, …), from etappe.yaml; nil: as it is called in the data.
	Names     map[string]string `json:"names,omitempty"`
	Measure   Measure           `json:"measure"`
	Type      string            `json:"type,omitempty"`      // event type read, where the measure has one
	Attribute string            `json:"attribute,omitempty"` // account attribute or table column read
	Window    int               `json:"window_days,omitempty"`
	Pattern   Pattern           `json:"pattern,omitempty"`
	// Spelling describes how the training table wrote a column's numbers, and so how
	// a table to be scored is read; nil: plainly.
	Spelling *Spelling `json:"spelling,omitempty"`
	// Monotone is the direction in which the model was made to use the feature,
	// which an edit by hand must keep; "": free, or made before it was recorded.
	Monotone Monotone `json:"monotone,omitempty"`
}

// Categorical reports whether the feature has named levels.
func (d *Definition) Categorical() bool { return d.Levels != nil }

// Spelling is how a feature table writes the numbers of a column; the zero
// Spelling is plain numbers. Its fields are those of datasets.Spelling, so that
// one converts into the other.
type Spelling struct {
	Sign    string   `json:"sign,omitempty"`    // currency or percent sign; numbers without one fit too
	Group   string   `json:"group,omitempty"`   // what stands between groups of three digits
	Point   string   `json:"point,omitempty"`   // what stands before the fraction; "": numbers are written plainly
	Missing []string `json:"missing,omitempty"` // words that stand for a missing value
}
