package behaviour

import (
	"cmp"
	"math"
	"slices"
)

// roleShare is the part of the limit that people who stop have; the groups of
// drivers share the rest alike.
const roleShare = 0.1

// Of two drivers that changed alike, the one that matters to the score in the account's
// cluster is looked at first, at the same limit of false alarms for all together: to
// the size of its test, in standard deviations, are added barWeight times what its bars
// did between the two dates, in usual movements of the whole score, and the logarithm of
// how much it usually moves the score in the cluster (weighted testing, Genovese, Roeder,
// Wasserman 2006, Biometrika 93:509).
const (
	barWeight       = 1.0
	mostUsuals      = 1.5
	leastImportance = 0.02
)

// noEvidence is the least that evidence can be.
var noEvidence = math.Log(leastImportance) - barWeight*mostUsuals

// evidence is how much there is for a change of driver d, of which the bars are worth
// share in the direction of the change.
func (m *Model) evidence(d, cluster int, z, share float64) float64 {
	return math.Abs(z) + barWeight*math.Max(-mostUsuals, math.Min(mostUsuals, share)) + math.Log(m.importanceOf(d, cluster)+leastImportance)
}

// importanceOf is how much a driver usually moves the score in a cluster; without one
// (models.NoCluster) the mean over the clusters.
func (m *Model) importanceOf(d, cluster int) float64 {
	if cluster >= 0 && cluster < len(m.importance) {
		return m.importance[cluster][d]
	}
	sum := 0.0
	for _, list := range m.importance {
		sum += list[d] / float64(len(m.importance))
	}
	return sum
}

// share is a group's part of the limit.
func (m *Model) share() float64 { return (1 - roleShare) * m.limit / float64(m.groups) }

// Verdict is which changes are more than chance.
type Verdict struct {
	// Moved are the changes beyond the limit, the surest first.
	Moved []Change
	// Worse and Better report whether there are any in that direction.
	Worse, Better bool
}

// Judge decides which changes are more than chance. worth has, by change, what the
// driver was worth in the score between the two dates, in usual movements of the whole
// score, positive where it rose; cluster is the account's, an index or models.NoCluster.
func (m *Model) Judge(changes []Change, worth []float64, cluster int) Verdict {
	type one struct {
		Change
		odds float64 // of chance, as a part of what it may be
	}
	var found []one
	var v Verdict
	for i, c := range changes {
		odds, side := 0.0, worse
		if c.Role {
			odds = c.Chance / (roleShare * m.limit)
		} else {
			d := &m.drivers[c.Driver]
			side = d.side(c.Z)
			sign := -1.0
			if side == better {
				sign = 1
			}
			s := m.evidence(c.Driver, cluster, c.Z, sign*worth[i])
			odds = chance(m.most[side][d.Group], s) / (m.aim * m.share())
		}
		if odds > 1 {
			continue
		}
		found = append(found, one{c, odds})
		v.Worse, v.Better = v.Worse || side == worse, v.Better || side == better
	}
	slices.SortStableFunc(found, func(a, b one) int { return cmp.Compare(a.odds, b.odds) })
	for _, f := range found {
		v.Moved = append(v.Moved, f.Change)
	}
	return v
}
