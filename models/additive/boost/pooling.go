package boost

import (
	"context"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// Partial pooling. The boosted model is the same for every cluster; a regression
// on its out-of-fold log-odds adds shared slopes and deviations of clusters
// (ridge.go):
//
//	z = α·boosted(x) + x·β + u·δ_k
//
// Pooling is continuous: how far clusters may deviate is a precision learned from
// the data (evidence.go), so that without a difference between clusters the
// deviations vanish, and with a large one they are nearly separate models. All of
// it is tables: a cluster's own tables are δ_k/λ_k with the shrinkage λ_k, the share
// of δ_k that the data determine. λ_k is 0 where the last time slice spoke surely
// against the deviations or the cluster is too small for its own.

const (
	poolingMinEvents = 10   // accounts of either kind that a cluster needs for deviations of its own
	poolingVetoSE    = 2    // standard errors that a loss must be worth for a veto
	poolingBagSteps  = 4    // Newton steps of a bag, from the coefficients of all rows
	poolingMinLambda = 0.01 // a smaller shrinkage is 0
	fixedPrecision   = 1e9  // of a coefficient that is held at its mean
)

// fitPooled fits the pooled regression with the boosted model's log-odds in it and
// without them, and returns the one that predicts better out of fold: where the
// log-odds are lines, which the columns hold, the boosted model adds its noise only.
// nil where no cluster is large enough to deviate or no field has a slope.
func (r *run) fitPooled(ctx context.Context, info []additive.ClusterInfo, boosted []float64) (*pooledFit, error) {
	with, err := r.fitRegression(ctx, info, boosted, 1)
	if with == nil || err != nil || with.centre == 0 {
		return with, err
	}
	without, err := r.fitRegression(ctx, info, boosted, 0)
	if err != nil {
		return nil, err
	}
	gain, err := r.gainOfRegression(with, without)
	if err != nil || gain.mean <= 0 {
		return with, err
	}
	return without, nil
}

// gainOfRegression returns what regression q gains on p out of fold, each on its
// line of calibration.
func (r *run) gainOfRegression(p, q *pooledFit) (paired, error) {
	from, err := r.calibration(p.outOfFold)
	if err != nil {
		return paired{}, err
	}
	to, err := r.calibration(q.outOfFold)
	if err != nil {
		return paired{}, err
	}
	return r.gainOver(applied(from, p.outOfFold), applied(to, q.outOfFold)), nil
}

// pool puts the regression in the place of the boosted model where it gains on
// it out of fold. assemble makes the boosted part on a line of calibration.
func (r *run) pool(boosted *additive.Parts, p *pooledFit, assemble func(models.Platt) *additive.Parts) (*additive.Parts, error) {
	base, err := r.calibrated(p.boosted)
	if err != nil {
		return nil, err
	}
	line, err := r.calibration(p.outOfFold)
	if err != nil {
		return nil, err
	}
	line.Slope = max(line.Slope, 0)
	if r.gainOver(base, applied(line, p.outOfFold)).mean <= 0 {
		return boosted, nil
	}
	m := assemble(models.Platt{Slope: line.Slope * p.centre, Intercept: line.Intercept})
	m.Calibration, m.Orders = line, boosted.Orders
	for k := range m.Clusters {
		m.Clusters[k].Info = boosted.Clusters[k].Info
	}
	return m, r.addPooled(m, p, line)
}
