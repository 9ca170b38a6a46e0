package train

import (
	"fmt"
	"math"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
)

// Judged is what every variant predicted for the rows that the report's table is
// made of: out of time, or out of fold. All lists but Variants have one entry per row.
type Judged struct {
	Row      []int     // of the data
	Slice    []string  // artifact.TestOutOfTime, or "fold 1" to "fold 5"
	Cluster  []string  // id of the cluster by which the table divides the rows; artifact.SegmentNone: none
	Weight   []float64 // 1 over the judged rows of the same renewal
	Variants []string  // in the order of the report
	LogOdds  [][]float64
}

// outOfTimeSlice names the one slice of an out-of-time test.
func outOfTimeSlice(int) string { return artifact.TestOutOfTime }

// foldSlice names a fold of a cross-validation, counted from 1.
func foldSlice(k int) string { return fmt.Sprintf("fold %d", k+1) }

// collect passes what the variants predicted to the caller, if it wants it.
func (o Options) collect(d *Data, byVariant map[string]*predictions, assigned []int32, ids []string, splits []split, slice func(int) string) {
	if o.Judged == nil {
		return
	}
	part := make([]string, len(d.Churned))
	for k, s := range splits {
		for _, i := range s.test {
			part[i] = slice(k)
		}
	}
	j := &Judged{}
	for i, name := range part {
		if name != "" {
			j.Row = append(j.Row, i)
			j.Slice = append(j.Slice, name)
			id := artifact.SegmentNone
			if k := assigned[i]; k != models.NoCluster {
				id = ids[k]
			}
			j.Cluster = append(j.Cluster, id)
		}
	}
	j.Weight = d.weightWithin(j.Row)
	for _, name := range reported {
		if p := byVariant[name]; p != nil {
			j.Variants = append(j.Variants, name)
			j.LogOdds = append(j.LogOdds, models.Pick(p.logOdds, j.Row))
		}
	}
	o.Judged(j)
}

// Columns are the file's columns: which account, renewal and date a row is of, its
// slice, cluster, weight and outcome, and a probability of churn for each variant.
// Rows of a feature table have their number in it (row, 0-based) and no lead.
func (j *Judged) Columns(d *Data) []columnar.Column {
	n := len(j.Row)
	label, renewal := make([]float64, n), make([]float64, n)
	for k, i := range j.Row {
		renewal[k] = float64(d.Renewal[i])
		if d.Churned[i] {
			label[k] = 1
		}
	}
	columns := []columnar.Column{{Name: "account_id", Strings: models.Pick(d.IDs, j.Row)}}
	if d.TableRow != nil {
		columns = append(columns, columnar.Column{Name: "row", Numbers: numbersOf(models.Pick(d.TableRow, j.Row))})
	} else {
		columns = append(columns, columnar.Column{Name: "renewal", Numbers: renewal})
	}
	if d.AsOf != nil {
		columns = append(columns, columnar.Column{Name: "as_of", Times: models.Pick(d.AsOf, j.Row), Days: true})
	}
	if d.leads != nil {
		due := make([]time.Time, n)
		for k, i := range j.Row {
			due[k] = d.AsOf[i].AddDate(0, 0, d.leads[i])
		}
		columns = append(columns, columnar.Column{Name: "due_on", Times: due, Days: true},
			columnar.Column{Name: "lead_days", Numbers: numbersOf(models.Pick(d.leads, j.Row))})
	}
	columns = append(columns, columnar.Column{Name: "slice", Strings: j.Slice}, columnar.Column{Name: "cluster_id", Strings: j.Cluster},
		columnar.Column{Name: "weight", Numbers: j.Weight}, columnar.Column{Name: "churned", Numbers: label})
	for v, name := range j.Variants {
		columns = append(columns, columnar.Column{Name: name, Numbers: probabilities(j.LogOdds[v])})
	}
	return columns
}

func numbersOf(list []int) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = float64(v)
	}
	return out
}

// probabilities of churn; NaN stays NaN.
func probabilities(logOdds []float64) []float64 {
	out := make([]float64, len(logOdds))
	for i, z := range logOdds {
		out[i] = math.NaN()
		if !math.IsNaN(z) {
			out[i] = models.Sigmoid(z)
		}
	}
	return out
}
