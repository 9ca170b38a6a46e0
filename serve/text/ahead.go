package text

import (
	"math"

	"github.com/etappe/etappe/serve/explain"
)

// Next writes the texts of a milestone to work on; nothing of nil.
func (l Language) Next(n *explain.NextMilestone) {
	if n != nil {
		n.Label = l.Milestone(n.Milestone)
		n.Text = l.next(n)
	}
}

// next is which milestone to work on, and how many peers had it.
func (l Language) next(n *explain.NextMilestone) string {
	due := l.Rounded(n.DueDay)
	if n.DueOn != "" {
		due = l.T("next.day", "day", due, "date", l.ISODay(n.DueOn))
	}
	key := "next.ahead"
	if n.Overdue {
		key = "next.overdue"
	}
	return l.T(key, "milestone", n.Label, "due", due, "peers", l.peersHad(n))
}

// peersHad is how many renewed peers had a milestone, by which day.
func (l Language) peersHad(n *explain.NextMilestone) string {
	day := math.Round(n.ByDay)
	if n.Of > 0 {
		return l.T("account.next.peers", "had", n.Had, "of", n.Of, "day", day)
	}
	return l.T("account.next.share", "share", l.Quantity(n.Share, unitShare), "day", day)
}

// WhatIf writes the texts of a what-if.
func (l Language) WhatIf(w *explain.WhatIf) {
	w.Label = l.Label(w.Definition)
	w.Text = l.T("whatif.text")
	for i := range w.Points {
		w.Points[i].Text = l.phrase(w.Definition, w.Points[i].Value)
	}
}
