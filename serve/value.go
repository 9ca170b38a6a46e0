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
		return l.Quantity(v, d.Unit)
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

// Quantity writes a number with its unit: "1 event", "12 Ereignisse", "41%". Shares
// become per cent, trends (the log of a ratio) a change in per cent.
func (l Language) Quantity(v float64, unit string) string {
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
// point, a true minus sign, and the language's signs between its digits.
func (l Language) number(v float64) string {
	decimals := 2
	switch size := math.Abs(v); {
	case size >= 1e15:
		return l.grouped(strconv.FormatFloat(v, 'g', 4, 64))
	case size >= 100:
		decimals = 0
	case size >= 10:
		decimals = 1
	}
	text := fixed(v, decimals)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return l.grouped(text)
}

// unknown is written where a number is not known.
const unknown = "–"

// Number writes a number with so many decimals, its thousands grouped and with
// a true minus sign: 1,234.5 in English, 1.234,5 in German. What lies half-way
// is rounded away from zero, here as everywhere. "–" where v is not finite.
func (l Language) Number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return unknown
	}
	return l.grouped(fixed(v, decimals))
}

// whole writes a count.
func (l Language) whole(n int) string { return l.Number(float64(n), 0) }

// score writes points of health with one decimal.
func (l Language) score(v float64) string { return l.Number(v, 1) }

// change writes a difference in points with its sign and one decimal.
func (l Language) change(v float64) string {
	text := l.Number(v, 1)
	if v > 0 && text != l.Number(0, 1) {
		return "+" + text
	}
	return text
}

// fixed rounds to so many decimals, ties away from zero, and writes them all.
func fixed(v float64, decimals int) string {
	if scale := math.Pow10(decimals); math.Abs(v)*scale < 1<<52 { // larger numbers are whole
		v = math.Round(v*scale) / scale
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// grouped replaces the signs that Go writes by those a reader expects, and
// groups the thousands. A negative zero loses its sign.
func (l Language) grouped(text string) string {
	text, negative := strings.CutPrefix(text, "-")
	whole, rest, point := strings.Cut(text, ".")
	var b strings.Builder
	if negative && strings.Trim(text, "0.") != "" {
		b.WriteString("−")
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 && !strings.Contains(whole, "e") {
			b.WriteString(l.pick(",", "."))
		}
		b.WriteRune(digit)
	}
	if point {
		b.WriteString(l.pick(".", ",") + rest)
	}
	return b.String()
}
