package serve

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models"
)

// Report is what the training run found out about the model: how good it was on
// renewals that it had not seen, beside what a team could use instead.
type Report struct {
	Test       string             `json:"test"`       // how the rows were kept apart
	Segments   []ReportSegment    `json:"segments"`   // the whole first, then one per cluster
	Clusters   []ReportCluster    `json:"clusters"`   // in the order of ids
	Importance []ReportImportance `json:"importance"` // strongest first
	Checks     []ReportCheck      `json:"gate"`
	Warnings   []string           `json:"warnings"` // in English
	Warned     []ReportWarned     `json:"warned"`   // what each is about; an older program's report has fewer, or none
	// Contamination, Declared and Edits are nil where there is nothing to say.
	Contamination *ReportContamination `json:"contamination"`
	Declared      *ReportDeclared      `json:"declared"`
	Edits         []ReportEdit         `json:"edits"`
	Overlap       *ReportOverlap       `json:"overlap"`     // with the clusters of the model before; nil: nothing to compare with
	Targets       []ReportTarget       `json:"targets"`     // outcomes beside renewal
	Calibration   []ReportCalibrated   `json:"calibration"` // lowest first; nil: an older program's report
}

// ReportCalibrated is a tenth or so of the judged renewals: of which much the same
// was said, and what became of them.
type ReportCalibrated struct {
	Renewals float64 `json:"renewals"`
	Said     float64 `json:"said"`    // mean probability of churn
	Churned  float64 `json:"churned"` // share that did
	Low      float64 `json:"low"`     // 90 % interval of that share
	High     float64 `json:"high"`
}

// ReportWarned says what a warning is about: a stable code, and what the text
// names.
type ReportWarned struct {
	Code   string   `json:"code"`
	Values []string `json:"values"`
}

// ReportContamination counts the renewals that an intervention may have saved.
type ReportContamination struct {
	Renewed int          `json:"renewed"`
	Saved   int          `json:"contaminated"` // of them after an intervention
	With    ReportJudged `json:"with"`         // the judged rows
	Without ReportJudged `json:"without"`      // without those that may have been saved
}

// ReportJudged is the loss on a set of rows; nil where it cannot be measured.
type ReportJudged struct {
	LogLoss     *float64 `json:"log_loss"`
	BaseLogLoss *float64 `json:"base_log_loss"` // of these rows' own rate of churn
}

// ReportDeclared compares the desired outcomes that the team states with the
// learned clusters.
type ReportDeclared struct {
	Column       string   `json:"column"`
	Accounts     int      `json:"accounts"` // compared
	Unknown      int      `json:"unknown"`  // without a declared outcome
	Outcomes     []string `json:"outcomes"`
	Clusters     []string `json:"clusters"` // ids
	Count        [][]int  `json:"count"`    // [outcome][cluster] accounts
	AdjustedRand *float64 `json:"adjusted_rand"`
}

// ReportOverlap counts accounts by the clusters that the model before and this
// one put them into.
type ReportOverlap struct {
	Accounts int           `json:"accounts"` // compared
	Before   []ClusterInfo `json:"before"`   // clusters of the model before
	After    []string      `json:"after"`    // ids
	Count    [][]int       `json:"count"`    // [before][after] accounts
}

// Kept counts the accounts that the model before put into the cluster of an id,
// and those of them that the cluster of the same id has now. 0 of 0 where there
// is nothing to compare with.
func (o *ReportOverlap) Kept(id string) (kept, of int) {
	if o == nil {
		return 0, 0
	}
	i := slices.IndexFunc(o.Before, func(c ClusterInfo) bool { return c.ID == id })
	j := slices.Index(o.After, id)
	if i < 0 || j < 0 || i >= len(o.Count) || j >= len(o.Count[i]) {
		return 0, 0
	}
	for _, n := range o.Count[i] {
		of += n
	}
	return o.Count[i][j], of
}

// ReportEdit is a change of the model by a person.
type ReportEdit struct {
	Term   string `json:"term"`
	Action string `json:"action"` // removed, set or named
	Reason string `json:"reason"`
	By     string `json:"by"`
	Name   string `json:"name"`
}

// ReportTarget says whether an outcome beside renewal can be foreseen.
type ReportTarget struct {
	Name    string `json:"name"`   // expansion or contraction
	Rows    int    `json:"rows"`   // renewals
	Events  int    `json:"events"` // of them with the outcome
	Kept    bool   `json:"kept"`
	Quality *struct {
		Threshold float64 `json:"threshold"` // change of ARR from which it counts
		AUC       float64 `json:"auc"`
		AUCSE     float64 `json:"auc_se"`
	} `json:"quality"` // nil: not judged
}

// ReportSegment is the test on all rows or on one cluster's.
type ReportSegment struct {
	Name        string             `json:"name"`
	Rows        int                `json:"rows"`
	Churned     int                `json:"churned"`
	Calibration []ReportCalibrated `json:"calibration"` // of a cluster; nil: too few renewals, or an older program's report
	Variants    []ReportVariant    `json:"variants"`
}

// ReportVariant is one model in the test; what cannot be measured is NaN.
type ReportVariant struct {
	Name    string         `json:"name"`
	Metrics models.Metrics `json:"metrics"`
}

// Of returns the metrics of a variant; false if it did not take part.
func (s ReportSegment) Of(variant string) (models.Metrics, bool) {
	for _, v := range s.Variants {
		if v.Name == variant {
			return v.Metrics, true
		}
	}
	return models.Metrics{}, false
}

// ReportCluster says how much of its own a cluster was given.
type ReportCluster struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Rows    int     `json:"rows"`
	Churned int     `json:"churned"`
	Lambda  float64 `json:"lambda"` // 0: exactly the shared model
	Gain    float64 `json:"gain"`   // nats per row
}

// ReportImportance is the mean absolute contribution of a feature.
type ReportImportance struct {
	Feature string  `json:"feature"`
	LogOdds float64 `json:"log_odds"`
}

// ReportCheck is one of the conditions that a model must meet to be promoted.
type ReportCheck struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
	Detail string `json:"detail"`
}

// Report returns what the training run wrote down; nil if the artifact holds
// no report. ErrAnswer if it cannot be read.
func (s *Scorer) Report() (*Report, error) {
	if len(s.report) == 0 {
		return nil, nil
	}
	r := &Report{}
	if err := json.Unmarshal(s.report, r); err != nil {
		return nil, fmt.Errorf("%w: the training report: %w", ErrAnswer, err)
	}
	return r, nil
}

// Label returns what a feature is called in a language; its name if the model
// does not read it.
func (s *Scorer) Label(feature string, l Language) string {
	j, ok := s.index[feature]
	if !ok {
		return feature
	}
	return l.of(s.catalog.Definitions[j].Text)
}

// StaleAfter is how many days after its training a model is stale.
func (s *Scorer) StaleAfter() int { return s.options.StaleAfter }
