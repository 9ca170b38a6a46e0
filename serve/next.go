package serve

import (
	"math"
	"slices"
	"time"
)

// NextMilestone is the milestone to work on: of the overdue ones that which
// costs most, where none is overdue the next on the way.
type NextMilestone struct {
	Milestone string  `json:"milestone"`
	Label     string  `json:"label"`
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
	Text   string  `json:"text"`
}

// next finds the milestone to work on for the one row of m; nil where the path
// is not measured or ridden to its end.
func (s *Scorer) next(m *measured) *NextMilestone {
	r := &m.rows[0]
	if !r.measured {
		return nil
	}
	k, day := m.frame.ClusterOf(0), m.in.Journey.Tenure[0]
	var best *NextMilestone
	for j, name := range s.milestones {
		weight, due := s.path.Weight(k, j), s.path.Due(k, j)
		if weight == 0 || math.IsNaN(due) || m.reached(j, 0) != nil {
			continue
		}
		one := &NextMilestone{
			Milestone: name, Label: Spoken(name), Overdue: due <= day, DueDay: due, DueOn: m.in.dateOfDay(due),
			ByDay: max(due, day), Points: (1 - r.outlookWeight) * 50 * weight,
		}
		if !one.Overdue {
			one.ByDay = due
		}
		one.Had, one.Of, one.Share = s.peersWith(k, j, one.ByDay)
		if best == nil || one.before(best) {
			best = one
		}
	}
	if best != nil {
		best.Text = m.in.Language.next(best)
	}
	return best
}

// before tells whether a milestone is to be worked on before another: the
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
func (s *Scorer) peersWith(k, j int, day float64) (had, of int, share float64) {
	if s.peers != nil {
		if at := slices.Index(s.peers.Milestones(), s.milestones[j]); at >= 0 {
			had, of = s.peers.Had(k, at, day)
		}
	}
	if of > 0 {
		return had, of, float64(had) / float64(of)
	}
	return 0, 0, s.path.Expected(k, j, day)
}

// dateOfDay is the date on which the account of a one-row input has a tenure;
// "" where its date is unknown.
func (in *Input) dateOfDay(day float64) string {
	if in.date(0) == "" {
		return ""
	}
	return in.AsOf[0].AddDate(0, 0, int(math.Round(day-in.Journey.Tenure[0]))).Format(time.DateOnly)
}

// next says which milestone to work on, and how many peers had it.
func (l Language) next(n *NextMilestone) string {
	due := l.number(n.DueDay)
	if n.DueOn != "" {
		due += " (" + l.isoDay(n.DueOn) + ")"
	}
	text := l.pick("next milestone: "+n.Label+", due on day "+due, "nächster Meilenstein: "+n.Label+", fällig an Tag "+due)
	if n.Overdue {
		text = l.pick("milestone "+n.Label+" has been due since day "+due, "Meilenstein "+n.Label+" ist seit Tag "+due+" fällig")
	}
	return capital(text) + "; " + l.peersHad(n.Had, n.Of, n.Share) + l.pick(" by day ", " bis Tag ") + l.number(math.Round(n.ByDay))
}

// peersHad says how many renewed peers had a milestone.
func (l Language) peersHad(had, of int, share float64) string {
	if of > 0 {
		return l.whole(had) + l.pick(" of ", " von ") + l.whole(of) + l.pick(" renewed peers had it", " verlängerten Accounts hatten ihn")
	}
	return l.Quantity(share, "share") + l.pick(" of renewed peers had it", " der verlängerten Accounts hatten ihn")
}
