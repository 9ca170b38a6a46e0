package additive

import (
	"fmt"
	"math/bits"

	"github.com/etappe/etappe/models"
)

// Move splits LogOdds(to) − LogOdds(from) into each field's share and that of
// the change of cluster.
//
// Within a cluster a field's share is its exact Shapley value with from as the
// single reference, term by term:
//
//	φ_j = Σ_{S ⊆ T∖j} |S|! (|T|−|S|−1)! / |T|! · [ T(to_{S∪j}, from) − T(to_S, from) ]
//
// two look-ups for a main effect, four for a pair, eight for a triple, and no
// more than 64 for a tree of the residual. If the cluster changed as well, data
// first and cluster first are averaged.
func (m *Model) Move(from, to *models.Frame) (*models.Movement, error) {
	if from.Rows() != to.Rows() {
		return nil, fmt.Errorf("%w: %d rows before, %d after", models.ErrFields, from.Rows(), to.Rows())
	}
	before, err := m.codes(from)
	if err != nil {
		return nil, err
	}
	out := &models.Movement{Share: models.Zeros(len(m.fields), to.Rows()), Cluster: make([]float64, to.Rows())}
	err = m.scan(to, func(first, rows int, after [][]uint8) {
		for i := range rows {
			row := first + i
			s := rowMove{m: m, from: before, fromRow: row, to: after, toRow: i}
			k0, k1 := m.clusterOf(from, row), m.clusterOf(to, row)
			add := func(j int, share float64) { out.Share[j][row] += share }
			if k0 == k1 {
				s.addShares(k0, 1, add)
				continue
			}
			s.addShares(k0, 0.5, add)
			s.addShares(k1, 0.5, add)
			out.Cluster[row] = s.clusterShare(k0, k1)
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// codes returns the bin of every value of a frame: [field][row].
func (m *Model) codes(f *models.Frame) ([][]uint8, error) {
	if err := m.checkFrame(f); err != nil {
		return nil, err
	}
	rows := f.Rows()
	all, buffer := make([][]uint8, len(m.fields)), make([]uint8, len(m.fields)*rows)
	for j := range all {
		all[j] = buffer[j*rows : (j+1)*rows : (j+1)*rows]
	}
	return all, m.lookup.codes(f, 0, rows, all)
}

// rowMove is one row before and after.
type rowMove struct {
	m              *Model
	from, to       [][]uint8
	fromRow, toRow int
}

// cell returns the cell of a term where the fields in mask have moved.
func (s *rowMove) cell(t *Table, mask int) int {
	at := 0
	for i, j := range t.Fields {
		code := s.from[j][s.fromRow]
		if mask>>i&1 == 1 {
			code = s.to[j][s.toRow]
		}
		if t.Merges == nil {
			return int(code)
		}
		at = at*t.Merges[i].Bins + int(t.Merges[i].Bin[code])
	}
	return at
}

// addShares adds every field's share within cluster k, times weight.
func (s *rowMove) addShares(k int, weight float64, add func(j int, share float64)) {
	for t := range s.m.tables {
		term, effect := &s.m.tables[t], s.m.effects[k][t]
		n := len(term.Fields)
		for i, j := range term.Fields {
			share := 0.0
			for mask := range 1 << n {
				if mask>>i&1 == 1 {
					continue
				}
				gain := effect[s.cell(term, mask|1<<i)] - effect[s.cell(term, mask)]
				share += coalition[n][bits.OnesCount(uint(mask))] * gain
			}
			add(j, weight*share)
		}
	}
	if s.m.residual != nil {
		s.m.residual.addShares(s, weight, add)
	}
}

// clusterShare returns the share of the change of cluster: the mean of what it
// moves before and after the data moved.
func (s *rowMove) clusterShare(k0, k1 int) float64 {
	moved := s.m.base[k1] - s.m.base[k0]
	for t := range s.m.tables {
		term := &s.m.tables[t]
		before, after := s.cell(term, 0), s.cell(term, 1<<len(term.Fields)-1)
		moved += (s.m.effects[k1][t][before] - s.m.effects[k0][t][before]) / 2
		moved += (s.m.effects[k1][t][after] - s.m.effects[k0][t][after]) / 2
	}
	return moved
}
