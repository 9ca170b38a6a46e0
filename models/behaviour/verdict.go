package behaviour

import (
	"cmp"
	"math"
	"slices"
)

// roleShare is the part of the limit that people who stop have; the groups of
// drivers share the rest alike.
const roleShare = 0.1

// barWeight is how much a driver's own share in the movement of the score weighs
// beside its test, in standard deviations of the one for one usual movement of the
// whole score. A change that matters to the score in this cluster is looked at before
// one that does not, at the same limit of false alarms for all together.
const (
	barWeight  = 1.5
	mostUsuals = 3
)

// Evidence is how much there is for a change in one direction: the size of its test and,
// weighed, how many usual movements of the whole score (share) it was worth there.
func Evidence(z, share, direction float64) float64 {
	return direction*z + barWeight*math.Max(-mostUsuals, math.Min(mostUsuals, share))
}

// Verdict is which changes are more than chance.
type Verdict struct {
	// Moved are the changes beyond the limit, the surest first.
	Moved []Change
	// Worse and Better report whether there are any in that direction.
	Worse, Better bool
}

// Judge decides which changes are more than chance. worth has, by change, what the
// driver was worth in the score between the two dates, in usual movements of the whole
// score, positive where it rose.
func (m *Model) Judge(changes []Change, worth []float64) Verdict {
	type one struct {
		Change
		odds float64 // of chance, as a part of what it may be
	}
	var found []one
	var v Verdict
	for i, c := range changes {
		odds, better := 0.0, false
		if c.Role {
			odds = c.Chance / (roleShare * m.limit)
		} else {
			d := &m.drivers[c.Driver]
			better = c.Z*d.Better > 0
			sign := -1.0
			if better {
				sign = 1
			}
			s := Evidence(math.Abs(c.Z), sign*worth[i], 1)
			odds = chance(m.most[d.Group], s) / ((1 - roleShare) * m.limit / float64(m.groups))
		}
		if odds > 1 {
			continue
		}
		found = append(found, one{c, odds})
		v.Worse, v.Better = v.Worse || !better, v.Better || better
	}
	slices.SortStableFunc(found, func(a, b one) int { return cmp.Compare(a.odds, b.odds) })
	for _, f := range found {
		v.Moved = append(v.Moved, f.Change)
	}
	return v
}
