package explain

import (
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/serve/score"
)

// NextMilestone is the milestone to work on: of the overdue ones that which
// costs most, where none is overdue the next on the way.
type NextMilestone struct {
	Milestone string  `json:"milestone"`
	Label     string  `json:"label"` // written by package serve/text
	Overdue   bool    `json:"overdue"`
	DueDay    float64 `json:"due_day"` // tenure by which half of the renewed peers who ever reach it had it
	DueOn     string  `json:"due_on"`  // that day as a date, 2006-01-02; "" where no date is known
	// ByDay is the tenure at which the renewed peers were counted: the account's
	// own for an overdue milestone, else the due day. Had of Of had it by then.
	ByDay float64 `json:"by_day"`
	Had   int     `json:"had"`
	Of    int     `json:"of"`    // 0: only Share is known
	Share float64 `json:"share"` // of the renewed peers who had it by then, 0 to 1
	// Points is how much higher the health score of today would read with it:
	// associated with it, not promised.
	Points float64 `json:"points"`
	Text   string  `json:"text"` // written by package serve/text
}

// Next finds the milestone to work on for a row; nil where the path is not
// measured or all of it is behind the account.
func Next(s *score.Scorer, m *score.Row) *NextMilestone {
	if !m.Measured {
		return nil
	}
	day := m.In.Journey.Tenure[0]
	var best *NextMilestone
	for j, name := range s.Milestones() {
		weight, due := s.Path().Weight(m.Cluster, j), s.Path().Due(m.Cluster, j)
		if weight == 0 || math.IsNaN(due) || m.Reached(j) != nil {
			continue
		}
		one := &NextMilestone{
			Milestone: name, Overdue: due <= day, DueDay: due, DueOn: dateOfDay(m.In, due),
			ByDay: max(due, day), Points: (1 - m.Weight) * 50 * weight,
		}
		if !one.Overdue {
			one.ByDay = due
		}
		one.Had, one.Of, one.Share = peersWith(s, m.Cluster, j, one.ByDay)
		if best == nil || one.before(best) {
			best = one
		}
	}
	return best
}

// before is whether a milestone is to be worked on before another: the
// overdue first, of them that which costs most points (what it is worth times
// the share of peers who had it), of the others the one due next.
func (n *NextMilestone) before(other *NextMilestone) bool {
	switch {
	case n.Overdue != other.Overdue:
		return n.Overdue
	case n.Overdue:
		return n.Points*n.Share > other.Points*other.Share
	case n.DueDay != other.DueDay:
		return n.DueDay < other.DueDay
	}
	return n.Points > other.Points
}

// peersWith counts the renewed peers of cluster k who had the path's milestone j
// by a tenure; of is 0 where nobody was counted, and share is the path's then.
func peersWith(s *score.Scorer, k, j int, day float64) (had, of int, share float64) {
	if s.Peers() != nil {
		if at := slices.Index(s.Peers().Milestones(), s.Milestones()[j]); at >= 0 {
			had, of = s.Peers().Had(k, at, day)
		}
	}
	if of > 0 {
		return had, of, float64(had) / float64(of)
	}
	return 0, 0, s.Path().Expected(k, j, day)
}

// dateOfDay is the date on which the account of a one-row input has a tenure;
// "" where its date is unknown.
func dateOfDay(in *score.Input, day float64) string {
	if in.Date(0) == "" {
		return ""
	}
	return in.AsOf[0].AddDate(0, 0, int(math.Round(day-in.Journey.Tenure[0]))).Format(time.DateOnly)
}
