package train

import (
	"context"
	"errors"
	"fmt"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive/boost"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/baseline"
)

// noSets switches interactions off, and as Residual the residual.
const noSets = -1

// sets is the most interactions that a sample's models may look for; noSets: none. Usage over
// events gives a hundred features that are largely redundant; where it falls into
// clusters, sets of them relearn the cluster, worse than its own part does, and
// cost more time than all the rest. A feature table is somebody's choice of
// columns: there they may.
func (o Options) sets(d *Data, clusters int) int {
	switch most := o.Config.Sets; {
	case d.fromEvents && clusters > 1, most != nil && *most == 0:
		return noSets
	case most != nil:
		return *most
	}
	return 0
}

// residual switches the residual trees on (0) or off (noSets).
func (o Options) residual() int {
	if on := o.Config.Residual; on != nil && !*on {
		return noSets
	}
	return 0
}

// etappe is the pooled model; veto marks the rows of the last time slice.
func (o Options) etappe(d *Data, clusters int, veto []bool) models.Trainer {
	return boost.Trainer{Label: artifact.VariantEtappe, Sets: o.sets(d, clusters), Residual: o.residual(), Bags: o.Config.Bags, Seed: o.Seed, Workers: o.Workers, Monotone: o.Monotone,
		Clusters: clusters, Veto: veto, Progress: func(done, total int) { o.Progress("model", done, total) }}
}

// global is the same model without anything of its own per cluster.
func (o Options) global(label string, sets int) models.Trainer {
	return boost.Trainer{Label: label, Sets: sets, Residual: o.residual(), Bags: o.Config.Bags, Seed: o.Seed, Workers: o.Workers, Monotone: o.Monotone, Clusters: 1}
}

// variants lists the trainers for a sample with the given number of clusters,
// cheap ones first. With one cluster, global and separate are the same model as
// etappe and are not fitted again: see compareVariants.
func (o Options) variants(d *Data, clusters int, veto []bool) []models.Trainer {
	list := []models.Trainer{
		baseline.Majority{},
		baseline.Scorecard{Signs: o.Signs},
		baseline.Logistic{Seed: o.Seed},
		baseline.Trees{Seed: o.Seed},
	}
	if clusters > 1 {
		sets := o.sets(d, clusters)
		list = append(list, o.global(artifact.VariantGlobal, sets), separate{clusters: clusters, each: o.global(artifact.VariantSeparate, sets)})
	}
	return append(list, o.etappe(d, clusters, veto))
}

// separate fits one model per cluster and nothing in common: what pooling is
// measured against.
type separate struct {
	clusters int
	each     models.Trainer
}

// separateModel answers with each row's own cluster's model. Rows without a
// cluster are a group like one.
type separateModel struct {
	own map[int]models.Model // by cluster; none where it could not carry a model
	all models.Model         // the base rate, for those
}

// Name is the variant's name in reports.
func (s separate) Name() string { return artifact.VariantSeparate }

// Fit fits one model per cluster; a cluster with one outcome only, which cannot
// carry a model, answers with the base rate.
func (s separate) Fit(ctx context.Context, sample *models.Sample) (models.Model, error) {
	all, err := baseline.Majority{}.Fit(ctx, sample)
	if err != nil {
		return nil, err
	}
	m := &separateModel{own: make(map[int]models.Model), all: all}
	for k := models.NoCluster; k < s.clusters; k++ {
		part := sample.Select(rowsOf(sample.Frame, k))
		part.Cluster = nil
		own, err := s.each.Fit(ctx, part)
		if err != nil && !errors.Is(err, models.ErrTraining) {
			return nil, fmt.Errorf("cluster %d: %w", k+1, err)
		}
		if err == nil {
			m.own[k] = own
		}
	}
	return m, nil
}

// LogOdds predicts each row by the model of its own cluster.
func (m *separateModel) LogOdds(f *models.Frame) ([]float64, error) {
	out, err := m.all.LogOdds(f)
	if err != nil {
		return nil, err
	}
	for k, own := range m.own {
		rows := rowsOf(f, k)
		if len(rows) == 0 {
			continue
		}
		part := f.Select(rows)
		part.Cluster = nil
		z, err := own.LogOdds(part)
		if err != nil {
			return nil, err
		}
		for n, i := range rows {
			out[i] = z[n]
		}
	}
	return out, nil
}

// rowsOf lists the rows of cluster k.
func rowsOf(f *models.Frame, k int) []int {
	var rows []int
	for i := range f.Rows() {
		if f.ClusterOf(i) == k {
			rows = append(rows, i)
		}
	}
	return rows
}
