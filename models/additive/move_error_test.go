package additive

import (
	"errors"
	"math"
	"testing"

	"github.com/etappe/etappe/models"
)

// alone is the model that one bag would be.
func alone(m *Model, b int) *Model {
	one := &Model{fields: m.fields, binnings: m.binnings, intercepts: m.intercepts[b : b+1], platt: m.platt}
	only := func(t Table) Table {
		t.Bags = t.Bags[b : b+1]
		t.SetMean()
		return t
	}
	for _, t := range m.tables {
		one.tables = append(one.tables, only(t))
	}
	for _, p := range m.clusters {
		p.Intercepts = p.Intercepts[b : b+1]
		own := p.Own
		p.Own = nil
		for _, o := range own {
			p.Own = append(p.Own, OwnTable{Of: o.Of, Table: only(o.Table)})
		}
		one.clusters = append(one.clusters, p)
	}
	if m.residual != nil {
		r := *m.residual
		r.Bags = r.Bags[b : b+1]
		one.residual = &r
	}
	one.derive()
	return one
}

// The error is the jackknife's over models of one bag each, with sets, cluster
// parts, a residual and changes of cluster in play.
func TestMoveErrorIsTheBags(t *testing.T) {
	m, s := explained(t)
	back := make([]int, s.Rows())
	for i := range back {
		back[i] = len(back) - 1 - i
	}
	from, to := s.Frame, s.Select(back).Frame
	got, err := m.MoveError(from, to)
	if err != nil {
		t.Fatal(err)
	}
	changes := make([][]float64, len(m.intercepts))
	for b := range changes {
		one := alone(m, b)
		before, after := score(t, one, from), score(t, one, to)
		for i := range after {
			changes[b] = append(changes[b], after[i]-before[i])
		}
	}
	bags := float64(len(m.intercepts))
	clusters := false
	for i := range got {
		sum, squares := 0.0, 0.0
		for b := range changes {
			sum += changes[b][i]
		}
		for b := range changes {
			squares += (changes[b][i] - sum/bags) * (changes[b][i] - sum/bags)
		}
		if want := math.Sqrt((bags - 1) / bags * squares); math.Abs(got[i]-want) > 1e-9 {
			t.Fatalf("row %d: %v, the bags one by one give %v", i, got[i], want)
		}
		clusters = clusters || from.ClusterOf(i) != to.ClusterOf(i)
	}
	if !clusters {
		t.Error("no row changed its cluster")
	}
}

func TestMoveErrorOfNothing(t *testing.T) {
	m, s := explained(t)
	got, err := m.MoveError(s.Frame, s.Frame)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v != 0 {
			t.Fatalf("row %d did not move, its error is %v", i, v)
		}
	}
	back, there := s.Select([]int{0}).Frame, s.Select([]int{1}).Frame
	a, err := m.MoveError(back, there)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.MoveError(there, back)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(a[0]-b[0]) > 1e-12 || a[0] == 0 {
		t.Errorf("there %v, back %v", a[0], b[0])
	}
	if _, err := m.MoveError(s.Frame, there); !errors.Is(err, models.ErrFields) {
		t.Errorf("frames of different lengths: %v", err)
	}
}
