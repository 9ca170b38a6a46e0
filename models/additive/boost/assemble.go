package boost

import (
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// massOf returns the training weight of each bin of a field, over all rows or
// those of one cluster (k >= 0).
func (r *run) massOf(j, k int) []float64 {
	mass := make([]float64, r.binnings[j].Bins)
	for i, c := range r.codes[j] {
		if k < 0 || r.clusterOf(i) == k {
			mass[c] += r.weight[i]
		}
	}
	return mass
}

// clusterOf returns a row's cluster or models.NoCluster; 0 without a cluster part.
func (r *run) clusterOf(i int) int {
	if r.Clusters == 1 {
		return 0
	}
	return r.sample.ClusterOf(i)
}

// assemble returns the parts of the calibrated shared model:
//
//	b + Σ_j f_j + Σ_T f_T + R, every f with mean 0 over the training rows
//
// f is nil without interactions, deep without a residual. With a residual the
// main effects of all stacked learners add up, times their stacking weights.
func (r *run) assemble(l *checkpoint, f *interactions, deep *residualStack, p models.Platt) *additive.Parts {
	m := &additive.Parts{Binnings: r.binnings, Calibration: p, Rounds: l.rounds, Intercepts: make([]float64, r.Bags)}
	if r.subsampleRate < 1 {
		m.Subsample = r.subsampleRate
	}
	for _, f := range r.sample.Fields {
		m.Fields = append(m.Fields, models.Field{Name: f.Name, Levels: slices.Clone(f.Levels)})
	}
	sets, share, trees := &setTables{}, deep.tableWeight(), deep.residualTrees(p.Slope)
	if trees != nil {
		m.Residual = trees.ResidualTrees
	}
	if f != nil && share > 0 {
		sets = f.purifiedTables()
	}
	for b := range m.Intercepts {
		level := share * l.intercept[b]
		deep.each(func(v *learner) { level += v.stackingWeight * v.from.intercept[b] })
		m.Intercepts[b] = p.Apply(level)
		if trees != nil {
			m.Intercepts[b] += trees.level[b]
		}
	}
	for j := range r.binnings {
		mass := r.massOf(j, -1)
		t := additive.Table{Fields: []int{j}, Weight: mass, Bags: make([][]float64, r.Bags)}
		for b := range t.Bags {
			values := slices.Clone(l.tables[b][j])
			sets.addMain(j, b, values)
			for c := range values {
				values[c] *= p.Slope * share
			}
			deep.each(func(v *learner) {
				for c, below := range v.from.tables[b][j] {
					values[c] += p.Slope * v.stackingWeight * below
				}
			})
			trees.addMain(j, b, values)
			m.Intercepts[b] += r.binnings[j].Centre(values, mass)
			t.Bags[b] = values
		}
		t.SetMean()
		m.Tables = append(m.Tables, t)
	}
	for _, s := range slices.Concat(sets.pairs, sets.triples) {
		if t := sets.modelTable(s, p.Slope*share); !t.Empty() {
			m.Tables = append(m.Tables, t)
		}
	}
	m.Clusters = make([]additive.ClusterPart, r.Clusters)
	for k := range m.Clusters {
		m.Clusters[k].Intercepts = make([]float64, r.Bags)
	}
	return m
}

// addMain adds the main effect of field j that purification took out of the
// sets' tables.
func (s *setTables) addMain(j, bag int, values []float64) {
	f := slices.Index(s.of(), j)
	if f < 0 {
		return
	}
	for c, b := range s.grids[f].bin {
		values[c] += s.mains[f][bag][b]
	}
}

// of returns the fields of the coarse data; none without interactions.
func (s *setTables) of() []int {
	if s.coarseData == nil {
		return nil
	}
	return s.fields
}
