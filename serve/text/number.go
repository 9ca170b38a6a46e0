package text

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	printer "golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Unknown is written where a number or a date is not known.
const Unknown = "–"

// minus is the sign of a negative number in every language.
const minus = "−"

// symbols are the signs between the digits of a language, after the CLDR.
type symbols struct {
	point, group string
	sizes        [2]int // digits of the last group, of those before it
}

// symbolsOf reads a language's signs off a number that golang.org/x/text writes.
func symbolsOf(tag language.Tag) symbols {
	p := printer.NewPrinter(tag)
	text := p.Sprint(number.Decimal(123456789.5, number.MaxFractionDigits(1)))
	parts := strings.FieldsFunc(text, unicode.IsDigit)
	whole := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
	s := symbols{point: ".", sizes: [2]int{3, 3}}
	if n := len(parts); n > 0 {
		s.point, s.group = parts[n-1], parts[0]
		if n == 1 { // no group at all
			s.group = ""
		}
	}
	if n := len(whole); n > 3 {
		s.sizes = [2]int{len([]rune(whole[n-2])), len([]rune(whole[n-3]))}
	}
	return s
}

// digits takes a written number apart: its whole and its decimal digits.
func (s symbols) digits(written string) (whole, fraction string) {
	whole, fraction, _ = strings.Cut(written, s.point)
	return strings.Map(digit, whole), strings.Map(digit, fraction)
}

// digit drops what is none.
func digit(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// write replaces the signs that Go writes by those that a reader expects, and
// groups the digits. A negative zero loses its sign.
func (s symbols) write(text string) string {
	text, negative := strings.CutPrefix(text, "-")
	whole, rest, point := strings.Cut(text, ".")
	var b strings.Builder
	if negative && strings.Trim(text, "0.") != "" {
		b.WriteString(minus)
	}
	grouped := !strings.Contains(whole, "e")
	for i, digit := range whole {
		if left := len(whole) - i; grouped && i > 0 && s.groupEnds(left) {
			b.WriteString(s.group)
		}
		b.WriteRune(digit)
	}
	if point {
		b.WriteString(s.point + rest)
	}
	return b.String()
}

// groupEnds reports whether a group ends where so many digits are left.
func (s symbols) groupEnds(left int) bool {
	left -= s.sizes[0]
	return left >= 0 && left%s.sizes[1] == 0
}

// Number writes a number with so many decimals, its digits grouped and with a
// true minus sign: 1,234.5 in English, 1.234,5 in German. What lies half-way is
// rounded away from zero, here as everywhere. Unknown where v is not finite.
func (l Language) Number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Unknown
	}
	return l.catalogue().symbols.write(fixed(v, decimals))
}

// Whole writes a count.
func (l Language) Whole(n int) string { return l.Number(float64(n), 0) }

// Score writes points of health with one decimal.
func (l Language) Score(v float64) string { return l.Number(v, 1) }

// Change writes a difference in points with its sign and one decimal.
func (l Language) Change(v float64) string { return l.Signed(v, 1) }

// Signed writes a number with its sign, + included; 0 has none.
func (l Language) Signed(v float64, decimals int) string {
	text := l.Number(v, decimals)
	if v > 0 && text != l.Number(0, decimals) {
		return "+" + text
	}
	return text
}

// Rounded writes a number with at most three digits that matter after the point.
func (l Language) Rounded(v float64) string {
	decimals := 2
	switch size := math.Abs(v); {
	case size >= 1e15:
		return l.catalogue().symbols.write(strconv.FormatFloat(v, 'g', 4, 64))
	case size >= 100:
		decimals = 0
	case size >= 10:
		decimals = 1
	}
	text := fixed(v, decimals)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return l.catalogue().symbols.write(text)
}

// Round1 rounds to one decimal, as scores are shown.
func Round1(v float64) float64 { return Round(v, 1) }

// Round rounds to so many decimals, ties away from zero.
func Round(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}

// Known reports whether a number was measured: it is not NaN.
func Known(v float64) bool { return !math.IsNaN(v) }

// Finite reports whether a number is neither NaN nor infinite.
func Finite(v float64) bool { return Known(v) && !math.IsInf(v, 0) }

// NotMeasured is the number that stands where none was measured: NaN.
func NotMeasured() float64 { return math.NaN() }

// Percent writes a share (0 to 1) in per cent: whole, with a decimal below ten.
func (l Language) Percent(share float64) string {
	if !Finite(share) {
		return Unknown
	}
	decimals := 0
	if v := math.Abs(share) * 100; v > 0 && v < 9.95 {
		decimals = 1
	}
	return l.T("percent", "n", l.Number(share*100, decimals))
}

// Amount writes an amount of money with three digits that matter: 1.25 M, 1,25
// Mio.; below ten thousand in full.
func (l Language) Amount(v float64) string {
	if !Finite(v) {
		return Unknown
	}
	switch size := math.Abs(v); {
	case size >= 999.5e6:
		return l.T("amount.billion", "n", l.digits(v/1e9))
	case size >= 999.5e3:
		return l.T("amount.million", "n", l.digits(v/1e6))
	case size >= 9999.5:
		return l.T("amount.thousand", "n", l.digits(v/1e3))
	}
	return l.Number(v, 0)
}

// digits writes a number of up to three whole digits with three that matter.
func (l Language) digits(v float64) string {
	switch size := math.Abs(v); {
	case size >= 99.95:
		return l.Number(v, 0)
	case size >= 9.995:
		return l.Number(v, 1)
	}
	return l.Number(v, 2)
}

// fixed rounds to so many decimals, ties away from zero, and writes them all.
func fixed(v float64, decimals int) string {
	if scale := math.Pow10(decimals); math.Abs(v)*scale < 1<<52 { // larger numbers are whole
		v = math.Round(v*scale) / scale
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}
