package artifact

import (
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/cluster"
)

// Report is the training report: how good the model is on rows that it has not
// seen, beside what a team could use instead. Training fills it, service reads it.
type Report struct {
	Training      Training         `json:"training"`
	Test          Test             `json:"test"`                              // how the rows of the table were kept apart
	Segments      []Segment        `json:"segments"`                          // the whole first, then one per cluster, then the rows without one
	Calibration   []CalibrationBin `json:"calibration,omitempty"`             // predicted against observed churn of the whole, lowest first
	Mean          *CalibrationBin  `json:"calibration_in_the_mean,omitempty"` // all judged renewals as one bin
	Leads         *Leads           `json:"leads,omitempty"`                   // how long before the renewal the rows were taken; nil: a table
	Purged        int              `json:"purged_rows,omitempty"`             // in neither part of the out-of-time test: taken before its date, decided after it
	Bands         *Bands           `json:"bands,omitempty"`                   // how the bands' thresholds were set; nil: an older program
	Clustering    *cluster.Choice  `json:"clustering,omitempty"`
	Clusters      []ReportCluster  `json:"clusters"`
	Lineage       *Lineage         `json:"lineage,omitempty"`       // which clusters of an earlier model they continue
	Overlap       *Overlap         `json:"overlap,omitempty"`       // how many accounts those clusters have in common; nil: none to compare with
	Orders        []additive.Order `json:"orders,omitempty"`        // what each order of interaction gained in training
	Importance    []Importance     `json:"importance"`              // strongest first
	Targets       []TargetReport   `json:"targets,omitempty"`       // outcomes beside renewal
	Declared      *Declared        `json:"declared,omitempty"`      // desired outcomes as the team states them; nil: it does not
	Contamination *Contamination   `json:"contamination,omitempty"` // renewals that an intervention may have saved; nil: none known
	Edits         []Edited         `json:"edits,omitempty"`         // by hand, after training, oldest first
	Allowed       []Suspect        `json:"allowed,omitempty"`       // columns that the configuration allows, with how they go with the outcome
	Checks        []Check          `json:"gate"`
	Warnings      []Warning        `json:"warnings,omitempty"`
}

// Clone returns a copy whose lists can be changed or added to without changing r.
func (r *Report) Clone() *Report {
	c := *r
	c.Clusters, c.Importance = slices.Clone(r.Clusters), slices.Clone(r.Importance)
	c.Edits, c.Checks, c.Warnings = slices.Clone(r.Edits), slices.Clone(r.Checks), slices.Clone(r.Warnings)
	return &c
}

// Test is how the judged rows were kept apart from those learned from.
type Test struct {
	Kind string `json:"kind"`           // one of the Test… constants
	From string `json:"from,omitempty"` // 2006-01-02: the date from which TestOutOfTime judges
}

// The kinds of tests.
const (
	TestOutOfTime = "out_of_time" // on renewals decided later
	TestFolds     = "folds"       // five folds by account: too few outcomes, or no dates, for the other
)

// Names of the variants that every run compares, in the order of its table.
const (
	VariantMajority  = "majority"
	VariantScorecard = "scorecard"
	VariantLogistic  = "logistic"
	VariantTrees     = "golearn_trees"
	VariantGlobal    = "global"
	VariantSeparate  = "separate"
	VariantEtappe    = "etappe"
)

// SegmentNone names the segment of the rows without a cluster.
const SegmentNone = "none"

// Segment is the table's part for all rows ("all"), for one cluster (its id) or for
// the rows without one (SegmentNone).
type Segment struct {
	Name     string    `json:"name"`
	Rows     int       `json:"rows"`     // snapshots judged
	Renewals int       `json:"renewals"` // that they belong to
	Churned  int       `json:"churned"`  // of the renewals
	Variants []Variant `json:"variants"`
	// Calibration is predicted against observed churn of the cluster's judged
	// renewals, lowest first; nil for the whole, whose stands in the report, and
	// for fewer than a hundred.
	Calibration []CalibrationBin `json:"calibration,omitempty"`
}

// Variant is one line of a segment. Metrics are weighted so that each renewal
// counts once, however many of its snapshots are judged, and their standard errors
// count accounts; Rows and Churned of the metrics count snapshots.
type Variant struct {
	Name    string         `json:"name"`
	Metrics models.Metrics `json:"metrics"`
	// Difference is by how much the log-loss of VariantEtappe is above this one's on
	// the rows that both judged; nil for VariantEtappe itself.
	Difference *Difference `json:"etappe_above,omitempty"`
}

// Difference is a mean difference of paired rows with its 90 % interval; its
// standard error counts accounts.
type Difference struct {
	LogLoss Figure `json:"log_loss"`
	SE      Figure `json:"se"`
	Low     Figure `json:"low"`
	High    Figure `json:"high"`
}

// ReportCluster is what a cluster of the artifact holds and how much of its own
// part it uses: Lambda is the shrinkage λ of partial pooling, 0 exactly the shared
// model.
type ReportCluster struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Rows    int     `json:"rows"`
	Churned int     `json:"churned"`
	Lambda  float64 `json:"lambda"`
	Gain    float64 `json:"gain"` // nats per row that its own part gained out of fold
}

// Importance is the mean absolute contribution of a feature over the training
// rows, in log-odds.
type Importance struct {
	Feature string  `json:"feature"`
	LogOdds float64 `json:"log_odds"`
}

// Of returns a segment's line for a variant; ok is false if there is none.
func (s Segment) Of(variant string) (m models.Metrics, ok bool) {
	for _, v := range s.Variants {
		if v.Name == variant {
			return v.Metrics, true
		}
	}
	return m, false
}
