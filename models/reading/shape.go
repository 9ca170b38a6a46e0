package reading

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models/additive"
)

// ShapeKind is how a term is best shown.
type ShapeKind int

// The kinds of shapes.
const (
	Curve     ShapeKind = iota // over one numeric field
	Bars                       // the levels of one field
	Heatmap                    // cells of two fields
	Strongest                  // the strongest cells of three fields
)

// How many groups a shape pools the bins of a field into at most, and how many
// cells it keeps.
const (
	HeatRows      = 10
	HeatColumns   = 5
	StrongestBins = 4
	strongestRows = 15
)

// Mark is one mark of a shape: a bin of a field, or several pooled.
type Mark struct {
	Spans       []Span  // one a field
	Value, Half float64 // log-odds; half-width of the error band
	Points      float64 // health points of the value
	Share       float64 // of the training weight, 0 to 1
	Own         float64 // value in the other cluster
}

// Shape is a term as data for a picture.
type Shape struct {
	Kind  ShapeKind
	Cuts  []float64 // of a curve
	Marks []Mark    // of a curve by value, without missing; of bars; the strongest first
	Apart []Mark    // missing, before it never seen
	Rows  []Span    // of a heat map: groups of the first field
	Cols  []Span    // of the second
	Cells [][]Mark  // [row][column]
	Most  float64   // largest |value| of the cells
}

// Shape returns the term of a rank as it is best shown. k is the cluster whose
// values stand beside the shared ones, -1 for none.
func (r *Reading) Shape(rank, k int) Shape {
	t := &r.Terms[rank]
	m := marker{r: r, t: t, own: make([]float64, len(t.Value))}
	if k >= 0 {
		if d, ok := r.Difference(k, t); ok {
			m.own = d.Value
		}
	}
	for _, w := range t.Weight {
		m.total += w
	}
	switch {
	case len(t.Fields) == 1:
		return m.single()
	case len(t.Fields) == 2:
		return m.heatmap()
	}
	return m.strongest()
}

// marker makes marks of a term's cells.
type marker struct {
	r     *Reading
	t     *additive.Term
	own   []float64 // [cell] what is different in the other cluster
	total float64   // training weight
}

// cell is the mark of a cell.
func (m *marker) cell(i int, spans ...Span) Mark {
	return Mark{spans, m.t.Value[i], m.t.Band[i], m.r.Points(m.t.Value[i]), m.t.Weight[i] / max(m.total, math.SmallestNonzeroFloat64), m.t.Value[i] + m.own[i]}
}

// single is the shape over one field.
func (m *marker) single() Shape {
	a := m.t.Axes[0]
	s := Shape{Kind: Bars}
	if a.Levels == nil && len(a.Cuts) > 0 {
		s.Kind, s.Cuts = Curve, a.Cuts
	}
	all := spans(a)
	last := len(all)
	if a.Levels != nil {
		last--
	}
	for b := 1; b < last; b++ {
		s.Marks = append(s.Marks, m.cell(b, all[b]))
	}
	for b := last; b < len(all); b++ {
		s.Apart = append(s.Apart, m.cell(b, all[b]))
	}
	s.Apart = append(s.Apart, m.cell(0, all[0]))
	return s
}

// heatmap is the shape over two fields.
func (m *marker) heatmap() Shape {
	s := Shape{Kind: Heatmap}
	columns := groups(m.t.Axes[1], marginal(m.t, 1), HeatColumns)
	for _, c := range columns {
		s.Cols = append(s.Cols, c.span)
	}
	for _, row := range groups(m.t.Axes[0], marginal(m.t, 0), HeatRows) {
		var line []Mark
		for _, c := range columns {
			one := m.pool([]group{row, c})
			s.Most = max(s.Most, math.Abs(one.Value))
			line = append(line, one)
		}
		s.Rows, s.Cells = append(s.Rows, row.span), append(s.Cells, line)
	}
	return s
}

// strongest pools the cells of three fields and keeps those that matter most: by
// |value| times weight.
func (m *marker) strongest() Shape {
	s := Shape{Kind: Strongest}
	chosen := make([]group, len(m.t.Fields))
	var walk func(i int)
	walk = func(i int) {
		if i == len(chosen) {
			s.Marks = append(s.Marks, m.pool(chosen))
			return
		}
		for _, chosen[i] = range groups(m.t.Axes[i], marginal(m.t, i), StrongestBins) {
			walk(i + 1)
		}
	}
	walk(0)
	slices.SortStableFunc(s.Marks, func(a, b Mark) int {
		return cmp.Compare(b.Share*math.Abs(b.Value), a.Share*math.Abs(a.Value))
	})
	s.Marks = s.Marks[:min(strongestRows, len(s.Marks))]
	return s
}

// pool makes one mark of all cells in a combination of groups, one a field:
// their mean under the training weight, or the plain one where there is none.
func (m *marker) pool(chosen []group) Mark {
	sizes := sizesOf(m.t)
	cells := []int{0}
	var spans []Span
	for i, g := range chosen {
		var next []int
		for _, c := range cells {
			for _, b := range g.bins {
				next = append(next, c*sizes[i]+b)
			}
		}
		cells = next
		spans = append(spans, g.span)
	}
	var weighted, plain Mark
	for _, c := range cells {
		one := m.cell(c)
		for _, sum := range []struct {
			*Mark
			by float64
		}{{&weighted, one.Share}, {&plain, 1}} {
			sum.Value += sum.by * one.Value
			sum.Half += sum.by * one.Half
			sum.Own += sum.by * one.Own
			sum.Share += sum.by
		}
	}
	mean, share := weighted, weighted.Share
	if share == 0 {
		mean = plain
	}
	return Mark{spans, mean.Value / mean.Share, mean.Half / mean.Share,
		m.r.Points(mean.Value / mean.Share), share, mean.Own / mean.Share}
}

// marginal adds a term's weight up over the bins of its i-th field.
func marginal(t *additive.Term, i int) []float64 {
	sizes := sizesOf(t)
	inner := 1
	for _, n := range sizes[i+1:] {
		inner *= n
	}
	out := make([]float64, sizes[i])
	for c, w := range t.Weight {
		out[c/inner%sizes[i]] += w
	}
	return out
}

func sizesOf(t *additive.Term) []int {
	sizes := make([]int, len(t.Axes))
	for i, a := range t.Axes {
		sizes[i] = len(spans(a))
	}
	return sizes
}
