package boost

import (
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// addPooled adds the regression to an assembled model whose boosted part has
// been multiplied by α: shared slopes to the main effects, deviations as the
// clusters' own tables.
func (r *run) addPooled(m *additive.Parts, p *pooledFit, line models.Platt) error {
	if p.centre == 0 {
		m.Residual = nil
	}
	main := p.tables(func(int) bool { return true }, func(b, c int) float64 { return line.Slope * p.bags[b].shared[c+firstSlope] })
	for j := range r.binnings { // main effects are the first tables, in the order of fields
		values, ok := main[j]
		if !ok {
			continue
		}
		t := &m.Tables[j]
		for b := range t.Bags {
			for c, v := range values[b] {
				t.Bags[b][c] += v
			}
			m.Intercepts[b] += r.binnings[j].Centre(t.Bags[b], t.Weight)
		}
		t.SetMean()
	}
	for b := range m.Intercepts {
		m.Intercepts[b] += line.Slope * p.bags[b].shared[interceptColumn]
	}
	vetoed, err := p.vetoes(r)
	if err != nil {
		return err
	}
	for n, k := range p.deviates {
		part := &m.Clusters[k]
		gain := r.clusterGain(p, k, line)
		part.Info.Gain, part.Info.GainSE, part.Info.Vetoed = gain.mean, gain.se, vetoed[n]
		if lambda := p.determined[n]; !vetoed[n] && lambda >= poolingMinLambda {
			part.Info.Lambda = lambda
			r.addOwn(part, p, n, line.Slope/lambda)
		}
	}
	return nil
}

// addOwn fills in the own tables of deviating cluster n, its deviations times
// scale, centred over its rows.
func (r *run) addOwn(part *additive.ClusterPart, p *pooledFit, n int, scale float64) {
	position := make(map[int]int, len(p.own))
	for u, c := range p.own {
		position[c] = u
	}
	tables := p.tables(func(c int) bool { _, ok := position[c+firstSlope]; return ok },
		func(b, c int) float64 { return scale * p.bags[b].own[n][position[c+firstSlope]] })
	for b := range part.Intercepts {
		part.Intercepts[b] = scale * p.bags[b].own[n][0]
	}
	for j := range r.binnings {
		bags, ok := tables[j]
		if !ok {
			continue
		}
		t := additive.Table{Fields: []int{j}, Weight: r.massOf(j, p.deviates[n]), Bags: bags}
		for b := range t.Bags {
			part.Intercepts[b] += r.binnings[j].Centre(t.Bags[b], t.Weight)
		}
		t.SetMean()
		part.Own = append(part.Own, additive.OwnTable{Of: j, Table: t})
	}
}

// tables adds columns times their coefficients up by field: [field][bag][bin].
func (p *pooledFit) tables(of func(column int) bool, coefficient func(bag, column int) float64) map[int][][]float64 {
	out := make(map[int][][]float64)
	for c := range p.columns {
		if !of(c) {
			continue
		}
		j := p.columns[c].field
		if out[j] == nil {
			out[j] = models.Zeros(len(p.bags), len(p.columns[c].value))
		}
		for b := range p.bags {
			for bin, v := range p.columns[c].value {
				out[j][b][bin] += v * coefficient(b, c)
			}
		}
	}
	return out
}
