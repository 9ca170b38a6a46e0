package text

import (
	"fmt"
	"strings"

	"github.com/etappe/etappe/serve/explain"
)

// WhatNext writes the texts of what is next; nothing of nil.
func (l Language) WhatNext(n *explain.WhatNext) {
	if n == nil {
		return
	}
	for i := range n.StandsOut {
		one := &n.StandsOut[i]
		one.Bar.Label = l.barLabel(one.Bar)
		one.Text = Capital(l.standOut(one))
	}
	for i := range n.Steps {
		one := &n.Steps[i]
		one.Label = l.Label(one.Definition)
		one.Text = l.T("whatnext.step", "label", Capital(one.Label), "from", l.plain(one.Definition, one.From), "to", l.phrase(one.Definition, one.To))
	}
	l.Next(n.Milestone)
	l.people(n.People)
	l.likeCases(n.Cases)
	for i := range n.Models {
		l.modelAccount(&n.Models[i])
	}
}

// standOut is what an account has, what renewed peers have, and between which values
// nine in ten of them are.
func (l Language) standOut(one *explain.StandOut) string {
	b := one.Bar
	switch {
	case b.Definition == nil:
		return l.milestoneMove(b)
	case one.Peers == nil:
		return l.T("feature.value", "label", b.Label, "value", l.phrase(b.Definition, one.Value))
	case one.Low == nil:
		return l.T("whatnext.value", "label", b.Label, "value", l.phrase(b.Definition, one.Value), "peers", l.plain(b.Definition, one.Peers))
	}
	return l.T("whatnext.value.range", "label", b.Label, "value", l.phrase(b.Definition, one.Value), "peers", l.plain(b.Definition, one.Peers),
		"low", l.plain(b.Definition, *one.Low), "high", l.plain(b.Definition, *one.High))
}

func (l Language) people(p *explain.People) {
	switch {
	case p == nil:
	case p.Peers == nil:
		p.Text = l.T("whatnext.people.alone", "active", l.Rounded(p.Active), "days", p.Days)
	default:
		p.Text = l.T("whatnext.people.peers", "active", l.Rounded(p.Active), "days", p.Days, "peers", l.Rounded(*p.Peers))
	}
}

func (l Language) likeCases(c *explain.LikeCases) {
	if c == nil {
		return
	}
	for i := range c.Kinds {
		k := &c.Kinds[i]
		k.Text = l.T("whatnext.case", "cases", k.Cases, "kind", Readable(k.Kind), "renewed", k.Renewed)
	}
	switch {
	case !c.Decided:
		c.Text = l.T("whatnext.cases.open")
	case len(c.Kinds) == 0:
		c.Text = l.T("whatnext.cases.few", "n", explain.FewestCases)
	}
}

func (l Language) modelAccount(a *explain.ModelAccount) {
	texts := make([]string, len(a.Differs))
	for i := range a.Differs {
		d := &a.Differs[i]
		d.Label = l.Label(d.Bar.Definition)
		texts[i] = l.T("whatnext.differs", "label", d.Label, "model", l.phrase(d.Bar.Definition, d.Model), "own", l.plain(d.Bar.Definition, d.Own))
	}
	if a.Text = strings.Join(texts, "; "); a.Text == "" {
		a.Text = l.T("whatnext.differs.none")
	}
}

// WhatNextLines writes what is next for a terminal, with WhatNext's texts; "" of nil.
func (l Language) WhatNextLines(n *explain.WhatNext) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	heading := func(text string) { fmt.Fprintf(&b, "\n%s\n", text) }
	line := func(amount, text string) { fmt.Fprintf(&b, "  %5s  %s\n", amount, text) }
	heading(l.T("whatnext.against." + string(n.Against)))
	for i := range n.StandsOut {
		line(l.Change(n.StandsOut[i].Points), n.StandsOut[i].Text)
	}
	if len(n.StandsOut) == 0 {
		line("", l.T("whatnext.none"))
	}
	heading(l.T("whatnext.steps"))
	for i := range n.Steps {
		line(l.Change(n.Steps[i].Points), n.Steps[i].Text)
	}
	if len(n.Steps) == 0 {
		line("", l.NoSteps(n))
	}
	heading(l.T("whatnext.milestone"))
	line("", l.nextOrNone(n))
	if c := n.Cases; c != nil {
		heading(l.T("whatnext.cases"))
		for i := range c.Kinds {
			line("", c.Kinds[i].Text)
		}
		if c.Text != "" {
			line("", c.Text)
		}
	}
	for i := range n.Models {
		if i == 0 {
			heading(l.T("whatnext.models"))
		}
		who := strings.TrimSpace(n.Models[i].AccountID + " " + n.Models[i].Name)
		line(l.Score(n.Models[i].HealthScore), l.T("feature.value", "label", who, "value", n.Models[i].Text))
	}
	heading(l.T("whatnext.people"))
	line("", l.PeopleText(n.People))
	return b.String()
}

// NoSteps is why there are no steps: none would help, or there are no renewed peers to
// take them from.
func (l Language) NoSteps(n *explain.WhatNext) string {
	if n.Against != explain.ReferenceRenewedPeers {
		return l.T("whatnext.steps.peerless")
	}
	return l.T("whatnext.steps.none")
}

// nextOrNone is the milestone to work on, or why there is none.
func (l Language) nextOrNone(n *explain.WhatNext) string {
	if n.Milestone != nil {
		return n.Milestone.Text
	}
	return l.NoMilestone(n)
}

// NoMilestone is why there is no milestone to work on: none is open, or the path is not
// measured.
func (l Language) NoMilestone(n *explain.WhatNext) string {
	if n.PathKnown {
		return l.T("account.next.none")
	}
	return l.T("account.next.unmeasured")
}

// PeopleText is who there is to call.
func (l Language) PeopleText(p *explain.People) string {
	if p == nil {
		return l.T("whatnext.people.unknown")
	}
	return p.Text
}
