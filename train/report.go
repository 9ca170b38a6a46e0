package train

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// Report says how good the model is, on rows that it has not seen, against what
// a team could use instead.
type Report struct {
	Training      artifact.Training `json:"training"`
	Test          string            `json:"test"`                  // how the rows of the table were kept apart
	Segments      []Segment         `json:"segments"`              // the whole first, then one per cluster
	Calibration   []Calibrated      `json:"calibration,omitempty"` // what was said of the whole against what became of it, lowest first
	Clustering    *cluster.Choice   `json:"clustering,omitempty"`
	Clusters      []Cluster         `json:"clusters"`
	Lineage       *artifact.Lineage `json:"lineage,omitempty"`       // which clusters of an earlier model they continue; nil: an older program's report
	Overlap       *Overlap          `json:"overlap,omitempty"`       // how many accounts those clusters have in common; nil: none to compare with
	Orders        []additive.Order  `json:"orders,omitempty"`        // what each order of interaction gained in training
	Importance    []Importance      `json:"importance"`              // strongest first
	Targets       []TargetReport    `json:"targets,omitempty"`       // outcomes beside renewal
	Declared      *Declared         `json:"declared,omitempty"`      // desired outcomes as the team states them; nil: it does not
	Contamination *Contamination    `json:"contamination,omitempty"` // renewals that an intervention may have saved; nil: none known
	Edits         []Edited          `json:"edits,omitempty"`         // by hand, after training, oldest first
	Checks        []Check           `json:"gate"`
	Warnings      []string          `json:"warnings,omitempty"` // in English
	Warned        []Warned          `json:"warned,omitempty"`   // what each of them is about; shorter or nil: an older program's
}

// Segment is the table's part for all rows or for one cluster.
type Segment struct {
	Name     string    `json:"name"`
	Rows     int       `json:"rows"`
	Churned  int       `json:"churned"`
	Variants []Variant `json:"variants"`
	// Calibration is what was said of a cluster's judged renewals against what
	// became of them, lowest first; nil for the whole, whose stands in the report,
	// and for fewer than a hundred.
	Calibration []Calibrated `json:"calibration,omitempty"`
}

// Variant is one line of a segment. Metrics are weighted so that each renewal
// counts once, however many snapshots it has.
type Variant struct {
	Name    string         `json:"name"`
	Metrics models.Metrics `json:"metrics"`
}

// Cluster says what a cluster of the artifact holds and how much of its own it
// was given: Lambda 0 is exactly the shared model.
type Cluster struct {
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

// finish fills in what the finished artifact knows.
func (r *Report) finish(a *artifact.Artifact, d *Data, assigned []int32) error {
	r.Orders = a.Churn.Orders()
	k := a.Clusters.K()
	for c, id := range a.Clusters.IDs() {
		info := a.Churn.Cluster(c)
		r.Clusters = append(r.Clusters, Cluster{ID: id, Name: a.Names[c],
			Rows: info.Rows, Churned: info.Churned, Lambda: info.Lambda, Gain: info.Gain})
	}
	if err := r.weigh(a, d, assigned); err != nil {
		return err
	}
	if k > 4 {
		r.warning(WarnClusters, fmt.Sprintf(
			"%d clusters: more than four desired outcomes are hard to tell apart and to staff for; check whether some of them are one outcome at different sizes or stages, or set train.max_clusters", k), strconv.Itoa(k))
	}
	r.Checks = check(r)
	return nil
}

// weigh measures every feature's importance to the artifact over the rows.
func (r *Report) weigh(a *artifact.Artifact, d *Data, assigned []int32) error {
	frame := *d.Frame
	frame.Cluster = assigned
	contributions, err := a.Churn.Contributions(&frame)
	if err != nil {
		return fmt.Errorf("measuring importance: %w", err)
	}
	for j, share := range contributions.Share {
		r.Importance = append(r.Importance, Importance{d.Frame.Fields[j].Name, meanAbsolute(share, d.Weight)})
	}
	sort.SliceStable(r.Importance, func(i, j int) bool { return r.Importance[i].LogOdds > r.Importance[j].LogOdds })
	return nil
}

// headline is what the registry repeats: the judged quality of the whole.
func (r *Report) headline() map[string]float64 {
	m, _ := r.Segments[0].Of(Etappe)
	all := map[string]float64{"auc": m.AUC, "log_loss": m.LogLoss, "brier": m.Brier, "calibration_slope": m.Slope}
	for name, v := range all {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			delete(all, name)
		}
	}
	return all
}

func meanAbsolute(share, weight []float64) float64 {
	sum, total := 0.0, 0.0
	for i, v := range share {
		sum += weight[i] * math.Abs(v)
		total += weight[i]
	}
	return sum / total
}

func (r *Report) encode() (json.RawMessage, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding the report: %w", err)
	}
	return text, nil
}
