package web

import (
	"github.com/etappe/etappe/serve/text"
)

// none is written where a number is not known.
const none = text.Unknown

// space keeps a number and its unit on one line.
const space = "\u00a0"

// Money writes an amount in full, in whole units.
func (w Words) Money(v float64) string { return w.inCurrency(w.Number(v, 0)) }

// ShortMoney writes an amount with three digits that matter: 1.25 M, 1,25 Mio.
func (w Words) ShortMoney(v float64) string { return w.inCurrency(w.Amount(v)) }

func (w Words) inCurrency(amount string) string {
	if w.currency == "" || amount == none {
		return amount
	}
	return amount + space + w.currency
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
