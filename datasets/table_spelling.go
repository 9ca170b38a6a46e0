package datasets

import (
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// style is how the digits of a number are set: what stands between groups of
// three, and before the fraction.
type style struct{ group, point string }

// styles are the ways that are known, the likeliest first. Where every value
// of a column fits several, the first counts: "1,234" is a thousand as long as
// each comma has three digits behind it.
var styles = [...]style{{",", "."}, {" ", "."}, {".", ","}, {" ", ","}}

// bare is the style of a column whose amounts are too small to show one: no
// groups, and no three digits behind a point, because 1.234 could be a thousand.
var bare = style{"", "."}

const (
	allStyles   = 1<<len(styles) - 1
	pointGroups = 2 // index into styles
)

// signs are what may stand before or behind a number. A column has one of them
// at every value or none at all.
var signs = []string{"$", "€", "£", "¥", "%", "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "NZD", "SEK",
	"NOK", "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "ILS", "BRL", "MXN", "ZAR", "SGD", "HKD", "KRW"}

// spaces makes the many blanks between groups, and the Swiss apostrophe, one.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "'", " ", "’", " ")

// missingSigns stand for a missing value in a column of numbers, in any case.
var missingSigns = []string{"?", "-", "--", "–", "—", ".", "*", "unknown", "missing", "undefined", "nil", "n.a.", "n.a", "n. a.", "#n/a", "#na",
	"<na>", "(null)", "#value!", "#div/0!", "not available", "not applicable", "not known", "tbd", "k.a.", "k. a.", "keine angabe", "unbekannt"}

func isMissingSign(s string) bool {
	return slices.ContainsFunc(missingSigns, func(sign string) bool { return strings.EqualFold(s, sign) })
}

// number reads a number that has no leading zeros and no exponent.
func (st style) number(s string) (float64, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")
	whole, fraction, pointed := strings.Cut(digits, st.point)
	groups := []string{whole}
	if st != bare {
		groups = strings.Split(whole, st.group)
	} else if len(fraction) == 3 {
		return 0, false
	}
	if !areDigits(groups[0]) || (len(whole) > 1 && whole[0] == '0') || (pointed && !areDigits(fraction)) {
		return 0, false
	}
	for _, group := range groups[1:] {
		if len(groups[0]) > 3 || len(group) != 3 || !areDigits(group) {
			return 0, false
		}
	}
	plain := s[:len(s)-len(digits)] + strings.Join(groups, "")
	if pointed {
		plain += "." + fraction
	}
	return columnar.ParseNumber(plain)
}

func areDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// cutSign takes the currency or percent sign off a number: "-$12", "$-12",
// "12 %", "EUR 12". body is "" when there is nothing like a number in s.
func cutSign(s string) (sign, body string) {
	s = leadingMinus(s)
	minus := s[:len(s)-len(strings.TrimPrefix(s, "-"))]
	body = strings.TrimSpace(s[len(minus):])
	for _, sign = range signs {
		before, isBefore := strings.CutPrefix(body, sign)
		behind, isBehind := strings.CutSuffix(body, sign)
		if isBefore {
			return sign, minus + strings.TrimSpace(before)
		}
		if isBehind {
			return sign, minus + strings.TrimSpace(behind)
		}
	}
	return "", minus + body
}

// leadingMinus moves an accountant's minus to the front: (5) and 5- are -5.
func leadingMinus(s string) string {
	inner, isOpen := strings.CutPrefix(s, "(")
	inner, isClosed := strings.CutSuffix(inner, ")")
	if isOpen && isClosed && inner != "" && inner[0] != '-' {
		return "-" + strings.TrimSpace(inner)
	}
	if body, ok := strings.CutSuffix(s, "-"); ok && body != "" && isDigit(body[len(body)-1]) && body[0] != '-' {
		return "-" + body
	}
	return s
}

// parseDecimal reads a number with a known mark before its fraction: with or
// without groups of three digits, a currency or percent sign, and a minus in
// front, behind, or as parentheses. 12 % is 12.
func parseDecimal(s, point string) (float64, bool) {
	_, body := cutSign(spaces.Replace(s))
	for _, st := range styles {
		if st.point == point {
			if x, ok := st.number(body); ok {
				return x, true
			}
		}
	}
	if point == "," && strings.Contains(body, ".") {
		return 0, false
	}
	if point == "." && strings.Contains(body, ",") {
		return 0, false
	}
	return columnar.ParseNumber(strings.ReplaceAll(body, ",", ".")) // leading zeros, exponents
}

// spelled reads a text as a number that is not written plainly: its sign, the
// styles that it fits (bit i: styles[i]; 0: it is no number) and what it is in
// the first of these.
func spelled(s string) (sign string, fits int, x float64) {
	if !strings.ContainsAny(s, "0123456789") {
		return "", 0, 0
	}
	sign, body := cutSign(spaces.Replace(s))
	if body == "" || !isDigit(body[len(body)-1]) {
		return "", 0, 0
	}
	for i := len(styles) - 1; i >= 0; i-- {
		if value, ok := styles[i].number(body); ok {
			fits, x = fits|1<<i, value
		}
	}
	return sign, fits, x
}
