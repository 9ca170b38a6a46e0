package text

import "math"

// Units that are written otherwise than by their name.
const (
	unitShare    = "share"     // 0 to 1, read in per cent
	unitLogRatio = "log ratio" // ln of a ratio, read as a change in per cent
)

// Quantity writes a number with its unit: "1 event", "12 Ereignisse", "41%".
// Shares become per cent, trends (the log of a ratio) a change in per cent. A
// unit that no catalogue names is written as it stands.
func (l Language) Quantity(v float64, unit string) string {
	switch unit {
	case "":
		return l.Rounded(v)
	case unitShare:
		return l.T("percent.plain", "n", l.Rounded(math.Round(v*100)))
	case unitLogRatio:
		change := math.Round(math.Expm1(v) * 100)
		sign := ""
		if change > 0 {
			sign = "+"
		}
		return l.T("percent.plain", "n", sign+l.Rounded(change))
	}
	written, word := l.Rounded(v), unit
	if l.Has("unit." + unit) {
		word = l.T("unit."+unit, "n", written)
	}
	return l.T("quantity", "n", written, "unit", word)
}

// UnitName names the unit of a feature in the plural ("events", "Ereignisse");
// the unit itself where it has no name, "" for shares, trends and bare numbers,
// whose unit is written otherwise or not at all.
func (l Language) UnitName(unit string) string { return l.unitOf(unit, 2) }

// UnitOfOne is UnitName for a single one: "event", "Ereignis".
func (l Language) UnitOfOne(unit string) string { return l.unitOf(unit, 1) }

func (l Language) unitOf(unit string, n int) string {
	switch {
	case unit == unitShare || unit == unitLogRatio:
		return ""
	case l.Has("unit." + unit):
		return l.T("unit."+unit, "n", n)
	}
	return unit
}

// Value writes a value of a feature without the name of its unit, as it stands on
// an axis: counts and days as the first whole number of a bin.
func (l Language) Value(v float64, unit string) string {
	switch {
	case math.IsNaN(v):
		return Unknown
	case unit == unitShare:
		return l.Percent(v)
	case unit == unitLogRatio: // the logarithm of a ratio, read as a change
		return l.T("percent", "n", l.Signed(math.Round(math.Expm1(v)*100), 0))
	case l.UnitName(unit) != "" && v > 0:
		return l.Number(math.Ceil(v-1e-9), 0)
	case math.Abs(v) >= 100 || v == math.Trunc(v):
		return l.Number(v, 0)
	}
	return l.Number(v, 1)
}
