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
//	b + Σ_j f_j + Σ_T f_T + R, every f of mean 0 over the training rows
//
// f is nil where there are no sets, deep where there is no residual. With one,
// all sides of the mixture add up in the mains.
func (r *run) assemble(l *learned, f *found, deep *rest, p models.Platt) *Model {
	m := &Model{axes: r.axes, platt: p, rounds: l.rounds, levels: make([]float64, r.Bags)}
	if r.share < 1 {
		m.share = r.share
	}
	for _, f := range r.sample.Fields {
		m.fields = append(m.fields, models.Field{Name: f.Name, Levels: slices.Clone(f.Levels)})
	}
	sets, share, trees := &spread{}, deep.share(), deep.settled(p.Slope)
	if trees != nil {
		m.residual = trees.residual
	}
	if f != nil && share > 0 {
		sets = f.tables()
	}
	for b := range m.levels {
		level := share * l.level[b]
		deep.each(func(v *voice) { level += v.weight * v.from.level[b] })
		m.levels[b] = p.Apply(level)
		if trees != nil {
			m.levels[b] += trees.level[b]
		}
	}
	for j := range r.axes {
		mass := r.massOf(j, -1)
		t := term{fields: []int{j}, mass: mass, bags: make([][]float64, r.Bags)}
		for b := range t.bags {
			values := slices.Clone(l.tables[b][j])
			sets.addMain(j, b, values)
			for c := range values {
				values[c] *= p.Slope * share
			}
			deep.each(func(v *voice) {
				for c, below := range v.from.tables[b][j] {
					values[c] += p.Slope * v.weight * below
				}
			})
			trees.addMain(j, b, values)
			m.levels[b] += r.axes[j].settle(values, mass)
			t.bags[b] = values
		}
		t.average()
		m.terms = append(m.terms, t)
	}
	for _, s := range slices.Concat(sets.pairs, sets.triples) {
		if t := sets.term(s, p.Slope*share); !t.empty() {
			m.terms = append(m.terms, t)
		}
	}
	m.clusters = make([]part, r.Clusters)
	for k := range m.clusters {
		m.clusters[k].levels = make([]float64, r.Bags)
	}
	return m
}

// addMain adds what the sets told of field j alone.
func (s *spread) addMain(j, bag int, values []float64) {
	f := slices.Index(s.of(), j)
	if f < 0 {
		return
	}
	for c, b := range s.grids[f].of {
		values[c] += s.mains[f][bag][b]
	}
}

// of returns the fields of the lattice; none without one.
func (s *spread) of() []int {
	if s.lattice == nil {
		return nil
	}
	return s.fields
}

// weigh returns the training weight of each cell of a term, over the rows of
// one cluster (k >= 0) or all.
func (r *run) weigh(t *term, k int) []float64 {
	mass := make([]float64, len(t.mass))
	for i := range r.churned {
		if k < 0 || r.clusterOf(i) == k {
			mass[t.cell(r.codes, i)] += r.weight[i]
		}
	}
	return mass
}

// centre stores the mean of every term over each cluster's rows: what
// contributions are measured from. A cluster without rows takes everyone's.
func (r *run) centre(m *Model) {
	deep := newDeepTables(m.residual)
	if deep != nil {
		deep.layShares()
	}
	for k := range m.clusters {
		p := &m.clusters[k]
		p.centre = make([]float64, len(m.terms))
		rows := k
		if p.info.Rows == 0 {
			rows = -1
		}
		for t := range m.terms {
			p.centre[t] = mean(m.effect(k, t), r.weigh(&m.terms[t], rows))
		}
		if deep != nil {
			p.restCentre = r.restCentre(deep, rows)
		}
	}
	if deep != nil {
		m.residual.importance = r.restImportance(deep)
	}
}
