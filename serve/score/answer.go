package score

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/cluster"
)

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
	Cluster       Cluster        `json:"cluster"` // null: too little is known to place it, see the warning no_cluster
	Baseline      Baseline       `json:"baseline"`
	Contributions []Contribution `json:"contributions,omitempty"`
	Reasons       []Reason       `json:"reasons"` // at most four, strongest first
	Model         ModelInfo      `json:"model"`
	Warnings      []Warning      `json:"warnings"`
	// Second is the score under the second cluster; nil where membership is .6
	// or more, and where there is one cluster only.
	Second *Second `json:"second,omitempty"`
}

// Standing is how long an account has been shown its band, and whether it is
// held in it. Package account fills it in.
type Standing struct {
	BandSince string `json:"band_since,omitempty"` // 2006-01-02; "": not known
	Held      *Held  `json:"held,omitempty"`       // nil: the health score alone has the same band
}

// Held is set where the health score alone would be in another band than the one
// shown, but has not passed the threshold by the hysteresis.
type Held struct {
	Plain  string   `json:"score_band"`       // band of the health score alone
	Leaves string   `json:"leaves,omitempty"` // "below": the band shown is left below At; "from": from At on
	At     *float64 `json:"at,omitempty"`     // points; nil, as Leaves is "": the model that answered is gone
}

// Interval is where the account's own churn probability lies, given how much no feature
// shows; see additive.Model.Interval.
type Interval struct {
	Level float64 `json:"level"` // how often it does, 0.9
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Unmeasured is the share of what sets accounts apart that no feature shows, as the
	// model assumes; 0: the interval is of the expectation given the features.
	Unmeasured float64 `json:"-"`
}

// Cluster is the group of accounts that an account was measured with. The zero
// value is that of an account of which too little is known to place it: it has no
// cluster, and is null in JSON.
type Cluster struct {
	ID         string       `json:"id"`         // c1, c2, …
	Name       string       `json:"name"`       // its desired outcome
	Membership float64      `json:"membership"` // soft membership, 0 to 1
	Learned    *LearnedName `json:"-"`          // nil: a person gave the name
}

// None is whether the account has no cluster.
func (c Cluster) None() bool { return c.ID == "" }

// MarshalJSON writes null where there is no cluster.
func (c Cluster) MarshalJSON() ([]byte, error) {
	if c.None() {
		return []byte("null"), nil
	}
	type plain Cluster
	return json.Marshal(plain(c))
}

// LearnedName is a name that the model made of the features that set a cluster
// apart; its parts can be written in another language.
type LearnedName struct {
	All   bool           // the one cluster of all accounts
	Parts []cluster.Part // what sets it apart, strongest first
}

// Baseline is what contributions are measured from: the account's cluster as
// it is on average; without a cluster all accounts on average by the shared model.
type Baseline struct {
	LogOdds float64 `json:"log_odds"` // of churn
	Points  float64 `json:"points"`   // of health
}

// Contribution is one entry of the sum: a feature, a milestone
// ("milestone:<name>", points only), the cut of the outlook to 0..100
// ("outlook_cut", points only) or, where only the strongest are wanted, all that
// is left ("other").
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

// Reason is a cause for attention. Windows of one event type share a reason, and
// so do measures of who uses the product, and of how much it is used at all: such a
// family has a code and a name of its own, its points are the sum of its members', and
// its subject is the strongest of them. A feature that is missing is no part of one.
type Reason struct {
	Code   string  `json:"code"` // THEME.NAME of a feature or of a family
	Text   string  `json:"text"` // written by package serve/text
	Points float64 `json:"points"`
	// Members are the features of a family that have points, strongest first; their
	// points sum to the reason's to 1e-9. nil: the reason is of one feature.
	Members []ReasonMember `json:"members,omitempty"`
	Subject Subject        `json:"-"`
}

// ReasonMember is one feature of a family.
type ReasonMember struct {
	Feature string  `json:"feature"`
	Points  float64 `json:"points"`
	// Shown is Points as displayed, of a movement: those of the members sum to the
	// reason's. Absent of an answer at one date.
	Shown *float64 `json:"shown,omitempty"`
	Label string   `json:"-"` // written by package serve/text
}

// Subject is what a reason is about: a feature or a milestone, and its value.
type Subject struct {
	Definition *catalog.Definition // nil: a milestone
	Milestone  string
	Family     bool    // the reason is of several features, of which this is the strongest
	Value      any     // as in Contribution
	Never      *Never  // of days since what has not happened once; nil: it has, or the feature is another
	Expected   float64 // of a milestone: share of renewed peers who had it at the same tenure
}

// ModelInfo is which model answered.
type ModelInfo struct {
	Version   string    `json:"version"`
	TrainedAt time.Time `json:"trained_at"`
	AgeDays   int       `json:"age_days"` // whole days, never below 0
}

// Second is the score that an account between two clusters would have in the
// one that it is second closest to.
type Second struct {
	ID               string       `json:"id"`
	Name             string       `json:"name"`
	HealthScore      float64      `json:"health_score"`
	ChurnProbability float64      `json:"churn_probability"`
	Band             string       `json:"band"`
	Text             string       `json:"text"` // written by package serve/text
	Learned          *LearnedName `json:"-"`
}

// MilestonePrefix begins the name of a contribution that stands for a milestone.
const MilestonePrefix = "milestone:"

// Contributions that stand for no feature of the catalogue, and their themes and
// sides.
const (
	OutlookCut    = "outlook_cut"
	OtherFeatures = "other"
	ThemePath     = "path"
	ThemeCut      = "cut"
	ThemeOther    = "other"
	SideBoth      = "both"
	SidePath      = "proactive"
	SideOutlook   = "reactive"
)

// tolerance of the sums.
const tolerance = 1e-9

// check compares the sums of an answer with all its contributions with what they
// must give.
func (a *Answer) check() error {
	logOdds, points := a.Baseline.LogOdds, a.Baseline.Points
	for _, c := range a.Contributions {
		logOdds += c.LogOdds
		points += c.Points
	}
	p := a.ChurnProbability
	switch {
	case !(math.Abs(models.Sigmoid(logOdds)-p) <= tolerance):
		return fmt.Errorf("contributions give log-odds %g, the probability is %g", logOdds, p)
	case !(math.Abs(points-a.HealthScore) <= tolerance):
		return fmt.Errorf("contributions give %g points, the health score is %g", points, a.HealthScore)
	case !(a.HealthScore >= -tolerance && a.HealthScore <= 100+tolerance):
		return fmt.Errorf("a health score of %g", a.HealthScore)
	case !(a.Interval.Low <= p+tolerance && p <= a.Interval.High+tolerance):
		return fmt.Errorf("a probability of %g outside its interval %g to %g", p, a.Interval.Low, a.Interval.High)
	}
	return nil
}
