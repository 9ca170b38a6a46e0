package web

import (
	"math"
	"strings"
	"time"

	"github.com/etappe/etappe/serve"
)

// none is written where a number is not known.
const none = "–"

// space keeps a number and its unit on one line.
const space = "\u00a0"

// Number writes a number with so many decimals as package serve writes it:
// 1,234.5 in English, 1.234,5 in German, none where v is not finite.
func (w Words) Number(v float64, decimals int) string {
	return w.Language.Number(v, decimals)
}

// Whole writes a count.
func (w Words) Whole(n int) string { return w.Number(float64(n), 0) }

// Score writes points of health with one decimal.
func (w Words) Score(v float64) string { return w.Number(v, 1) }

// Change writes a difference in points with its sign and one decimal.
func (w Words) Change(v float64) string { return w.signed(v, 1) }

// Percent writes a share (0 to 1) in per cent: whole, with a decimal below ten.
func (w Words) Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return none
	}
	decimals := 0
	if v := math.Abs(share) * 100; v > 0 && v < 9.95 {
		decimals = 1
	}
	return w.Number(share*100, decimals) + w.pick("%", space+"%")
}

// Money writes an amount in full, in whole units.
func (w Words) Money(v float64) string { return w.inCurrency(w.Number(v, 0)) }

// ShortMoney writes an amount with three digits that matter: 1.25 M, 1,25 Mio.
func (w Words) ShortMoney(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return none
	}
	size := math.Abs(v)
	switch {
	case size >= 999.5e6:
		return w.inCurrency(w.digits(v/1e9) + space + w.pick("bn", "Mrd."))
	case size >= 999.5e3:
		return w.inCurrency(w.digits(v/1e6) + space + w.pick("M", "Mio."))
	case size >= 9999.5:
		return w.inCurrency(w.digits(v/1e3) + space + w.pick("k", "Tsd."))
	}
	return w.inCurrency(w.Number(v, 0))
}

// digits writes a number of up to three whole digits with three that matter.
func (w Words) digits(v float64) string {
	switch size := math.Abs(v); {
	case size >= 99.95:
		return w.Number(v, 0)
	case size >= 9.995:
		return w.Number(v, 1)
	}
	return w.Number(v, 2)
}

func (w Words) inCurrency(amount string) string {
	if w.currency == "" || amount == none {
		return amount
	}
	return amount + space + w.currency
}

var months = map[serve.Language][12]string{
	serve.English: {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	serve.German:  {"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
}

// Date writes a day: 22 Nov 2026, 22.11.2026; none for the zero time.
func (w Words) Date(t time.Time) string {
	switch {
	case t.IsZero():
		return none
	case w.Language == serve.German:
		return t.Format("02.01.2006")
	}
	return t.Format("2 Jan 2006")
}

// Month writes a month as it stands below an axis: Nov 2026, Nov. 2026.
func (w Words) Month(t time.Time) string {
	return w.monthName(t) + space + t.Format("2006")
}

// monthName writes a month without its year.
func (w Words) monthName(t time.Time) string { return months[w.Language][t.Month()-1] }

// value writes a value of a feature without the name of its unit.
func (w Words) value(v float64, unit string) string {
	switch {
	case math.IsNaN(v):
		return none
	case unit == "share":
		return w.Percent(v)
	case unit == "log ratio": // the logarithm of a ratio, read as a change
		return w.signed(math.Round(math.Expm1(v)*100), 0) + w.pick("%", space+"%")
	case w.Language.UnitName(unit) != "" && v > 0:
		return w.Number(math.Ceil(v-1e-9), 0) // counts and days: the first whole one of a bin
	case math.Abs(v) >= 100 || v == math.Trunc(v):
		return w.Number(v, 0)
	}
	return w.Number(v, 1)
}

// signed writes a number with its sign, + included.
func (w Words) signed(v float64, decimals int) string {
	text := w.Number(v, decimals)
	if v > 0 && strings.Trim(text, "0.,") != "" {
		return "+" + text
	}
	return text
}

// quote puts a text into the language's quotation marks.
func (w Words) quote(text string) string { return w.pick("“"+text+"”", "„"+text+"“") }

// answered writes the value of a feature that is yes or no.
func (w Words) answered(yes bool) string {
	if yes {
		return w.pick("yes", "ja")
	}
	return w.pick("no", "nein")
}

// span writes an interval of shares.
func (w Words) span(low, high float64) string {
	decimals := 0
	if high < 0.1 {
		decimals = 1
	}
	return w.Number(low*100, decimals) + "–" + w.Number(high*100, decimals) + w.pick("%", space+"%")
}
