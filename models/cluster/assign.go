package cluster

import (
	"math"

	"github.com/etappe/etappe/models"
)

// Assign returns where each row belongs. Membership is
//
//	m_c = exp( −‖x − c‖² / 2s² ) / Σ_d exp( −‖x − d‖² / 2s² )
//
// the posterior of equally likely round clusters whose variance s² is the
// pooled within-cluster variance along the lines that join the centres (only
// distances along these lines separate clusters). It sums to 1 over the
// clusters, and the nearest centre is the most likely. Of several clusters, a row
// that shows too little of a pattern (see Evidence) has none: it could be in any.
// ErrFields if a column of the space is missing.
func (m *Model) Assign(f *models.Frame) (*Assignment, error) {
	v, err := m.coords.bind(f)
	if err != nil {
		return nil, err
	}
	evidence, err := m.Evidence(f)
	if err != nil {
		return nil, err
	}
	out := &Assignment{
		Cluster:    make([]int32, v.rows),
		Membership: make([]float64, v.rows),
		Second:     make([]int32, v.rows),
		Evidence:   evidence,
	}
	h, point, member := make([]float64, m.coords.width()), make([]float64, m.dims), make([]float64, m.k)
	for i := range v.rows {
		if evidence[i] != Enough {
			out.Cluster[i], out.Second[i] = models.NoCluster, -1
			continue
		}
		v.point(i, h, point)
		m.membership(point, member)
		first, second := 0, -1
		for c := 1; c < m.k; c++ {
			switch {
			case member[c] > member[first]:
				first, second = c, first
			case second < 0 || member[c] > member[second]:
				second = c
			}
		}
		out.Cluster[i], out.Second[i], out.Membership[i] = int32(first), int32(second), member[first]
	}
	return out, nil
}

// membership writes the soft membership of a point in each cluster.
func (m *Model) membership(point, member []float64) {
	least := math.Inf(1)
	for c := range member {
		member[c] = squaredDistance(point, m.centres[c*m.dims:(c+1)*m.dims])
		least = math.Min(least, member[c])
	}
	sum := 0.0
	for c, d := range member {
		member[c] = math.Exp((least - d) / (2 * m.variance))
		sum += member[c]
	}
	for c := range member {
		member[c] /= sum
	}
}

// separatingVariance is the mean over pairs of clusters of the within-cluster
// variance along the line that joins their centres. It is never 0, so that
// points without any spread still have a membership.
func separatingVariance(points *matrix, p *partition) float64 {
	sum, pairs, longest := 0.0, 0.0, 0.0
	for c := range p.k {
		for d := c + 1; d < p.k; d++ {
			sum += varianceAlong(points, p, c, d)
			longest = math.Max(longest, squaredDistance(p.centre(c), p.centre(d)))
			pairs++
		}
	}
	if pairs == 0 {
		return 1
	}
	return math.Max(sum/pairs, 1e-4*longest)
}

func varianceAlong(points *matrix, p *partition, c, d int) float64 {
	from, to := p.centre(c), p.centre(d)
	length := math.Sqrt(squaredDistance(from, to))
	sum, n := 0.0, 0.0
	for i, label := range p.labels {
		if label != c && label != d {
			continue
		}
		t, own := 0.0, p.centre(label)
		for j, x := range points.row(i) {
			t += (x - own[j]) * (to[j] - from[j]) / length
		}
		sum += t * t
		n++
	}
	return sum / math.Max(n, 1)
}
