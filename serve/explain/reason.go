package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/score"
)

// causes finds what moved the score most, at most four, in the order in which
// a reader looks for them: first what moved it the way it went, what the account did
// before what only time did, then what held against it; the strongest first in
// each. Where it is known what is usual, what went beyond that comes before what
// did not: a bar that is long because it always is explains nothing.
func (e *Explanation) causes() []cause {
	causes := make([]cause, 0, len(e.Bars))
	for i := range e.Bars {
		b := &e.Bars[i]
		if b.Kind == KindCut || b.Kind == KindDataQuality && e.Reference != ReferencePrevious {
			continue // at one date, what is missing moved nothing
		}
		causes = append(causes, cause{
			group: b.group, code: b.code, points: b.Points, shown: b.Shown, bar: b, usual: e.usualOf(b),
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

// cause is one entry on its way to becoming a reason.
type cause struct {
	group  string // entries of one group share a reason
	code   string
	points float64
	bar    *Bar
	shown  float64 // points as rounded for display
	usual  float64 // how many of the points are usual for the group
}

// beyond is the part of the points that is not usual for the group.
func (c *cause) beyond() float64 { return peers.SoftThreshold(c.points, c.usual) }

// strongestCauses puts causes of a group together and returns the strongest
// groups: summed points, with the code and text of the member that weighs most
// on the sum's side. A group is the stronger the further it goes beyond what is
// usual for it, and of those that do not, the more points it has; ties keep the
// order of the list.
func strongestCauses(causes []cause) []cause {
	type sum struct {
		points float64
		shown  float64
		lead   [2]int // strongest member that lowers, that raises; -1: none
	}
	sums := map[string]*sum{}
	var order []string
	for i, c := range causes {
		s := sums[c.group]
		if s == nil {
			s = &sum{lead: [2]int{-1, -1}}
			sums[c.group] = s
			order = append(order, c.group)
		}
		s.points += c.points
		s.shown += c.shown
		lead := &s.lead[direction(c.points)]
		if *lead < 0 || math.Abs(c.points) > math.Abs(causes[*lead].points) {
			*lead = i
		}
	}
	var found []cause
	for _, group := range order {
		if s := sums[group]; math.Abs(s.points) >= score.QuietPoints {
			c := causes[s.lead[direction(s.points)]]
			c.points, c.shown = s.points, s.shown
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b cause) int {
		return cmp.Or(cmp.Compare(math.Abs(b.beyond()), math.Abs(a.beyond())), cmp.Compare(math.Abs(b.points), math.Abs(a.points)))
	})
	return found[:min(len(found), score.MaxReasons)]
}

func direction(points float64) int {
	if points > 0 {
		return 1
	}
	return 0
}

// members lists the bars of a family, strongest first; nil: the cause is of one feature.
func (e *Explanation) members(c *cause) []score.ReasonMember {
	if !c.bar.family {
		return nil
	}
	var list []score.ReasonMember
	for i := range e.Bars {
		if b := &e.Bars[i]; b.group == c.group && b.Kind != KindCut {
			list = append(list, score.ReasonMember{Feature: b.Feature, Points: b.Points, Shown: &b.Shown})
		}
	}
	slices.SortStableFunc(list, func(a, b score.ReasonMember) int { return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points)) })
	return list
}

// reason fills in the reasons: none in normal variation, and none that is shown as 0.0
// without a change of behaviour.
func (e *Explanation) reason() {
	e.Reasons = []MoveReason{}
	if e.Verdict == VerdictNormal {
		return
	}
	e.Reasons = append(e.Reasons, e.behaved()...)
	for _, c := range e.causes() {
		if len(e.Reasons) >= score.MaxReasons {
			break
		}
		if c.shown == 0 || e.behavedIn(c.bar) || e.Verdict == VerdictModel && c.bar.Kind != KindModel {
			continue
		}
		e.Reasons = append(e.Reasons, MoveReason{
			Reason: score.Reason{Code: c.code, Points: c.points, Members: e.members(&c)}, Family: c.bar.family, From: c.bar.From, To: c.bar.To, Peers: c.bar.Peers, Shown: c.shown, Bar: c.bar,
		})
	}
}
