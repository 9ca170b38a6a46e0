package additive

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Parts is all that a Model consists of. Training fills it in; New makes a
// Model of it.
type Parts struct {
	Fields      []models.Field
	Binnings    []Binning // [field]
	Intercepts  []float64 // [bag] calibrated
	Tables      []Table   // shared, calibrated; the main effects first, in the order of the fields
	Clusters    []ClusterPart
	Residual    *ResidualTrees // nil: none
	Calibration models.Platt   // the line that the tables were multiplied by
	Rounds      int            // boosting rounds of the main effects
	Subsample   float64        // share of the accounts that a bag's main effects were fitted on, before its fold is held out; 0: all
	Orders      []Order
	Spread      *Spread // nil: intervals are of the expectation
}

// Rows are binned training rows.
type Rows struct {
	Codes   [][]uint8 // [field][row] bin
	Weight  []float64 // [row] training weight
	Cluster []int32   // [row] or models.NoCluster; nil: all in cluster 0
}

// New returns the model of these parts. It computes the baselines that
// contributions are measured from over the training rows, and the look-up tables.
// It keeps what p's slices hold, changes nothing of it, and keeps nothing of rows.
func New(p Parts, rows Rows) *Model {
	m := &Model{fields: p.Fields, binnings: p.Binnings, intercepts: p.Intercepts, tables: p.Tables,
		clusters: slices.Clone(p.Clusters), platt: p.Calibration, rounds: p.Rounds, subsample: p.Subsample, orders: p.Orders, spread: p.Spread}
	if p.Residual != nil {
		own := *p.Residual
		m.residual = &own
	}
	rows.centre(m)
	m.derive()
	return m
}

// Parts returns what the model consists of. Its slices are the model's own and
// must not be changed.
func (m *Model) Parts() Parts {
	return Parts{Fields: m.fields, Binnings: m.binnings, Intercepts: m.intercepts, Tables: m.tables, Clusters: m.clusters,
		Residual: m.residual, Calibration: m.platt, Rounds: m.rounds, Subsample: m.subsample, Orders: m.orders, Spread: m.spread}
}

func (r *Rows) clusterOf(i int) int {
	if r.Cluster == nil {
		return 0
	}
	return int(r.Cluster[i])
}

// centreRows is about the number of training rows of a cluster over which the
// mean shares of the residual are computed.
const centreRows = 4000

// cellWeights returns the training weight of each cell of a table, over the
// rows of one cluster (k >= 0) or all.
func (r *Rows) cellWeights(t *Table, k int) []float64 {
	mass := make([]float64, len(t.Weight))
	for i := range r.Weight {
		if k < 0 || r.clusterOf(i) == k {
			mass[t.Cell(r.Codes, i)] += r.Weight[i]
		}
	}
	return mass
}

// centre stores the mean of every table over each cluster's rows: the baseline
// of contributions. A cluster without rows takes that of all rows.
func (r *Rows) centre(m *Model) {
	deep := newScoringTrees(m.residual)
	if deep != nil {
		deep.computeShares()
	}
	for k := range m.clusters {
		p := &m.clusters[k]
		p.centre = make([]float64, len(m.tables))
		rows := k
		if p.Info.Rows == 0 {
			rows = -1
		}
		for t := range m.tables {
			p.centre[t] = WeightedMean(m.effect(p, t), r.cellWeights(&m.tables[t], rows))
		}
		if deep != nil {
			p.residualCentre = r.residualCentre(deep, rows)
		}
	}
	if deep != nil {
		m.residual.importance = r.residualImportance(deep)
	}
}

// residualCentre returns the mean of every field's share of the residual over
// the rows of cluster k, or all (k < 0): [field of the residual].
func (r *Rows) residualCentre(d *scoringTrees, k int) []float64 {
	out := make([]float64, len(d.Fields))
	total := r.residualShares(d, k, func(f int, w, share float64) { out[f] += w * share })
	for f := range out {
		out[f] /= total
	}
	return out
}

// residualImportance returns the mean size of every field's share over all
// rows: [field of the residual].
func (r *Rows) residualImportance(d *scoringTrees) []float64 {
	out := make([]float64, len(d.Fields))
	total := r.residualShares(d, -1, func(f int, w, share float64) { out[f] += w * math.Abs(share) })
	for f := range out {
		out[f] /= total
	}
	return out
}

// residualShares calls each with every field's share in rows of a cluster that
// are spread evenly, and with their weight, and returns the sum of the
// weights.
func (r *Rows) residualShares(d *scoringTrees, k int, each func(f int, weight, share float64)) float64 {
	var rows []int
	for i := range r.Weight {
		if k < 0 || r.clusterOf(i) == k {
			rows = append(rows, i)
		}
	}
	index := make([]int, len(r.Codes)) // [field] of the residual
	for f, j := range d.Fields {
		index[j] = f
	}
	share, total := make([]float64, len(d.Fields)), 0.0
	step := max(len(rows)/centreRows, 1)
	for at := 0; at < len(rows); at += step {
		i := rows[at]
		clear(share)
		for b := range d.bags {
			for n := range d.bags[b] {
				t := &d.bags[b][n]
				leaf := d.leaf(t.Tree, r.Codes, i)
				for p, j := range t.fields {
					share[index[j]] += t.share[p][leaf]
				}
			}
		}
		for f, v := range share {
			each(f, r.Weight[i], v)
		}
		total += r.Weight[i]
	}
	return total
}
