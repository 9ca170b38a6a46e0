package explain

import "github.com/etappe/etappe/serve/score"

// cutBinds reports whether the limits of the outlook, 0 and 100, hold at one of the two
// dates, or would with one driver put back. A row may be nil: not known.
func (e *Explanation) cutBinds(from, to *score.Row) bool {
	outside := func(outlook float64) bool { return outlook < 0 || outlook > 100 }
	for d, row := range [2]*score.Row{from, to} {
		if row == nil || !(row.Weight > 0) {
			continue
		}
		if row.Cut != 0 {
			return true
		}
		for i := range e.Bars {
			b := &e.Bars[i]
			if b.Kind == KindMilestone || b.Kind == KindModel || b.Feature == PathMeasured {
				continue
			}
			points := b.Points / row.Weight
			if d == 1 {
				points = -points // put back to what it was before
			}
			if outside(row.Outlook + points) {
				return true
			}
		}
	}
	return false
}
