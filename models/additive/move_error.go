package additive

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// MoveError returns, row by row, the standard error of LogOdds(to) −
// LogOdds(from), estimated from the bags:
//
//	se = √( (P−1)/B · Σ_b (δ_b − δ)² ),   δ_b = z_b(to) − z_b(from)
//
// δ_b is the change by bag b alone, its own tables, trees and intercepts: the
// delete-a-group jackknife of Interval, paired. What all bags share in both
// rows cancels, so the error of a change is mostly far below that of either
// log-odds, and it is 0 where nothing that the model reads has changed. What
// Interval does not cover is not covered here either.
func (m *Model) MoveError(from, to *models.Frame) ([]float64, error) {
	if from.Rows() != to.Rows() {
		return nil, fmt.Errorf("%w: %d rows before, %d after", models.ErrFields, from.Rows(), to.Rows())
	}
	before, err := m.codes(from)
	if err != nil {
		return nil, err
	}
	out := make([]float64, to.Rows())
	bags := make([]float64, len(m.intercepts))
	err = m.scan(to, func(first, rows int, after [][]uint8) {
		for i := range rows {
			row := first + i
			s := rowMove{m: m, from: before, fromRow: row, to: after, toRow: i}
			s.addBagMoves(m.clusterOf(from, row), m.clusterOf(to, row), bags)
			out[row] = m.jackknife() * deviation(bags)
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// deviation returns the root of the sum of squares around the mean.
func deviation(values []float64) float64 {
	middle, sum := average(values), 0.0
	for _, v := range values {
		sum += (v - middle) * (v - middle)
	}
	return math.Sqrt(sum)
}

// addBagMoves writes the change of the log-odds by each bag.
func (s *rowMove) addBagMoves(k0, k1 int, out []float64) {
	m := s.m
	for b := range out {
		out[b] = m.scored[k1].Info.Lambda*m.scored[k1].Intercepts[b] - m.scored[k0].Info.Lambda*m.scored[k0].Intercepts[b]
	}
	for t := range m.tables {
		term := &m.tables[t]
		from, to := s.cell(term, 0), s.cell(term, 1<<len(term.Fields)-1)
		if from == to && k0 == k1 {
			continue
		}
		m.addBags(t, k1, to, 1, out)
		m.addBags(t, k0, from, -1, out)
	}
	if m.residual != nil {
		m.residual.addBagMoves(s, out)
	}
}

// addBags adds each bag's cell of term t as cluster k has it, times sign.
func (m *Model) addBags(t, k, cell int, sign float64, out []float64) {
	own, lambda := m.scored[k].find(t), m.scored[k].Info.Lambda
	for b := range out {
		out[b] += sign * m.tables[t].Bags[b][cell]
		if own != nil {
			out[b] += sign * lambda * own.Bags[b][cell]
		}
	}
}

// addBagMoves adds the change of each bag's trees.
func (r *ResidualTrees) addBagMoves(s *rowMove, out []float64) {
	for b, trees := range r.Bags {
		for k := range trees {
			from, to := r.leaf(&trees[k], s.from, s.fromRow), r.leaf(&trees[k], s.to, s.toRow)
			out[b] += trees[k].Value[to] - trees[k].Value[from]
		}
	}
}
