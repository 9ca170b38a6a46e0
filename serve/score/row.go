package score

import (
	"fmt"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/path"
)

// Row is one row with everything the models return for it: what an explanation
// is computed from.
type Row struct {
	In         *Input
	Frame      *models.Frame // of the one row, with its cluster
	Cluster    int           // or models.NoCluster
	Membership float64

	LogOdds, Low, High float64   // of churn
	Baseline           float64   // log-odds of the cluster on average
	Share              []float64 // [field] of the log-odds

	Health  float64
	Weight  float64 // of the outlook; 1 where the path is not measured
	Outlook float64 // before the cut to 0..100
	Cut     float64 // what the cut adds, in outlook points

	Measured bool       // whether the path is
	Path     path.Score // zero where it is not; slices are [milestone]

	block *block
}

// Row computes the one row of a batch. ErrInput unless it has one row.
func (s *Scorer) Row(in *Input) (*Row, error) {
	if err := s.Check(in); err != nil {
		return nil, err
	}
	if n := in.Frame.Rows(); n != 1 {
		return nil, fmt.Errorf("%w: %d rows to explain, not 1", ErrInput, n)
	}
	b := s.newBlock(in, 0, 1, nil)
	if err := b.computeAll(); err != nil {
		return nil, err
	}
	r := &Row{
		In: in, Frame: &b.frame, Cluster: b.frame.ClusterOf(0), Membership: b.membership(0),
		LogOdds: b.churn.LogOdds[0], Low: b.churn.Low[0], High: b.churn.High[0], Baseline: b.churn.Baseline[0],
		Share: make([]float64, len(s.fields)), Health: b.health[0], Weight: b.weight[0],
		Outlook: s.points.Outlook(b.churn.LogOdds[0]), Cut: b.cut[0], Measured: b.measured[0], block: b,
	}
	for j := range r.Share {
		r.Share[j] = b.churn.Share[j][0]
	}
	if r.Measured {
		r.Path = s.pathScore(b.reached, b.tenure, 0, r.Cluster)
	}
	return r, nil
}

// Scorer is the model that the row is computed by.
func (r *Row) Scorer() *Scorer { return r.block.scorer }

// Reached is milestone m's value: the tenure in days at which it was reached,
// nil while it is not.
func (r *Row) Reached(m int) any { return reachedBy(r.block.reached[m], r.block.tenure, 0) }

// HasJourney is whether the row has milestones to measure; its tenure may be
// unknown all the same.
func (r *Row) HasJourney() bool { return r.block.reached != nil }

// PathIn measures the row against the success path of cluster k.
func (r *Row) PathIn(k int) path.Score {
	return r.block.scorer.pathScore(r.block.reached, r.block.tenure, 0, k)
}

// Warnings lists what a reader of the row's answer must know; never nil. Of an
// info without an age no warning is given that the model is stale.
func (r *Row) Warnings(info ModelInfo) []Warning { return r.block.warnings(0, info) }

// Second is the score in the second cluster; nil unless the row is between two.
func (r *Row) Second() (*Second, error) {
	one := []Answer{{}}
	err := r.block.seconds(one)
	return one[0].Second, err
}

// InCluster is the row's log-odds and health score in cluster k instead of its own.
func (r *Row) InCluster(k int) (logOdds, health float64, err error) {
	logOdds, path, err := r.block.inCluster(0, k)
	return logOdds, r.block.scorer.points.Health(path, logOdds), err
}

// Of describes the cluster that the row belongs to.
func (s *Scorer) ClusterOf(r *Row) Cluster {
	c := s.Cluster(r.Cluster)
	c.Membership = r.Membership
	return c
}

// Answer is the row's answer, as Score gives it.
func (r *Row) Answer(info ModelInfo) (Answer, error) {
	one := make([]Answer, 1)
	r.block.answers(one, info)
	err := r.block.seconds(one)
	return one[0], err
}
