package train

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
)

// judgement is what was predicted of the rows that a run is judged on.
type judgement struct {
	rows    []int
	logOdds []float64 // [row of the data]
	path    []float64 // [row of the data] success path, NaN: not measured
	// recurring is the most weight of milestones that are to be reached again, on that
	// path.
	recurring float64
}

// noPath is the path of rows of which none is measured.
func (d *Data) noPath() []float64 { return slices.Repeat([]float64{math.NaN()}, len(d.Churned)) }

// judgePath scores the judged rows on a success path that was learned from the other
// part of their split. assigned gives each row's cluster.
func (d *Data) judgePath(c Config, assigned []int32, ids []string, splits []split, recurring float64) ([]float64, error) {
	score := d.noPath()
	for _, s := range splits {
		p, err := fitPath(d, c, s.train, assigned, ids, recurring)
		if err != nil {
			return nil, fmt.Errorf("fitting the success path: %w", err)
		}
		for _, i := range s.test {
			score[i] = d.pathScore(p, i, int(assigned[i]))
		}
	}
	return score, nil
}

// recurringShares are the weights that milestones which are to be reached again may
// have on the path, and recurringLoss the AUC of the health score that the largest may
// cost. They are seen in the features as well, so that with too much weight they
// drown what else the probability holds.
var recurringShares = []float64{0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 1}

const recurringLoss = 0.002

// chooseRecurring fills in the judged rows' path, with as much weight on milestones
// that are to be reached again as orders the judged rows no worse by the health score.
func (d *Data) chooseRecurring(j *judgement, o Options, clusters *cluster.Model, splits []split) error {
	if d.Journey == nil {
		j.path, j.recurring = d.noPath(), 1
		return nil
	}
	shares := recurringShares
	if d.recurring() == nil {
		shares = []float64{1}
	}
	assigned, err := clusters.Assign(d.Frame)
	if err != nil {
		return fmt.Errorf("assigning clusters: %w", err)
	}
	points, least := d.points(o), math.Inf(-1)
	for _, share := range shares {
		one := *j
		if one.path, err = d.judgePath(o.Config, assigned.Cluster, clusters.IDs(), splits, share); err != nil {
			return err
		}
		auc := d.scoreJudged(&one, points).auc(d)
		if share == shares[0] {
			least = auc - recurringLoss
		}
		if auc >= least || j.path == nil {
			j.path, j.recurring = one.path, share
		}
	}
	return nil
}

// pathScore is where row i of cluster k is on a path; NaN without a cluster.
func (d *Data) pathScore(p *path.Path, i, k int) float64 {
	if k == models.NoCluster {
		return math.NaN()
	}
	reached := make([]float64, len(d.Journey.Reached))
	for m := range reached {
		reached[m] = d.Journey.Reached[m][i]
	}
	return p.Score(d.Journey.Tenure[i], reached, k).Path
}

// usual is the health score of a probability of churn on the mean path of the rows.
func (j *judgement) usual(p models.Points, rows []int, probability float64) float64 {
	sum, n := 0.0, 0.0
	for _, i := range rows {
		if !math.IsNaN(j.path[i]) {
			sum, n = sum+j.path[i], n+1
		}
	}
	return p.Health(sum/n, models.Logit(probability)) // NaN without a path: the outlook alone
}
