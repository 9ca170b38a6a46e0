package text

import (
	"github.com/etappe/etappe/features/catalog"
)

// Label is what a feature is called, with abbreviations in capitals.
func (l Language) Label(d *catalog.Definition) string { return l.of(d.Text) }

// phrase writes a feature's value as it is read: "3 users", "41 %", "missing".
func (l Language) phrase(d *catalog.Definition, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		if d.Measure == catalog.MeasureAnswered {
			if v > 0 {
				return l.pick("yes", "ja")
			}
			return l.pick("no", "nein")
		}
		return l.Quantity(v, d.Unit)
	}
	return l.pick("missing", "fehlt")
}

// plain writes a value that stands beside one with a unit, so most units are
// left out.
func (l Language) plain(d *catalog.Definition, value any) string {
	v, ok := value.(float64)
	if !ok || d.Unit == unitShare || d.Unit == unitLogRatio || d.Measure == catalog.MeasureAnswered {
		return l.phrase(d, value)
	}
	return l.number(v)
}
