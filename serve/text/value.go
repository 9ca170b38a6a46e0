package text

import (
	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
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
		if d.Capped(v) {
			return l.T("value.year")
		}
		return l.Quantity(v, d.Unit)
	}
	return l.T("value.missing")
}

// known writes a value as phrase does, or that it never happened.
func (l Language) known(d *catalog.Definition, value any, never *score.Never) string {
	if never == nil {
		return l.phrase(d, value)
	}
	return l.never(never)
}

// never writes since when something has not happened once.
func (l Language) never(n *score.Never) string {
	switch {
	case n.Since == "":
		return l.T("value.never", "n", n.Days)
	case n.Created:
		return l.T("value.never.account", "date", l.ISODay(n.Since))
	}
	return l.T("value.never.tracking", "date", l.ISODay(n.Since))
}

// plain writes a value that stands beside one with a unit, so most units are
// left out.
func (l Language) plain(d *catalog.Definition, value any) string {
	v, ok := value.(float64)
	if !ok || d.Capped(v) || d.Unit == unitShare || d.Unit == unitLogRatio || d.Measure == catalog.MeasureAnswered {
		return l.phrase(d, value)
	}
	return l.Rounded(v)
}
