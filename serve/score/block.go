package score

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/cluster"
)

// block is a run of rows with everything the models return for them, column by
// column. It is the only engine: answers, columns and rows are read from it.
//
// For row i, with z log-odds, w the weight of the outlook (models.Points.Weights):
//
//	health        = models.Points.Health(path, z)
//	Points[j]     = w · points of the share of log-odds of feature j
//	Points[J + m] = (1 − w) · share of milestone m
type block struct {
	scorer *Scorer
	in     *Input // the whole batch
	frame  models.Frame
	memory *arena // nil: of its own
	first  int    // its first row in the batch

	assigned *cluster.Assignment // nil: one cluster
	outlier  []bool              // [row] nil: not computed
	churn    additive.Answers    // log-odds and, where wanted, interval, baseline and shares

	measured []bool      // [row] whether the path is
	tenure   []float64   // [row] nil: no journey
	path     []float64   // [row] NaN where it is not measured
	weight   []float64   // [row] of the outlook
	cut      []float64   // [row] what the cut to 0..100 adds, in outlook points
	health   []float64   // [row]
	reached  [][]float64 // [milestone] the journey's column; nil: nothing to measure
	expected [][]float64 // [milestone][row] R_km(t)
	steps    [][]float64 // [milestone][row] share of the path; after sharePoints weighted
	points   [][]float64 // [field, then milestone][row] health points
}

// newBlock is the rows from..to of a checked batch.
func (s *Scorer) newBlock(in *Input, from, to int, memory *arena) *block {
	b := &block{scorer: s, in: in, first: from, memory: memory}
	b.frame = models.Frame{Fields: in.Frame.Fields, Columns: in.Frame.Columns}
	part := to-from < in.Frame.Rows()
	if part {
		b.frame.Columns = make([][]float64, len(in.Frame.Columns))
		for j, column := range in.Frame.Columns {
			b.frame.Columns[j] = column[from:to]
		}
	}
	if in.Journey == nil {
		return b
	}
	b.tenure = in.Journey.Tenure[from:to]
	if b.reached = s.milestoneColumns(in.Journey); part {
		for m, column := range b.reached {
			b.reached[m] = column[from:to]
		}
	}
	return b
}

// milestoneColumns finds each of the path's milestones in a journey. nil where the
// path cannot be measured: the model has none, there is no journey, or it does not
// hold a milestone of the path. Of that one nothing is known, which is not the same
// as not reached.
func (s *Scorer) milestoneColumns(j *models.Journey) [][]float64 {
	if s.path == nil || j == nil {
		return nil
	}
	columns := make([][]float64, len(s.milestones))
	for m, name := range s.milestones {
		at := slices.Index(j.Milestones, name)
		if at < 0 {
			return nil
		}
		columns[m] = j.Reached[at]
	}
	return columns
}

// computeAll computes everything that an Answer or a Row shows.
func (b *block) computeAll() error {
	if err := b.flag(); err != nil {
		return err
	}
	if err := b.assign(); err != nil {
		return err
	}
	b.reserve(true, true)
	if err := b.compute(); err != nil {
		return err
	}
	b.sharePoints(b.matrix(len(b.scorer.fields), len(b.cut)))
	return nil
}

// compute is the part that every view needs: log-odds, path and health.
func (b *block) compute() error {
	if err := b.answer(); err != nil {
		return err
	}
	b.measurePath()
	return b.compose()
}

// flag finds the rows that are unlike those the model was trained on.
func (b *block) flag() (err error) {
	if b.scorer.outliers == nil {
		return nil
	}
	if b.outlier, err = b.scorer.outliers.Flag(&b.frame); err != nil {
		return fmt.Errorf("%w: outliers: %w", ErrAnswer, err)
	}
	return nil
}

// assign finds the rows' clusters.
func (b *block) assign() (err error) {
	if b.scorer.clusters == nil {
		return nil
	}
	if b.assigned, err = b.scorer.clusters.Assign(&b.frame); err != nil {
		return fmt.Errorf("%w: clusters: %w", ErrAnswer, err)
	}
	b.frame.Cluster = b.assigned.Cluster
	return nil
}

// placed is whether row i has a cluster.
func (b *block) placed(i int) bool { return b.frame.ClusterOf(i) != models.NoCluster }

// membership is row i's soft membership in its cluster; 0 without one.
func (b *block) membership(i int) float64 {
	if b.assigned == nil {
		return 1
	}
	return b.assigned.Membership[i]
}

// reserve takes memory for what the churn model returns.
func (b *block) reserve(interval, shares bool) {
	s, rows := b.scorer, b.frame.Rows()
	columns := b.matrix(4, rows)
	b.churn = additive.Answers{LogOdds: columns[0]}
	if interval {
		b.churn.Low, b.churn.High, b.churn.Level = columns[1], columns[2], s.options.Level
	}
	if shares {
		b.churn.Baseline, b.churn.Share = columns[3], b.matrix(len(s.fields), rows)
	}
}

// answer runs the churn model.
func (b *block) answer() error {
	if err := b.scorer.churn.Answer(&b.frame, 0, b.frame.Rows(), &b.churn); err != nil {
		return fmt.Errorf("%w: rows from %d: %w", ErrAnswer, b.first, err)
	}
	return nil
}

// measurePath measures the rows against the success path, milestone by
// milestone, as path.Score does for one account.
func (b *block) measurePath() {
	s, rows := b.scorer, b.frame.Rows()
	columns := b.matrix(4, rows)
	b.path, b.weight, b.cut, b.health = columns[0], columns[1], columns[2], columns[3]
	b.measured = make([]bool, rows)
	for i := range rows {
		b.measured[i] = b.reached != nil && !math.IsNaN(b.tenure[i]) && s.HasPath(b.frame.ClusterOf(i))
		if _, b.weight[i] = s.points.Weights(b.measured[i]); b.measured[i] {
			b.path[i] = 50
		} else {
			b.path[i] = math.NaN()
		}
	}
	if b.reached == nil {
		return
	}
	b.steps, b.expected = b.matrix(len(s.milestones), rows), b.matrix(len(s.milestones), rows)
	for m := range s.milestones {
		step, expected := b.steps[m], b.expected[m]
		for i := range rows {
			if !b.measured[i] {
				continue
			}
			k, has := b.frame.ClusterOf(i), 0.0
			if b.reached[m][i] <= b.tenure[i] {
				has = 1
			}
			expected[i] = s.path.Expected(k, m, b.tenure[i])
			step[i] = 50 * s.path.Weight(k, m) * (has - expected[i])
			b.path[i] += step[i]
		}
	}
}

// compose computes the health scores. ErrAnswer for one that is no number.
func (b *block) compose() error {
	p, a := b.scorer.points, &b.churn
	for i, z := range a.LogOdds {
		b.health[i], b.cut[i] = p.Health(b.path[i], z), p.Cut(z)
		if math.IsNaN(b.health[i]) || math.IsInf(z, 0) || a.Low != nil && (math.IsNaN(a.Low[i]) || math.IsNaN(a.High[i])) {
			return fmt.Errorf("%w: row %d: log-odds %g, health %g", ErrAnswer, b.first+i, z, b.health[i])
		}
	}
	return nil
}

// sharePoints turns shares of log-odds into points in the memory of to, which may
// be that of the shares, and shares of the path in place.
func (b *block) sharePoints(to [][]float64) {
	one := b.scorer.points.Share(1)
	for j, share := range b.churn.Share {
		weight, points := b.weight[:len(share)], to[j][:len(share)]
		for i, z := range share {
			points[i] = weight[i]*(one*z) + 0 // + 0: no negative zero in an answer
		}
	}
	b.points = append(make([][]float64, 0, len(to)+len(b.steps)), to...)
	for _, step := range b.steps {
		for i, p := range step {
			step[i] = (1-b.weight[i])*p + 0
		}
	}
	b.points = append(b.points, b.steps...)
}

// reachedBy is a milestone's value for row i: the tenure in days at which it was
// reached, nil while it is not.
func reachedBy(column, tenure []float64, i int) any {
	if math.IsNaN(column[i]) || column[i] > tenure[i] {
		return nil
	}
	return boxed(column[i])
}
