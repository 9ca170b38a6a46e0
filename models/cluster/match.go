package cluster

import (
	"math"
	"slices"
)

// Match says for each cluster of a retrained model which cluster of the old one
// it continues, or -1, so that names and histories stay with the group. Both
// models' centres are laid into the new one's plain coordinates, by column
// name, and paired so that the sum of squared distances is least. A pair farther
// apart than half the distance between the two nearest clusters of either model
// is no continuation.
func Match(old, new *Model) []int {
	olds, news := make([][]float64, old.k), make([][]float64, new.k)
	for i := range olds {
		olds[i] = old.translate(i, new)
	}
	for j := range news {
		news[j] = new.translate(j, new)
	}
	limit := math.Min(nearestPair(olds), nearestPair(news)) / 4 // half the distance, squared
	distance := grid(new.k, old.k)
	for j, b := range news {
		for i, a := range olds {
			distance[j][i] = squaredDistance(a, b)
		}
	}
	pairs := cheapest(distance)
	for j, i := range pairs {
		if i >= 0 && distance[j][i] > limit {
			pairs[j] = -1
		}
	}
	return pairs
}

// translate lays the mean of cluster c into the weighted coordinates of another
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

// nearestPair is the least squared distance between two of the points.
func nearestPair(points [][]float64) float64 {
	least := math.Inf(1)
	for i, a := range points {
		for _, b := range points[:i] {
			least = math.Min(least, squaredDistance(a, b))
		}
	}
	return least
}

// cheapest assigns rows to different columns of a cost table, as many as
// possible, at the least sum; -1 for a row left out. Dynamic programming over
// sets of columns: at most 2^16 sets, 16 rows and 16 columns.
func cheapest(cost [][]float64) []int {
	rows, columns := len(cost), len(cost[0])
	skip := 0.0 // dearer than any full assignment
	for _, line := range cost {
		for _, x := range line {
			skip += x + 1
		}
	}
	sets := 1 << columns
	best, pick := make([]float64, sets), make([][]int, rows)
	for r := rows - 1; r >= 0; r-- { // best[set]: rows r.. with the columns of set taken
		pick[r] = make([]int, sets)
		now := make([]float64, sets)
		for set := range now {
			now[set], pick[r][set] = skip+best[set], -1
			for c := range columns {
				if set&(1<<c) == 0 && cost[r][c]+best[set|1<<c] < now[set] {
					now[set], pick[r][set] = cost[r][c]+best[set|1<<c], c
				}
			}
		}
		best = now
	}
	out, set := make([]int, rows), 0
	for r := range out {
		if out[r] = pick[r][set]; out[r] >= 0 {
			set |= 1 << out[r]
		}
	}
	return out
}
