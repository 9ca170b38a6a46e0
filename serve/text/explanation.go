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
	for i := range e.Themes {
		e.Themes[i].Label = l.Theme(e.Themes[i].Theme)
	}
	for i := range e.Reasons {
		r := &e.Reasons[i]
		r.Text = capital(l.barText(e.Reference, r.Bar)) + ", " + l.association(r.Points)
		r.Amount = l.change(r.Shown)
	}
	l.Warnings(e.Warnings)
	l.Next(e.NextMilestone)
	l.second(e.Second)
	e.Sentence = l.sentence(e)
}

// themes names the groups of a waterfall in both languages.
var themes = map[string][2]string{
	"adoption":     {"Adoption", "Nutzung"},
	"breadth":      {"Breadth", "Breite"},
	"people":       {"People", "Menschen"},
	"support":      {"Support", "Support"},
	"sentiment":    {"Sentiment", "Stimmung"},
	"commercial":   {"Commercial", "Vertrag"},
	"calendar":     {"Calendar", "Kalender"},
	"data_quality": {"Data quality", "Datenqualität"},
	"cluster":      {"Measured with other peers", "Mit anderen Accounts verglichen"},
	"path":         {"Success path", "Erfolgspfad"},
	"cut":          {"Outlook kept within 0 to 100", "Ausblick auf 0 bis 100 begrenzt"},
	"model":        {"Another model", "Anderes Modell"},
}

// Theme names a group of bars; one without a name as it stands.
func (l Language) Theme(name string) string {
	words, ok := themes[name]
	if !ok {
		return name
	}
	return l.pick(words[0], words[1])
}

// barLabel names a bar.
func (l Language) barLabel(b *explain.Bar) string {
	switch {
	case b.Definition != nil:
		return l.of(b.Definition.Text)
	case b.Milestone != nil:
		return l.milestoneName(b.Milestone.Name)
	case b.Feature == explain.PathMeasured:
		return l.pick("Success path measured", "Erfolgspfad gemessen")
	}
	return l.Theme(b.Theme)
}

// barText is what a reason states of its strongest bar: "active users: 3 users
// (was 11)".
func (l Language) barText(r explain.Reference, b *explain.Bar) string {
	switch {
	case b.Definition != nil:
		return b.Label + ": " + l.phrase(b.Definition, b.To) + l.beside(r, b)
	case b.Milestone != nil:
		return l.milestoneMove(b)
	case b.Feature == explain.PathMeasured:
		if b.To == true {
			return l.pick("Success path is measured now", "Der Erfolgspfad wird jetzt gemessen")
		}
		return l.pick("Success path is not measured any more", "Der Erfolgspfad wird nicht mehr gemessen")
	case b.Kind == explain.KindCluster:
		return "cluster: " + b.Clusters[1].Name + " (" + l.pick("was ", "zuvor ") + b.Clusters[0].Name + ")"
	case b.Kind == explain.KindModel:
		return l.pick("model: ", "Modell: ") + b.To.(string) + " (" + l.pick("was ", "zuvor ") + b.From.(string) + ")"
	}
	return b.Label
}

// beside is what stands in brackets after a feature's value: the value then,
// that of renewed peers, or both.
func (l Language) beside(r explain.Reference, b *explain.Bar) string {
	switch {
	case r == explain.ReferenceRenewedPeers:
		return " (" + l.pick("renewed peers: ", "verlängerte Accounts: ") + l.plain(b.Definition, b.From) + ")"
	case r == explain.ReferenceCluster && b.Peers == nil:
		return ""
	case r == explain.ReferenceCluster:
		return l.pick(" (renewed peers: ", " (verlängerte Accounts: ") + l.plain(b.Definition, b.Peers) + ")"
	case b.Peers != nil:
		return " (" + l.pick("was ", "zuvor ") + l.plain(b.Definition, b.From) +
			l.pick("; renewed peers: ", "; verlängerte Accounts: ") + l.plain(b.Definition, b.Peers) + ")"
	}
	return " (" + l.pick("was ", "zuvor ") + l.plain(b.Definition, b.From) + ")"
}

// milestoneMove is milestone of a bar. A lead that renewed peers have made up
// since costs points although nothing was lost, which is stated.
func (l Language) milestoneMove(b *explain.Bar) string {
	if b.From == nil || !b.Milestone.CaughtUp {
		return l.milestone(b.Milestone.Name, b.To, b.Milestone.Expected)
	}
	return l.milestoneName(b.Milestone.Name) + " " + l.milestoneState(b.To) + l.pick("; renewed peers have caught up (",
		"; verlängerte Accounts haben aufgeholt (") + l.Quantity(b.Milestone.Expected, "share") + l.pick(" had it by now)", " hatten ihn bis dahin)")
}

// barValues writes a bar's values then and now: "11 → 3 users"; "" where there
// are none.
func (l Language) barValues(r explain.Reference, b *explain.Bar) string {
	switch {
	case b.Definition != nil:
		now := l.phrase(b.Definition, b.To)
		switch {
		case r == explain.ReferenceCluster || b.From == b.To:
			return now
		case r == explain.ReferenceRenewedPeers:
			return now + l.pick(" against ", " gegenüber ") + l.plain(b.Definition, b.From)
		}
		return l.plain(b.Definition, b.From) + " → " + now
	case b.Milestone != nil:
		return l.milestoneState(b.To)
	case b.Kind == explain.KindCluster:
		return b.Clusters[0].Name + " → " + b.Clusters[1].Name
	case b.Kind == explain.KindModel:
		return b.From.(string) + " → " + b.To.(string)
	}
	return ""
}

// reference names the cluster of a reference in the language.
func (l Language) reference(e *explain.Explanation) string {
	return l.clusterOf(e.To.Cluster)
}

func (l Language) clusterOf(c score.Cluster) string { return l.learned(c.Name, c.Learned) }
