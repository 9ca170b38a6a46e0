package text

import (
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// Explanation writes the texts of an explanation: labels, reasons, warnings and
// the sentence.
func (l Language) Explanation(e *explain.Explanation) {
	for i := range e.Bars {
		e.Bars[i].Label = l.barLabel(&e.Bars[i])
	}
	for i := range e.Behaviour {
		e.Behaviour[i].Text = l.behaved(&e.Behaviour[i])
	}
	for i := range e.Themes {
		e.Themes[i].Label = l.Theme(e.Themes[i].Theme)
	}
	for i := range e.Reasons {
		r := &e.Reasons[i]
		for m := range r.Members {
			r.Members[m].Label = l.memberLabel(e, r.Members[m].Feature)
		}
		if r.Behaviour != nil {
			r.Text = Capital(l.behaved(r.Behaviour))
			if r.Bar != nil {
				r.Amount = l.Change(r.Shown)
			}
			continue
		}
		text := l.barText(e.Reference, r.Bar)
		if r.Family {
			text = l.ofFamily(r.Bar.Definition, text)
		}
		r.Text = l.associated(Capital(text), r.Points)
		r.Amount = l.Change(r.Shown)
	}
	l.Warnings(e.Warnings)
	l.Next(e.NextMilestone)
	l.WhatNext(e.WhatNext)
	l.second(e.Second)
	e.Sentence = l.sentence(e)
}

// memberLabel is the label of the bar of a feature.
func (l Language) memberLabel(e *explain.Explanation, feature string) string {
	for i := range e.Bars {
		if e.Bars[i].Feature == feature {
			return e.Bars[i].Label
		}
	}
	return feature
}

// Theme names a group of bars; one without a name as it stands.
func (l Language) Theme(name string) string {
	for _, key := range []string{"bar.theme." + name, "theme." + name} {
		if l.Has(key) {
			return l.T(key)
		}
	}
	return name
}

// barLabel names a bar.
func (l Language) barLabel(b *explain.Bar) string {
	switch {
	case b.Definition != nil:
		return l.Label(b.Definition)
	case b.Milestone != nil:
		return l.milestoneName(b.Milestone.Name)
	case b.Feature == explain.PathMeasured:
		return l.T("bar.path")
	}
	return l.Theme(b.Theme)
}

// barText is what a reason states of its strongest bar: "active users: 3 users
// (was 11)".
func (l Language) barText(r explain.Reference, b *explain.Bar) string {
	switch {
	case b.Definition != nil:
		return l.beside(r, b, l.T("feature.value", "label", b.Label, "value", l.known(b.Definition, b.To, b.Never[1])))
	case b.Milestone != nil:
		return l.milestoneMove(b)
	case b.Feature == explain.PathMeasured:
		if b.To == true {
			return l.T("bar.path.begins")
		}
		return l.T("bar.path.ends")
	case b.Kind == explain.KindCluster:
		return l.T("bar.cluster", "after", l.clusterOf(b.Clusters[1]), "before", l.clusterOf(b.Clusters[0]))
	case b.Kind == explain.KindModel:
		return l.T("bar.model", "after", b.To, "before", b.From)
	}
	return b.Label
}

// beside adds to a feature and its value, in brackets, the value before, that of
// renewed peers, or both.
func (l Language) beside(r explain.Reference, b *explain.Bar, text string) string {
	switch {
	case r == explain.ReferenceRenewedPeers:
		return l.T("bar.peers", "text", text, "peers", l.plain(b.Definition, b.From))
	case r == explain.ReferenceCluster && b.Peers == nil:
		return text
	case r == explain.ReferenceCluster:
		return l.T("bar.peers", "text", text, "peers", l.plain(b.Definition, b.Peers))
	case b.Never[1] != nil && b.Peers != nil: // there is nothing that it was before
		return l.T("bar.peers", "text", text, "peers", l.plain(b.Definition, b.Peers))
	case b.Never[1] != nil:
		return text
	case b.Peers != nil:
		return l.T("bar.was.peers", "text", text, "before", l.before(b), "peers", l.plain(b.Definition, b.Peers))
	}
	return l.T("bar.was", "text", text, "before", l.before(b))
}

// before writes a bar's value then.
func (l Language) before(b *explain.Bar) string {
	if b.Never[0] != nil {
		return l.never(b.Never[0])
	}
	return l.plain(b.Definition, b.From)
}

// milestoneMove is milestone of a bar. A lead that renewed peers have made up
// since costs points although nothing was lost, which is stated.
func (l Language) milestoneMove(b *explain.Bar) string {
	if b.From == nil || !b.Milestone.CaughtUp {
		return l.milestone(b.Milestone.Name, b.To, b.Milestone.Expected)
	}
	return l.T("milestone.overtaken", "milestone", l.milestoneName(b.Milestone.Name), "state", l.milestoneState(b.To),
		"share", l.Quantity(b.Milestone.Expected, unitShare))
}

// barValues writes a bar's values then and now: "11 → 3 users"; "" where there
// are none.
func (l Language) barValues(r explain.Reference, b *explain.Bar) string {
	switch {
	case b.Definition != nil:
		now := l.known(b.Definition, b.To, b.Never[1])
		switch {
		case r == explain.ReferenceCluster || b.From == b.To || r == explain.ReferencePrevious && b.Never[1] != nil:
			return now
		case r == explain.ReferenceRenewedPeers:
			return l.T("values.against", "value", now, "peers", l.plain(b.Definition, b.From))
		}
		return l.T("values.move", "before", l.before(b), "after", now)
	case b.Milestone != nil:
		return l.milestoneState(b.To)
	case b.Kind == explain.KindCluster:
		return l.T("values.move", "before", l.clusterOf(b.Clusters[0]), "after", l.clusterOf(b.Clusters[1]))
	case b.Kind == explain.KindModel:
		return l.T("values.move", "before", b.From, "after", b.To)
	}
	return ""
}

// reference names the cluster of a reference in the language.
func (l Language) reference(e *explain.Explanation) string {
	return l.clusterOf(e.To.Cluster)
}

// clusterOf names an account's cluster, or states that it has none.
func (l Language) clusterOf(c score.Cluster) string {
	if c.None() {
		return l.NoCluster()
	}
	return l.learned(c.Name, c.Learned)
}
