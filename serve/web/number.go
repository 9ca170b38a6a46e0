package web

import (
	"math"

	"github.com/etappe/etappe/serve/text"
)

// none is written where a number is not known.
const none = text.Unknown

// space keeps a number and its unit on one line.
const space = "\u00a0"

// Percent writes a share (0 to 1) in per cent: whole, with a decimal below ten.
func (w Words) Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return none
	}
	decimals := 0
	if v := math.Abs(share) * 100; v > 0 && v < 9.95 {
		decimals = 1
	}
	return w.T("percent", "n", w.Number(share*100, decimals))
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
		return w.inCurrency(w.T("amount.billion", "n", w.digits(v/1e9)))
	case size >= 999.5e3:
		return w.inCurrency(w.T("amount.million", "n", w.digits(v/1e6)))
	case size >= 9999.5:
		return w.inCurrency(w.T("amount.thousand", "n", w.digits(v/1e3)))
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

// value writes a value of a feature without the name of its unit.
func (w Words) value(v float64, unit string) string {
	switch {
	case math.IsNaN(v):
		return none
	case unit == "share":
		return w.Percent(v)
	case unit == "log ratio": // the logarithm of a ratio, read as a change
		return w.T("percent", "n", w.Signed(math.Round(math.Expm1(v)*100), 0))
	case w.Language.UnitName(unit) != "" && v > 0:
		return w.Number(math.Ceil(v-1e-9), 0) // counts and days: the first whole one of a bin
	case math.Abs(v) >= 100 || v == math.Trunc(v):
		return w.Number(v, 0)
	}
	return w.Number(v, 1)
}

// quote puts a text into the language's quotation marks.
func (w Words) quote(quoted string) string { return w.T("quote", "text", quoted) }

// answered writes the value of a feature that is yes or no.
func (w Words) answered(yes bool) string {
	if yes {
		return w.T("yes")
	}
	return w.T("no")
}

// span writes an interval of shares.
func (w Words) span(low, high float64) string {
	decimals := 0
	if high < 0.1 {
		decimals = 1
	}
	return w.T("percent", "n", w.Number(low*100, decimals)+"–"+w.Number(high*100, decimals))
}
