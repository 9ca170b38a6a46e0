package serve

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// causes finds what moved the score most, at most four, in the order in which
// a reader asks: first what moved it the way it went, what the account did
// before what only time did, then what held against it; the strongest first in
// each. Where it is known what is usual, what went beyond that comes before what
// did not: a bar that is long because it always is answers no question.
func (e *Explanation) causes() []cause {
	causes := make([]cause, 0, len(e.Bars))
	for i := range e.Bars {
		b := &e.Bars[i]
		if b.Kind == KindCut {
			continue
		}
		causes = append(causes, cause{
			group: b.group, code: b.code, points: b.Points, shown: b.Shown, bar: b, usual: e.usualOf(b),
			text: func() string { return b.text },
		})
	}
	turn := func(c cause) int {
		switch {
		case direction(c.points) != direction(e.Change):
			return 3
		case c.bar.ofTime():
			return 2
		case c.beyond() == 0:
			return 1
		}
		return 0
	}
	found := strongestCauses(causes)
	slices.SortStableFunc(found, func(a, b cause) int { return cmp.Compare(turn(a), turn(b)) })
	return found
}

// usualOf is how much of what a bar's group moved is usual, in points. Where that
// is known for what the account does, what it did not do is never more: time,
// missing data, other peers and another model take their place by size.
func (e *Explanation) usualOf(b *Bar) float64 {
	if e.usual == nil || !b.ofTime() && (b.Kind == KindFeature || b.Kind == KindMilestone) {
		return e.usual[b.group]
	}
	return math.Inf(1)
}

// sentence says in one line how far the score moved, and with what: the two
// strongest causes on the side of the change, or that it is normal variation.
func (e *Explanation) sentence(causes []cause) string {
	l := e.language
	text, change := e.movement(), round1(round1(e.To.HealthScore)-round1(e.From.HealthScore))
	if e.Reference != ReferencePrevious {
		text = e.held()
	}
	if e.Verdict == VerdictNormal {
		return text + e.normal(change) + "."
	}
	var leading []string
	for _, c := range causes {
		if change != 0 && (c.points > 0) == (change > 0) && len(leading) < 2 {
			about := l.change(c.shown)
			if c.bar.values != "" {
				about = c.bar.values + l.pick(", ", "; ") + about
			}
			leading = append(leading, c.bar.Label+" ("+about+")")
		}
	}
	if len(leading) > 0 {
		text += l.pick("; most associated with ", "; am stärksten verbunden: ") + strings.Join(leading, l.pick(" and ", " und "))
	}
	return text + "."
}

// movement says from where to where the score went, and when.
func (e *Explanation) movement() string {
	l := e.language
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

// normal says that a change is nothing to speak of, and what another model has
// to do with it.
func (e *Explanation) normal(change float64) string {
	l, text := e.language, ""
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
		if b := &e.Bars[i]; b.Kind == KindModel && b.Shown != 0 {
			text += l.pick("; associated with another model: ", "; verbunden mit einem anderen Modell: ") + l.change(b.Shown)
		}
	}
	return text
}

// round1 rounds to one decimal, as scores are shown.
func round1(v float64) float64 { return math.Round(v*10) / 10 }
