package text

import (
	"math"

	"github.com/etappe/etappe/serve/explain"
)

// Next writes the texts of a milestone to work on; nothing of nil.
func (l Language) Next(n *explain.NextMilestone) {
	if n != nil {
		n.Label = Spoken(n.Milestone)
		n.Text = l.next(n)
	}
}

// next is which milestone to work on, and how many peers had it.
func (l Language) next(n *explain.NextMilestone) string {
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

// peersHad is how many renewed peers had a milestone.
func (l Language) peersHad(had, of int, share float64) string {
	if of > 0 {
		return l.whole(had) + l.pick(" of ", " von ") + l.whole(of) + l.pick(" renewed peers had it", " verlängerten Accounts hatten ihn")
	}
	return l.Quantity(share, "share") + l.pick(" of renewed peers had it", " der verlängerten Accounts hatten ihn")
}

// Stage writes the texts of a stage; nothing of nil.
func (l Language) Stage(s *explain.Stage) {
	if s == nil {
		return
	}
	for i := range s.Milestones {
		s.Milestones[i].Label = Spoken(s.Milestones[i].Milestone)
	}
	s.Text = l.stage(s)
}

// stage is where the account is on the path.
func (l Language) stage(s *explain.Stage) string {
	day, own, peers := l.number(math.Round(s.Day)), l.Quantity(s.Own, "share"), l.Quantity(s.Peloton, "share")
	text := l.pick("on day "+day+" the account has "+own+" of the success path behind it, renewed peers had "+peers,
		"an Tag "+day+" hat der Account "+own+" des Erfolgspfads hinter sich, verlängerte Accounts hatten "+peers)
	if s.PelotonDay == nil {
		return capital(text) + l.pick("; it is ahead of all that they reach on average", "; er liegt vor allem, was sie im Mittel erreichen")
	}
	at := l.number(*s.PelotonDay)
	return capital(text) + l.pick("; they were where it is on day "+at, "; wo er ist, waren sie an Tag "+at)
}

// WhatIf writes the texts of a what-if.
func (l Language) WhatIf(w *explain.WhatIf) {
	w.Label = l.of(w.Definition.Text)
	w.Text = l.pick("a sensitivity, not a promise: the score if this value were another and nothing else changed",
		"eine Empfindlichkeit, kein Versprechen: der Score, wenn dieser Wert ein anderer wäre und sonst nichts")
	for i := range w.Points {
		w.Points[i].Text = l.phrase(w.Definition, w.Points[i].Value)
	}
}
