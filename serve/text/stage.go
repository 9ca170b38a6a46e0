package text

import (
	"math"
	"slices"

	"github.com/etappe/etappe/serve/explain"
)

// Stage writes the texts of a stage; nothing of nil.
func (l Language) Stage(s *explain.Stage) {
	if s == nil {
		return
	}
	for i := range s.Milestones {
		s.Milestones[i].Label = l.Milestone(s.Milestones[i].Milestone)
	}
	s.Text = l.stage(s)
}

// stage is where the account is on the path.
func (l Language) stage(s *explain.Stage) string {
	day, own, peers := math.Round(s.Day), l.Quantity(s.Own, unitShare), l.Quantity(s.Peers, unitShare)
	key := "stage.text"
	if slices.ContainsFunc(s.Milestones, func(m explain.StageMilestone) bool { return m.Repeats && m.Weight > 0 }) {
		key = "stage.text.once" // their lapse is part of own, and of no day
	}
	if s.PeersDay == nil {
		return l.T(key+".front", "day", day, "own", own, "peers", peers)
	}
	return l.T(key, "day", day, "own", own, "peers", peers, "then", *s.PeersDay)
}
