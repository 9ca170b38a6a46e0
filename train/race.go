package train

import (
	"context"
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// lane is what one variant said about every row on which it was judged.
type lane struct {
	name    string
	logOdds []float64 // [row of the data]; NaN: not judged
	seconds float64
}

// heat is one split's outcome: its clusters and where its test rows belong.
type heat struct {
	clusters *cluster.Model
	choice   *cluster.Choice
	cluster  []int32 // [row of the data], only test rows are filled in
}

// race fits every variant on the split's training part and lets it answer for
// the test part. Clusters are learned from the training part alone.
func race(ctx context.Context, d *Data, o Options, s split, lanes map[string]*lane) (*heat, error) {
	h := &heat{cluster: make([]int32, len(d.Churned))}
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
		record(lanes, trainer.Name(), len(d.Churned), s.test, z, o.Seconds()-began)
		if trainer.Name() == artifact.VariantEtappe && h.clusters.K() == 1 {
			record(lanes, artifact.VariantGlobal, len(d.Churned), s.test, z, 0)
			record(lanes, artifact.VariantSeparate, len(d.Churned), s.test, z, 0)
		}
	}
	o.Progress(s.name, len(variants), len(variants))
	return h, nil
}

// record writes a variant's answers into its lane.
func record(lanes map[string]*lane, name string, rows int, test []int, z []float64, seconds float64) {
	l := lanes[name]
	if l == nil {
		l = &lane{name: name, logOdds: make([]float64, rows)}
		for i := range l.logOdds {
			l.logOdds[i] = math.NaN()
		}
		lanes[name] = l
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
