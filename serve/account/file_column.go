package account

import (
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// fileRows are accounts with their scores, column by column, one entry per row: the
// columns that every file of accounts has, under the names of the API. "", NaN and the
// zero time: not known.
type fileRows struct {
	ids, names, owners        []string
	asOf, dueOn               []time.Time
	arr, health, churn, low   []float64
	high                      []float64
	band, scoreBand           []string // the one displayed, and that of the health score alone
	clusterIDs, clusterNames  []string
	membership                []float64
	theme, reason, reasonText []string // of the strongest reason
	previous                  []time.Time
	moved, modelMoved         []float64
	verdict, moveReason       []string
	model                     []string
}

// columns are the columns in the order of the files.
func (f *fileRows) columns() []columnar.Column {
	membership := slices.Clone(f.membership)
	for i, id := range f.clusterIDs {
		if id == "" { // none: there is nothing to belong to
			membership[i] = math.NaN()
		}
	}
	atRisk := make([]float64, len(f.arr))
	for i, arr := range f.arr {
		atRisk[i] = arr * f.churn[i]
	}
	return []columnar.Column{
		{Name: "account_id", Strings: f.ids, Whole: true}, {Name: "as_of", Times: f.asOf, Whole: true, Days: true},
		{Name: "health_score", Numbers: f.health, Whole: true}, {Name: "churn_probability", Numbers: f.churn, Whole: true},
		{Name: "interval_low", Numbers: f.low}, {Name: "interval_high", Numbers: f.high},
		{Name: "band", Strings: f.band, Whole: true}, {Name: "score_band", Strings: f.scoreBand, Whole: true},
		{Name: "cluster_id", Strings: f.clusterIDs}, {Name: "cluster_name", Strings: f.clusterNames}, {Name: "membership", Numbers: membership},
		{Name: "top_theme", Strings: f.theme}, {Name: "top_reason", Strings: f.reason}, {Name: "top_reason_text", Strings: f.reasonText},
		{Name: "previous_as_of", Times: f.previous, Days: true}, {Name: "moved", Numbers: f.moved}, {Name: "model_moved", Numbers: f.modelMoved},
		{Name: "verdict", Strings: f.verdict}, {Name: "move_reason", Strings: f.moveReason},
		{Name: "due_on", Times: f.dueOn, Days: true}, {Name: "name", Strings: f.names}, {Name: "owner", Strings: f.owners},
		{Name: "arr", Numbers: f.arr}, {Name: "arr_at_risk", Numbers: atRisk}, {Name: "model", Strings: f.model, Whole: true},
	}
}

// describe fills in what the tables hold of the accounts; list is nil for a feature
// table, of which nothing is known.
func (f *fileRows) describe(list []history.Account, rows int) {
	f.names, f.owners, f.dueOn, f.arr = make([]string, rows), make([]string, rows), make([]time.Time, rows), make([]float64, rows)
	for i := range f.arr {
		f.arr[i] = math.NaN()
	}
	for i := range list {
		a := &list[i]
		f.names[i], f.owners[i], f.dueOn[i], f.arr[i] = a.Name, a.Owner, a.DueOn, a.ARR
	}
}

// lead fills in the strongest reason of each row, all but its text.
func (f *fileRows) lead(s *score.Scorer, c *score.Columns) {
	f.theme, f.reason = make([]string, len(c.Lead)), make([]string, len(c.Lead))
	for i, e := range c.Lead {
		if e >= 0 {
			f.theme[i], f.reason[i] = s.ReasonCode(e)
		}
	}
}

// movements fills in what happened since the date before.
func (f *fileRows) movements(list []fileMovement) {
	f.previous, f.moved, f.verdict = make([]time.Time, len(list)), make([]float64, len(list)), make([]string, len(list))
	f.modelMoved, f.moveReason = make([]float64, len(list)), make([]string, len(list))
	for i := range list {
		f.previous[i], f.moved[i], f.verdict[i] = list[i].previous, list[i].moved, list[i].verdict
		f.modelMoved[i], f.moveReason[i] = list[i].model, list[i].reason
	}
}
