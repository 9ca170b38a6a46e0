package serve

import (
	"math"
	"strconv"
	"strings"

	"github.com/etappe/etappe/features"
)

// unseenLevel is the value shown for a level that training never saw.
const unseenLevel = "(unseen)"

// unit of a trend; its value is ln of a ratio, which nobody reads.
const logRatio = "log ratio"

// units names the units of the catalogue for one and for many, in both
// languages. A unit that is not listed is written as it stands.
var units = map[string][4]string{
	"events":   {"event", "events", "Ereignis", "Ereignisse"},
	"days":     {"day", "days", "Tag", "Tage"},
	"users":    {"user", "users", "Nutzer", "Nutzer"},
	"types":    {"type", "types", "Art", "Arten"},
	"seats":    {"seat", "seats", "Platz", "Plätze"},
	"points":   {"point", "points", "Punkt", "Punkte"},
	"accounts": {"account", "accounts", "Account", "Accounts"},
}

// valueOf is a feature's number as it is shown: a level's name for a
// categorical feature, nil where it is missing.
func valueOf(d *features.Definition, x float64) any {
	switch {
	case math.IsNaN(x):
		return nil
	case !d.Categorical():
		return x
	case unseen(d, x):
		return unseenLevel
	}
	return d.Levels[int(x)]
}

// unseen tells whether a known value is a level that training never saw.
func unseen(d *features.Definition, x float64) bool {
	return d.Categorical() && !(x >= 0 && x < float64(len(d.Levels)))
}

// phrase writes a feature's value as it is read: "3 users", "41 %", "missing".
func (l Language) phrase(d *features.Definition, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		if d.Measure == features.MeasureAnswered {
			if v > 0 {
				return l.pick("yes", "ja")
			}
			return l.pick("no", "nein")
		}
		return l.quantity(v, d.Unit)
	}
	return l.pick("missing", "fehlt")
}

// then writes an earlier value; it stands beside one with a unit, so most
// units are left out.
func (l Language) then(d *features.Definition, value any) string {
	v, ok := value.(float64)
	if !ok || d.Unit == "share" || d.Unit == logRatio || d.Measure == features.MeasureAnswered {
		return l.phrase(d, value)
	}
	return l.number(v)
}

// quantity writes a number with its unit. Shares become per cent, trends (the
// log of a ratio) a change in per cent.
func (l Language) quantity(v float64, unit string) string {
	switch unit {
	case "":
		return l.number(v)
	case "share":
		return l.number(math.Round(v*100)) + l.pick("%", " %")
	case logRatio:
		change := math.Round(math.Expm1(v) * 100)
		sign := ""
		if change > 0 {
			sign = "+"
		}
		return sign + l.number(change) + l.pick("%", " %")
	}
	word := unit
	if names, ok := units[unit]; ok {
		one := 0
		if v != 1 {
			one = 1
		}
		word = l.pick(names[one], names[2+one])
	}
	return l.number(v) + " " + word
}

// number writes a number with at most three digits that matter after the
// point, a true minus sign, and the language's decimal sign.
func (l Language) number(v float64) string {
	decimals := 2
	switch size := math.Abs(v); {
	case size >= 1e15:
		return strconv.FormatFloat(v, 'g', 4, 64)
	case size >= 100:
		decimals = 0
	case size >= 10:
		decimals = 1
	}
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return l.localize(text)
}

// score writes points of health with one decimal.
func (l Language) score(v float64) string {
	return l.localize(strconv.FormatFloat(v, 'f', 1, 64))
}

// change writes a difference in points with its sign and one decimal.
func (l Language) change(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if !strings.HasPrefix(text, "-") && text != "0.0" {
		text = "+" + text
	}
	return l.localize(text)
}

// localize replaces the signs that Go writes by those a reader expects. A
// negative zero loses its sign.
func (l Language) localize(text string) string {
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	text = strings.Replace(text, "-", "−", 1)
	if l == German {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}
