package additive

import (
	"slices"

	"github.com/etappe/etappe/models"
)

// massOf returns the training weight of each bin of a field, over all rows or
// those of one cluster (k >= 0).
func (r *run) massOf(j, k int) []float64 {
	mass := make([]float64, r.axes[j].bins)
	for i, c := range r.codes[j] {
		if k < 0 || r.clusterOf(i) == k {
			mass[c] += r.weight[i]
		}
	}
	return mass
}

// clusterOf returns a row's cluster; 0 without a cluster part.
func (r *run) clusterOf(i int) int {
	if r.Clusters == 1 {
		return 0
	}
	return r.sample.ClusterOf(i)
}

// assemble makes the calibrated shared model out of what the bags learned:
//
//	b + Σ_j f_j, every f_j of mean 0 over the training rows
func (r *run) assemble(l *learned, p models.Platt) *Model {
	m := &Model{axes: r.axes, platt: p, rounds: l.rounds, levels: make([]float64, r.Bags)}
	for _, f := range r.sample.Fields {
		m.fields = append(m.fields, models.Field{Name: f.Name, Levels: slices.Clone(f.Levels)})
	}
	for b := range m.levels {
		m.levels[b] = p.Apply(l.level[b])
	}
	for j := range r.axes {
		mass := r.massOf(j, -1)
		t := term{fields: []int{j}, mass: mass, bags: make([][]float64, r.Bags)}
		for b := range t.bags {
			values := slices.Clone(l.tables[b][j])
			for c := range values {
				values[c] *= p.Slope
			}
			m.levels[b] += r.axes[j].settle(values, mass)
			t.bags[b] = values
		}
		t.average()
		m.terms = append(m.terms, t)
	}
	m.clusters = make([]part, r.Clusters)
	for k := range m.clusters {
		m.clusters[k].levels = make([]float64, r.Bags)
	}
	return m
}

// centre stores the mean of every term over each cluster's rows: what
// contributions are measured from. A cluster without rows takes everyone's.
func (r *run) centre(m *Model) {
	for k := range m.clusters {
		p := &m.clusters[k]
		p.centre = make([]float64, len(m.terms))
		rows := k
		if p.info.Rows == 0 {
			rows = -1
		}
		for t := range m.terms {
			p.centre[t] = mean(m.effect(k, t), r.massOf(m.terms[t].fields[0], rows))
		}
	}
}
