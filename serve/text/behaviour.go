package text

import (
	"math"

	"github.com/etappe/etappe/serve/explain"
)

// rarest is how rarely chance does what changed, at most, in words: what is rarer
// still is beyond what anybody could have counted.
const rarest = 1_000_000

// behaved writes what an account does differently: counts before and after, how often
// chance does that, and since when. It names no points: what a change is worth in the
// score is another statement.
func (l Language) behaved(b *explain.Behaviour) string {
	return l.T("behaviour.sure", "what", l.behavedWhat(b), "chance", l.chance(b.Chance), "since", l.T("behaviour.since", "date", l.ISODay(b.Since)))
}

// behavedWhat is the counts before and after.
func (l Language) behavedWhat(b *explain.Behaviour) string {
	key := "behaviour.count"
	if b.Person {
		key = "behaviour.person"
	}
	return l.T(key, "label", Readable(b.Driver), "before", l.Number(b.Before.N, 0), "beforeDays", l.Whole(b.Before.Days),
		"after", l.Number(b.After.N, 0), "afterDays", l.Whole(b.After.Days))
}

// chance writes a probability as one in so many accounts, to two digits.
func (l Language) chance(p float64) string {
	n := 1 / math.Max(p, 1e-12)
	if n >= rarest {
		return l.T("behaviour.chance.less", "accounts", l.Whole(rarest))
	}
	unit := math.Pow(10, math.Max(0, math.Floor(math.Log10(n))-1))
	return l.T("behaviour.chance", "accounts", l.Number(math.Round(n/unit)*unit, 0))
}

// changed adds to a movement what changed in behaviour, then what that is worth, and,
// where that is not on the side of the change of the score, what is.
func (l Language) changed(e *explain.Explanation, text string, change float64) string {
	b := &e.Behaviour[0]
	text = l.T("sentence.behaviour", "text", text, "what", Capital(l.behaved(b)))
	if n := len(e.Behaviour) - 1; n > 0 {
		text = l.T("sentence.behaviour.more", "text", text, "n", n)
	}
	worth := 0.0
	if len(e.Reasons) > 0 && e.Reasons[0].Bar != nil && e.Reasons[0].Behaviour == b {
		worth = e.Reasons[0].Shown
		text = l.T("sentence.behaviour.worth", "text", text, "change", l.Change(worth))
	}
	if worth*change > 0 {
		return text
	}
	if causes := l.causes(e, change); causes != "" {
		text = l.T("sentence.behaviour.causes", "text", text, "causes", causes)
	}
	return text
}
