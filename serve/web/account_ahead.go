package web

import (
	"cmp"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
)

// accountAhead is what there is to look at and to do, in words.
type accountAhead struct {
	Gone        bool // the model that answered is not there any more
	Against     string
	StandsOut   []accountReason
	Steps       []accountReason
	NoSteps     string // why there are none
	Milestone   *accountNext
	NoMilestone string // why there is none
	People      string
	Cases       []string
	NoCases     string // why there are none
	CaseDays    int
	Models      []accountModel
}

// accountModel is an account to copy.
type accountModel struct{ ID, Name, Score, Text string }

// accountNext is the milestone to work on.
type accountNext struct {
	Label, Due, Peers, Worth string
	Overdue                  bool
}

// accountAhead puts what is next into words.
func (w Words) accountAhead(f *accountFacts) accountAhead {
	n := f.WhatNext
	if n == nil {
		return accountAhead{Gone: true}
	}
	a := accountAhead{Against: w.T("whatnext.against." + string(n.Against)), CaseDays: explain.CaseDays, People: w.PeopleText(n.People), NoSteps: w.NoSteps(n)}
	for i := range n.StandsOut {
		one := &n.StandsOut[i]
		a.StandsOut = append(a.StandsOut, accountReason{Code: one.Code, Text: one.Text, Amount: w.Change(one.Points)})
	}
	for i := range n.Steps {
		one := &n.Steps[i]
		a.Steps = append(a.Steps, accountReason{Code: one.Feature, Text: one.Text, Amount: w.Change(one.Points), Up: true})
	}
	if n.Milestone != nil {
		a.Milestone = w.nextMilestone(n.Milestone)
	} else {
		a.NoMilestone = w.NoMilestone(n)
	}
	if c := n.Cases; c != nil {
		a.NoCases = c.Text
		for i := range c.Kinds {
			a.Cases = append(a.Cases, c.Kinds[i].Text)
		}
	}
	for i := range n.Models {
		m := &n.Models[i]
		a.Models = append(a.Models, accountModel{m.AccountID, cmp.Or(m.Name, m.AccountID), w.Score(m.HealthScore), m.Text})
	}
	return a
}

// nextMilestone is what to work on next, by when, and how many peers had it.
func (w Words) nextMilestone(n *explain.NextMilestone) *accountNext {
	out := &accountNext{Label: capitalized(n.Label), Overdue: n.Overdue}
	key := "account.next.due"
	if n.Overdue {
		key = "account.next.overdue"
	}
	day := w.Number(n.DueDay, 0)
	switch {
	case !text.Known(n.DueDay):
	case n.DueOn != "":
		out.Due = w.T(key+".on", "date", w.isoDate(n.DueOn), "day", day)
	default:
		out.Due = w.T(key, "day", day)
	}
	by := w.Number(n.ByDay, 0)
	if n.Of > 0 {
		out.Peers = w.T("account.next.peers", "had", w.Whole(n.Had), "of", w.Whole(n.Of), "day", by)
	} else {
		out.Peers = w.T("account.next.share", "share", w.Percent(n.Share), "day", by)
	}
	if n.Points > 0 {
		out.Worth = w.T("account.next.worth", "points", w.Score(n.Points))
	}
	return out
}
