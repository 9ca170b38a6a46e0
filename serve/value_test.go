package serve

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/features"
)

func TestNumbersRead(t *testing.T) {
	d := func(unit string, m features.Measure) *features.Definition {
		return &features.Definition{Unit: unit, Measure: m}
	}
	rows := []struct {
		d      *features.Definition
		value  any
		en, de string
	}{
		{d("users", features.MeasureActiveUsers), 1.0, "1 user", "1 Nutzer"},
		{d("days", ""), 3.25, "3.25 days", "3,25 Tage"},
		{d("events", ""), 12345.6, "12,346 events", "12.346 Ereignisse"},
		{d("EUR", ""), -0.001, "0 EUR", "0 EUR"},
		{d("share", ""), 0.414, "41%", "41 %"},
		{d("log ratio", ""), -0.7, "−50%", "−50 %"},
		{d("log ratio", ""), 0.7, "+101%", "+101 %"},
		{d("", features.MeasureAnswered), 1.0, "yes", "ja"},
		{d("", features.MeasureAnswered), 0.0, "no", "nein"},
		{d("EUR", ""), -1234567.0, "−1,234,567 EUR", "−1.234.567 EUR"},
		{d("events", ""), 999.5, "1,000 events", "1.000 Ereignisse"},
		{d("", ""), 1e20, "1e+20", "1e+20"},
		{d("days", ""), nil, "missing", "fehlt"},
		{d("", ""), "pro", "pro", "pro"},
	}
	for _, row := range rows {
		if en, de := English.phrase(row.d, row.value), German.phrase(row.d, row.value); en != row.en || de != row.de {
			t.Errorf("%v %s: %q, %q, want %q, %q", row.value, row.d.Unit, en, de, row.en, row.de)
		}
	}
}

// One rounding everywhere: what lies half-way goes away from zero, and the
// number written is the number that round1 keeps.
func TestNumbersRoundOneWay(t *testing.T) {
	for _, row := range []struct {
		v        float64
		decimals int
		en, de   string
	}{
		{50.25, 1, "50.3", "50,3"}, {50.35, 1, "50.4", "50,4"}, {-0.25, 1, "−0.3", "−0,3"}, {0.5, 0, "1", "1"}, {2.5, 0, "3", "3"},
		{-0.04, 1, "0.0", "0,0"}, {1234.5, 1, "1,234.5", "1.234,5"}, {999999.5, 0, "1,000,000", "1.000.000"},
		{1e17, 2, "100,000,000,000,000,000.00", "100.000.000.000.000.000,00"}, {math.NaN(), 1, "–", "–"}, {math.Inf(-1), 0, "–", "–"},
	} {
		if en, de := English.Number(row.v, row.decimals), German.Number(row.v, row.decimals); en != row.en || de != row.de {
			t.Errorf("%v to %d: %q, %q, want %q, %q", row.v, row.decimals, en, de, row.en, row.de)
		}
	}
	plain := strings.NewReplacer("−", "-", ",", "", "+", "")
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-2000, 2000).Draw(t, "v")
		for _, text := range []string{English.score(v), English.change(v)} {
			if got, err := strconv.ParseFloat(plain.Replace(text), 64); err != nil || got != round1(v) {
				t.Errorf("%v reads %q, rounds to %v", v, text, round1(v))
			}
		}
	})
}
