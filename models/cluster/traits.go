package cluster

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Trait is one column in which a cluster differs from the rest.
type Trait struct {
	Column string `json:"column"`
	Level  string `json:"level,omitempty"` // the level of a categorical column
	// Mean and Overall are the cluster's mean and that of all rows: a share of
	// the sum (0 to 1) for a count, a share of the rows for a level, the
	// column's own unit for a number.
	Mean    float64 `json:"mean"`
	Overall float64 `json:"overall"`
	// Lift is the difference of the two in the clustering coordinate, in its
	// standard deviations over all rows: comparable between columns.
	Lift float64 `json:"lift"`
}

// measureTraits averages the columns per cluster.
func (m *Model) measureTraits(f *models.Frame, labels []int) {
	v, err := m.coords.bind(f)
	if err != nil {
		panic(err) // the coordinates were fitted on this frame
	}
	w := m.coords.width()
	m.means, m.raw = grid(m.k, w), grid(m.k, w)
	m.overall, m.spread = make([]float64, w), make([]float64, w)
	h, own := make([]float64, w), make([]float64, w)
	for i, c := range labels {
		v.plain(i, h)
		m.coords.inOwnTerms(h, own)
		for j := range h {
			m.means[c][j] += h[j] / m.sizes[c]
			m.raw[c][j] += own[j] / m.sizes[c]
			m.overall[j] += own[j] / float64(len(labels))
			m.spread[j] += (h[j] - m.coords.mean[j]) * (h[j] - m.coords.mean[j]) / float64(len(labels))
		}
	}
	for j := range w {
		m.spread[j] = math.Sqrt(m.spread[j])
	}
}

func grid(n, d int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, d)
	}
	return out
}

// inOwnTerms turns plain coordinates into shares, numbers and indicators.
func (c *coordinates) inOwnTerms(h, own []float64) {
	for j := range c.shares {
		own[j] = h[j] * h[j]
	}
	at := len(c.shares)
	for i := range c.values {
		s := &c.values[i]
		if s.levels == nil {
			own[at] = s.number(h[at])
		} else {
			for l := range s.levels {
				own[at+l] = h[at+l] * s.spread
			}
		}
		at += s.width()
	}
}

// labels names every coordinate: its column and, for an indicator, its level.
func (c *coordinates) labels() []Trait {
	out := make([]Trait, 0, c.width())
	for _, name := range c.shares {
		out = append(out, Trait{Column: name})
	}
	for i := range c.values {
		s := &c.values[i]
		if s.levels == nil {
			out = append(out, Trait{Column: s.name})
		}
		for _, level := range s.levels {
			out = append(out, Trait{Column: s.name, Level: level})
		}
	}
	return out
}

// Profile returns each cluster's traits, those that stand out most first.
func (m *Model) Profile() [][]Trait {
	profile := make([][]Trait, m.k)
	for c := range profile {
		traits := m.coords.labels()
		for j := range traits {
			traits[j].Mean, traits[j].Overall = m.raw[c][j], m.overall[j]
			if m.spread[j] > 0 {
				traits[j].Lift = (m.means[c][j] - m.coords.mean[j]) / m.spread[j]
			}
		}
		slices.SortStableFunc(traits, func(a, b Trait) int { return cmp.Compare(math.Abs(b.Lift), math.Abs(a.Lift)) })
		profile[c] = traits
	}
	return profile
}
