package text

import (
	"strings"

	"github.com/etappe/etappe/serve/explain"
)

// sentence is one line: how far the score moved, and with what: the two strongest
// reasons on the side of the change, or that it is normal variation.
func (l Language) sentence(e *explain.Explanation) string {
	text, change := l.movement(e), round1(round1(e.To.HealthScore)-round1(e.From.HealthScore))
	if e.Reference != explain.ReferencePrevious {
		text = l.distance(e)
	}
	if e.Verdict == explain.VerdictNormal {
		return text + l.normal(e, change) + "."
	}
	var leading []string
	for i := range e.Reasons {
		r := &e.Reasons[i]
		if change != 0 && (r.Points > 0) == (change > 0) && len(leading) < 2 {
			about := l.change(r.Shown)
			if values := l.barValues(e.Reference, r.Bar); values != "" {
				about = values + l.pick(", ", "; ") + about
			}
			leading = append(leading, r.Bar.Label+" ("+about+")")
		}
	}
	if len(leading) > 0 {
		text += l.pick("; most associated with ", "; am stärksten verbunden: ") + strings.Join(leading, l.pick(" and ", " und "))
	}
	return text + "."
}

// movement is from where to where the score went, and when.
func (l Language) movement(e *explain.Explanation) string {
	before, after := round1(e.From.HealthScore), round1(e.To.HealthScore)
	change := round1(after - before)
	verb := l.pick("stayed at", "blieb bei")
	if change < 0 {
		verb = l.pick("fell from", "fiel von")
	} else if change > 0 {
		verb = l.pick("rose from", "stieg von")
	}
	text := l.pick("Health ", "Der Health Score ") + verb + " " + l.score(before)
	if change != 0 {
		text += l.pick(" to ", " auf ") + l.score(after) + " (" + l.change(change) + ")"
	}
	if e.From.AsOf != "" && e.To.AsOf != "" {
		text += l.pick(" between ", " zwischen dem ") + l.isoDay(e.From.AsOf) + l.pick(" and ", " und dem ") + l.isoDay(e.To.AsOf)
	}
	return text
}

// normal states that a change is normal variation, and what of it is another
// model's.
func (l Language) normal(e *explain.Explanation, change float64) string {
	text := ""
	switch threshold := l.score(e.Noise.Threshold); {
	case change == 0:
	case e.Noise.Model > e.Noise.Own:
		text = l.pick(": normal variation (the model is sure of changes of more than "+threshold+" points only)",
			": normale Schwankung (sicher ist sich das Modell erst bei mehr als "+threshold+" Punkten)")
	default:
		text = l.pick(": normal variation (changes of up to "+threshold+" points are usual for this account)",
			": normale Schwankung (Änderungen bis "+threshold+" Punkte sind bei diesem Account üblich)")
	}
	for i := range e.Bars {
		if b := &e.Bars[i]; b.Kind == explain.KindModel && b.Shown != 0 {
			text += l.pick("; associated with another model: ", "; verbunden mit einem anderen Modell: ") + l.change(b.Shown)
		}
	}
	return text
}

// distance is one line: how far the score is from the reference.
func (l Language) distance(e *explain.Explanation) string {
	score, reference := round1(e.To.HealthScore), round1(e.From.HealthScore)
	text := l.pick("Health is ", "Der Health Score beträgt ") + l.score(score)
	if e.To.AsOf != "" {
		text = l.pick("Health on "+l.isoDay(e.To.AsOf)+" is ", "Der Health Score am "+l.isoDay(e.To.AsOf)+" beträgt ") + l.score(score)
	}
	difference := round1(score - reference)
	switch {
	case difference < 0:
		text += ": " + l.score(-difference) + l.pick(" below ", " unter ")
	case difference > 0:
		text += ": " + l.score(difference) + l.pick(" above ", " über ")
	default:
		text += l.pick(", as much as ", ", so viel wie ")
	}
	return text + l.referenceName(e, difference != 0) + " (" + l.score(reference) + ")"
}

// referenceName names the reference in a sentence; dative is the German case
// after "über" and "unter".
func (l Language) referenceName(e *explain.Explanation, dative bool) string {
	name := l.reference(e)
	if e.Reference == explain.ReferenceCluster {
		if dative {
			return l.pick("the average of ", "dem Durchschnitt von ") + name
		}
		return l.pick("the average of ", "der Durchschnitt von ") + name
	}
	if dative {
		return l.pick("the typical renewed account of ", "dem typischen verlängerten Account in ") + name
	}
	return l.pick("the typical renewed account of ", "der typische verlängerte Account in ") + name
}
