package cluster

import (
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// view is a frame seen through the coordinates: its columns found by name, its
// level codes translated.
type view struct {
	c      *coordinates
	rows   int
	counts [][]float64 // [share column][row]
	values [][]float64 // [value column][row]
	level  [][]int     // [value column][code] kept level or -1; nil: numeric
}

// bind finds the columns of the coordinates in f.
func (c *coordinates) bind(f *models.Frame) (*view, error) {
	v := &view{c: c, rows: f.Rows()}
	for _, name := range c.shares {
		column, field, err := columnOf(f, name)
		if err != nil {
			return nil, err
		}
		if field.Categorical() {
			return nil, fmt.Errorf("%w: column %q must be a count, not categorical", models.ErrFields, name)
		}
		v.counts = append(v.counts, column)
	}
	for i := range c.values {
		s := &c.values[i]
		column, field, err := columnOf(f, s.name)
		if err != nil {
			return nil, err
		}
		if field.Categorical() != (s.levels != nil) {
			return nil, fmt.Errorf("%w: column %q is numeric on one side, categorical on the other", models.ErrFields, s.name)
		}
		v.values, v.level = append(v.values, column), append(v.level, codes(s.levels, field.Levels))
	}
	return v, nil
}

// codes translates the level codes of a frame into kept levels, -1 for others.
func codes(kept, levels []string) []int {
	if kept == nil {
		return nil
	}
	position := make(map[string]int, len(kept))
	for i, name := range kept {
		position[name] = i
	}
	out := make([]int, len(levels))
	for code, name := range levels {
		if i, ok := position[name]; ok {
			out[code] = i
		} else {
			out[code] = -1
		}
	}
	return out
}

// plain writes the plain coordinates of row i; a cell that cannot be measured
// stands at its mean.
func (v *view) plain(i int, h []float64) {
	v.plainShares(i, h)
	at := len(v.counts)
	for j := range v.values {
		s := &v.c.values[j]
		w := s.width()
		if s.levels == nil {
			h[at] = s.coordinate(v.values[j][i])
			if math.IsNaN(h[at]) {
				h[at] = 0
			}
		} else {
			v.plainLevels(j, i, h[at:at+w])
		}
		at += w
	}
}

// plainShares writes Hellinger coordinates. A missing (or negative, or
// infinite) count takes its mean coordinate m, and what is left of the unit
// sphere, 1 − Σ m², is shared out among the present counts. A row without any
// event has no pattern: it stands at the mean.
func (v *view) plainShares(i int, h []float64) {
	total, left := 0.0, 1.0
	for j, column := range v.counts {
		if n := column[i]; n >= 0 && !math.IsInf(n, 1) {
			total += n
		} else if m := v.c.mean[j]; !math.IsNaN(m) { // NaN: not learned yet
			left -= m * m
		}
	}
	for j, column := range v.counts {
		n := column[i]
		if total > 0 && !math.IsInf(total, 1) && n >= 0 && !math.IsInf(n, 1) {
			h[j] = math.Sqrt(math.Max(left, 0) * (n / total))
		} else {
			h[j] = v.c.mean[j]
		}
	}
}

func (v *view) plainLevels(j, i int, h []float64) {
	s := &v.c.values[j]
	x := v.values[j][i]
	hit := -1
	if code := int(x); x >= 0 && code < len(v.level[j]) {
		hit = v.level[j][code]
	}
	for l := range h {
		switch {
		case s.spread == 0:
			h[l] = 0
		case math.IsNaN(x) || x < 0 || int(x) >= len(v.level[j]):
			h[l] = s.share[l] / s.spread
		case l == hit:
			h[l] = 1 / s.spread
		default:
			h[l] = 0
		}
	}
}

// plainRows returns the plain coordinates of every row.
func (v *view) plainRows() *matrix {
	m := newMatrix(v.rows, v.c.width())
	for i := range v.rows {
		v.plain(i, m.row(i))
	}
	return m
}

// point writes row i's point of the clustering space; h is room for the plain
// coordinates.
func (v *view) point(i int, h, point []float64) {
	v.plain(i, h)
	v.c.project(h, point)
}

// project turns plain coordinates, in place, into a point.
func (c *coordinates) project(h, point []float64) {
	for j := range h {
		h[j] = (h[j] - c.mean[j]) * c.weight[j]
	}
	if c.axes == nil {
		copy(point, h)
		return
	}
	for a := range point {
		axis, sum := c.axes[a*len(h):(a+1)*len(h)], 0.0
		for j, x := range h {
			sum += axis[j] * x
		}
		point[a] = sum
	}
}

// points returns every row's point. The frame must have the columns.
func (c *coordinates) points(f *models.Frame) *matrix {
	v, err := c.bind(f)
	if err != nil {
		panic(err) // the coordinates were fitted on this frame
	}
	m, h := newMatrix(v.rows, c.dims), make([]float64, c.width())
	for i := range v.rows {
		v.point(i, h, m.row(i))
	}
	return m
}
