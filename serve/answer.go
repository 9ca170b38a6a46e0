package serve

import "time"

// Answer is the health score of one account at one date, explained.
//
// Two sums hold to 1e-9, and still do after a round trip through JSON:
//
//	baseline.log_odds + Σ contributions.log_odds = ln(p / (1 − p)),  p = churn_probability
//	baseline.points   + Σ contributions.points   = health_score
//
// (The first is limited by the number format itself once p is within 1e-7 of 1.)
type Answer struct {
	AccountID        string   `json:"account_id"`
	AsOf             string   `json:"as_of"`             // 2006-01-02; "" for a table without dates
	HealthScore      float64  `json:"health_score"`      // 0 to 100, high is good
	ChurnProbability float64  `json:"churn_probability"` // calibrated, high is bad
	Interval         Interval `json:"interval"`
	Band             string   `json:"band"` // healthy, at_risk or sick; of the score alone where no history stands behind the answer
	Standing
	Cluster       Cluster        `json:"cluster"`
	Baseline      Baseline       `json:"baseline"`
	Contributions []Contribution `json:"contributions,omitempty"`
	Reasons       []Reason       `json:"reasons"` // at most four, strongest first
	Model         ModelInfo      `json:"model"`
	Warnings      []Warning      `json:"warnings"`
	// Second is the score under the second cluster; nil where membership is .6
	// or more, and where there is one cluster only.
	Second *Second `json:"second,omitempty"`
}

// Interval is an error band of the churn probability.
type Interval struct {
	Level float64 `json:"level"` // share of the band's mass, 0.9
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Cluster is the group of accounts that an account was measured with.
type Cluster struct {
	ID         string  `json:"id"`         // c1, c2, …
	Name       string  `json:"name"`       // its desired outcome
	Membership float64 `json:"membership"` // soft membership, 0 to 1
}

// Baseline is what contributions are measured from: the account's cluster as
// it is on average.
type Baseline struct {
	LogOdds float64 `json:"log_odds"` // of churn
	Points  float64 `json:"points"`   // of health
}

// Contribution is one entry of the sum: a feature, a milestone
// ("milestone:<name>", points only), the cut of the outlook to 0..100
// ("outlook_cut", points only) or, where only the strongest were asked for, all
// that is left ("other").
type Contribution struct {
	Feature string `json:"feature"`
	// Value is a number, the name of a level, or nil where it is missing. For
	// a milestone it is the tenure in days when it was reached.
	Value   any     `json:"value"`
	Unit    string  `json:"unit"`
	Theme   string  `json:"theme"`
	Side    string  `json:"side"` // proactive, reactive, or both for "other"
	LogOdds float64 `json:"log_odds"`
	Points  float64 `json:"points"`
}

// Reason is a cause for attention in words. Windows of one event type share a
// reason, and so do measures of who uses the product, and of how much it is used
// at all: its points are their sum, its code and text those of the strongest.
type Reason struct {
	Code   string  `json:"code"` // THEME.FEATURE_NAME
	Text   string  `json:"text"`
	Points float64 `json:"points"`
}

// ModelInfo says which model answered.
type ModelInfo struct {
	Version   string    `json:"version"`
	TrainedAt time.Time `json:"trained_at"`
	AgeDays   int       `json:"age_days"` // whole days, never below 0
}

// Warning is something a reader of the answer must know.
type Warning struct {
	Code string `json:"code"` // one of the Warn… constants
	Text string `json:"text"`
}

// The codes of warnings.
const (
	WarnStaleModel        = "stale_model"
	WarnOutOfDistribution = "out_of_distribution"
	WarnPathNotMeasured   = "path_not_measured"
	WarnMissingData       = "missing_data"
	WarnUnseenLevel       = "unseen_level"
	WarnMilestoneIgnored  = "milestone_ignored"
)

// MilestonePrefix begins the name of a contribution that stands for a milestone.
const MilestonePrefix = "milestone:"

// Contributions that stand for no feature of the catalogue.
const (
	outlookCut    = "outlook_cut"
	otherFeatures = "other"
	themePath     = "path"
	themeCut      = "cut"
	themeCluster  = "cluster"
	themeOther    = "other"
	sideBoth      = "both"
)
