package explain

import (
	"math"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// People is who there is to call: how many people use it, for a stored answer holds
// no names of users and no roles.
type People struct {
	Active float64  `json:"active"` // in the last Days
	Days   int      `json:"days"`
	Peers  *float64 `json:"peers"` // of the typical renewed account; nil: unknown
	Text   string   `json:"text"`  // written by package serve/text
}

// people counts the active users of a row; nil where they are not known.
func people(s *score.Scorer, m *score.Row) *People {
	for j := range s.Fields() {
		d := s.Definition(j)
		if d.Measure != catalog.MeasureActiveUsers || math.IsNaN(m.Frame.Columns[j][0]) {
			continue
		}
		p := &People{Active: m.Frame.Columns[j][0], Days: d.Window}
		if v, ok := typical(s, m.Cluster, j).(float64); ok {
			p.Peers = &v
		}
		return p
	}
	return nil
}
