package serve

import (
	"fmt"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// secondBelow is the membership under which the second cluster is heard too.
const secondBelow = 0.6

// Second is the score that an account between two clusters would have in the
// one that it is second closest to.
type Second struct {
	ID               string  `json:"id"`
	Name             string  `json:"name"`
	HealthScore      float64 `json:"health_score"`
	ChurnProbability float64 `json:"churn_probability"`
	Band             string  `json:"band"`
	Text             string  `json:"text"`
}

// betweenClusters tells whether row i's membership leaves room for a second
// opinion.
func (m *measured) betweenClusters(i int) bool {
	return m.assigned != nil && m.assigned.Membership[i] < secondBelow && m.assigned.Second[i] >= 0
}

// seconds scores the rows between two clusters in the second one; nil for the
// others, and altogether where there is none.
func (s *Scorer) seconds(m *measured) ([]*Second, error) {
	cluster := slices.Clone(m.frame.Cluster)
	none := true
	for i := range cluster {
		if m.betweenClusters(i) {
			cluster[i], none = m.assigned.Second[i], false
		}
	}
	if none {
		return nil, nil
	}
	other := *m
	frame := *m.frame
	frame.Cluster = cluster
	other.frame, other.z = &frame, make([]float64, len(cluster))
	if err := s.churn.Answer(&frame, 0, len(cluster), &additive.Answers{LogOdds: other.z}); err != nil {
		return nil, fmt.Errorf("%w: second cluster: %w", ErrAnswer, err)
	}
	list := make([]*Second, len(cluster))
	for i, k := range cluster {
		if m.betweenClusters(i) {
			list[i] = s.second(&other, i, int(k))
		}
	}
	return list, nil
}

// second puts row i of a batch measured in cluster k into words.
func (s *Scorer) second(m *measured, i, k int) *Second {
	h, l := s.health(m, i), m.in.Language
	name := s.ClusterText(s.clusterName(k), l)
	return &Second{
		ID: s.ids[k], Name: s.clusterName(k), HealthScore: h.health,
		ChurnProbability: models.Sigmoid(m.z[i]), Band: s.points.Band(h.health),
		Text: l.pick("the account is between two clusters: measured with "+name+", its health score is ",
			"der Account steht zwischen zwei Clustern: Gemessen an "+name+" beträgt der Health Score ") + l.score(h.health),
	}
}
