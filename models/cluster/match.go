package cluster

import (
	"math"
	"slices"
)

// Match returns for each cluster of a retrained model which cluster of the old one
// it continues, or -1, so that names and histories stay with the group. Both
// models' centres are mapped into the new one's plain coordinates, by column
// name. Two clusters are the same group if each is the other's nearest and they
// lie closer together than half the way from either to the next cluster of its
// own model. So a group that is cut in two goes on in the part that stayed where
// it was, if one did. All accounts in one cluster are no group that one of
// several clusters could continue.
func Match(old, new *Model) []int {
	pairs := slices.Repeat([]int{-1}, new.k)
	if old.k == 1 || new.k == 1 {
		if old.k == new.k {
			pairs[0] = 0
		}
		return pairs
	}
	olds, news := make([][]float64, old.k), make([][]float64, new.k)
	for i := range olds {
		olds[i] = old.translate(i, new)
	}
	for j := range news {
		news[j] = new.translate(j, new)
	}
	for j, b := range news {
		i, distance := nearest(b, olds, -1)
		if back, _ := nearest(olds[i], news, -1); back != j {
			continue
		}
		_, left := nearest(olds[i], olds, i)
		_, right := nearest(b, news, j)
		if distance < math.Min(left, right)/4 { // half the distance, squared
			pairs[j] = i
		}
	}
	return pairs
}

// nearest returns the point nearest to another, except one, and its squared
// distance.
func nearest(to []float64, points [][]float64, except int) (at int, distance float64) {
	at, distance = -1, math.Inf(1)
	for i, p := range points {
		if d := squaredDistance(p, to); i != except && (at < 0 || d < distance) {
			at, distance = i, d
		}
	}
	return at, distance
}

// translate converts the mean of cluster c into the weighted coordinates of another
// model. What the other has and this one lacks stands at its mean.
func (m *Model) translate(c int, other *Model) []float64 {
	out := slices.Clone(other.coords.mean)
	known := map[[2]string]float64{}
	for j, t := range m.coords.labels() {
		known[[2]string{t.Column, t.Level}] = m.inUnits(c, j)
	}
	for j, t := range other.coords.labels() {
		if x, ok := known[[2]string{t.Column, t.Level}]; ok {
			out[j] = other.fromUnits(j, x)
		}
	}
	for j := range out {
		out[j] = (out[j] - other.coords.mean[j]) * other.coords.weight[j]
	}
	return out
}

// inUnits is the cluster's mean coordinate in a unit that does not depend on
// the model: root of share, the column's own unit, share of a level.
func (m *Model) inUnits(c, j int) float64 {
	s, indicator := m.coords.valueAt(j)
	switch {
	case s == nil:
		return m.means[c][j]
	case indicator:
		return m.means[c][j] * s.spread
	}
	return s.number(m.means[c][j])
}

// fromUnits is the way back of inUnits.
func (m *Model) fromUnits(j int, x float64) float64 {
	s, indicator := m.coords.valueAt(j)
	switch {
	case s == nil:
		return x
	case s.spread == 0:
		return 0
	case indicator:
		return x / s.spread
	}
	return s.coordinate(x)
}

// valueAt returns the value column of coordinate j, nil for a share.
func (c *coordinates) valueAt(j int) (s *scale, indicator bool) {
	j -= len(c.shares)
	for i := range c.values {
		if j < 0 {
			break
		}
		if s := &c.values[i]; j < s.width() {
			return s, s.levels != nil
		}
		j -= c.values[i].width()
	}
	return nil, false
}
