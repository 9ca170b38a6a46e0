package train

import (
	"context"
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// predictions holds what one variant predicts for every test row.
type predictions struct {
	name    string
	logOdds []float64 // [row of the data]; NaN: not judged
	seconds float64
}

// comparison is one split's outcome: its clusters and where its test rows belong.
type comparison struct {
	clusters *cluster.Model
	choice   *cluster.Choice
	cluster  []int32 // [row of the data] or models.NoCluster, only test rows are filled in
}

// compareVariants fits every variant on the training part of a split and predicts
// the test part. Clusters are learned from the training part alone.
func compareVariants(ctx context.Context, d *Data, o Options, s split, byVariant map[string]*predictions) (*comparison, error) {
	h := &comparison{cluster: make([]int32, len(d.Churned))}
	var err error
	if h.clusters, h.choice, err = fitClusters(ctx, d, o, s.train); err != nil {
		return nil, err
	}
	all, test := d.sample().Select(s.train), d.Frame.Select(s.test)
	if err := assign(h.clusters, all.Frame, test); err != nil {
		return nil, err
	}
	for n, i := range s.test {
		h.cluster[i] = test.Cluster[n]
	}
	variants := o.variants(d, h.clusters.K(), d.lastSlice(s.train))
	for n, trainer := range variants {
		o.Progress(s.name, n, len(variants))
		began := o.Seconds()
		fitted, err := trainer.Fit(ctx, all)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", s.name, trainer.Name(), err)
		}
		z, err := fitted.LogOdds(test)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", s.name, trainer.Name(), err)
		}
		store(byVariant, trainer.Name(), len(d.Churned), s.test, z, o.Seconds()-began)
		if trainer.Name() == artifact.VariantEtappe && h.clusters.K() == 1 {
			store(byVariant, artifact.VariantGlobal, len(d.Churned), s.test, z, 0)
			store(byVariant, artifact.VariantSeparate, len(d.Churned), s.test, z, 0)
		}
	}
	o.Progress(s.name, len(variants), len(variants))
	return h, nil
}

// store writes a variant's log-odds of the test rows into its predictions.
func store(byVariant map[string]*predictions, name string, rows int, test []int, z []float64, seconds float64) {
	l := byVariant[name]
	if l == nil {
		l = &predictions{name: name, logOdds: make([]float64, rows)}
		for i := range l.logOdds {
			l.logOdds[i] = math.NaN()
		}
		byVariant[name] = l
	}
	for n, i := range test {
		l.logOdds[i] = z[n]
	}
	l.seconds += seconds
}

// fitClusters learns clusters from the given rows, one per renewal.
func fitClusters(ctx context.Context, d *Data, o Options, rows []int) (*cluster.Model, *cluster.Choice, error) {
	rows = d.onePerRenewal(rows)
	o.Progress("clusters", 0, 1)
	m, choice, err := cluster.Fit(ctx, d.Frame.Select(rows), Space(d.Catalog), models.Pick(d.Churned, rows), o.clusterOptions())
	if err != nil {
		return nil, nil, fmt.Errorf("clustering: %w", err)
	}
	o.Progress("clusters", 1, 1)
	return m, choice, nil
}

// assign fills in each frame's clusters.
func assign(m *cluster.Model, frames ...*models.Frame) error {
	for _, f := range frames {
		a, err := m.Assign(f)
		if err != nil {
			return fmt.Errorf("assigning clusters: %w", err)
		}
		f.Cluster = a.Cluster
	}
	return nil
}
