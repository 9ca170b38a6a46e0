package text

import (
	"github.com/etappe/etappe/features/catalog"
)

// phrase writes a feature's value as it is read: "3 users", "41 %", "missing".
func (l Language) phrase(d *catalog.Definition, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		if d.Measure == catalog.MeasureAnswered {
			if v > 0 {
				return l.T("yes")
			}
			return l.T("no")
		}
		return l.Quantity(v, d.Unit)
	}
	return l.T("value.missing")
}

// plain writes a value that stands beside one with a unit, so most units are
// left out.
func (l Language) plain(d *catalog.Definition, value any) string {
	v, ok := value.(float64)
	if !ok || d.Unit == unitShare || d.Unit == unitLogRatio || d.Measure == catalog.MeasureAnswered {
		return l.phrase(d, value)
	}
	return l.Rounded(v)
}
