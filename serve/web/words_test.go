package web

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/text"
)

var en, de = Words{Language: text.English, currency: "EUR"}, Words{Language: text.German, currency: "EUR"}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{en.Number(1234.5, 1), "1,234.5"}, {de.Number(1234.5, 1), "1.234,5"},
		{en.Number(-1234567, 0), "−1,234,567"}, {de.Number(999, 0), "999"},
		{en.Number(-0.04, 1), "0.0"}, {en.Number(math.NaN(), 1), none}, {en.Number(math.Inf(-1), 1), none},
		{en.Change(3.14), "+3.1"}, {de.Change(-0.06), "−0,1"}, {en.Change(0.02), "0.0"},
		{en.Percent(0.5), "50%"}, {de.Percent(0.034), "3,4" + space + "%"}, {en.Percent(0.0995), "10%"}, {en.Percent(0), "0%"}, {de.Percent(math.NaN()), none},
		{en.Money(48600), "48,600" + space + "EUR"}, {Words{Language: text.English}.Money(48600), "48,600"}, {de.Money(math.NaN()), none},
		{en.ShortMoney(9999), "9,999" + space + "EUR"}, {en.ShortMoney(12_345), "12.3" + space + "k" + space + "EUR"},
		{de.ShortMoney(1_254_000), "1,25" + space + "Mio." + space + "EUR"}, {en.ShortMoney(999_600), "1.00" + space + "M" + space + "EUR"},
		{en.ShortMoney(3.2e9), "3.20" + space + "bn" + space + "EUR"},
		{en.Date(day(2026, 11, 22)), "22 Nov 2026"}, {de.Date(day(2026, 3, 2)), "02.03.2026"}, {de.Month(day(2026, 3, 2)), "März" + space + "2026"},
		{en.span(0.02, 0.08), "2.0–8.0%"}, {de.span(0.12, 0.4), "12–40" + space + "%"},
		{en.Value(9.5, "events"), "10"}, {en.Value(0.5, "events"), "1"}, {de.Value(0.25, "share"), "25" + space + "%"},
		{en.Value(math.Ln2, "log ratio"), "+100%"}, {en.Value(4.25, ""), "4.3"}, {en.Value(math.NaN(), ""), none},
		{en.list([]string{"a", "b", "c"}), "a, b and c"}, {de.list([]string{"a", "b"}), "a und b"}, {en.list(nil), ""},
		{en.T("days.in", "n", 1), "in 1 day"}, {de.T("days.ago", "n", 1200), "vor 1.200 Tagen"},
		{de.quote("x"), "„x“"},
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
}

// Taking the groups out of a number gives it back, whatever the language.
func TestNumbersCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-1_000_000_000, 1_000_000_000).Draw(t, "n")
		plain := strings.NewReplacer(",", "", "−", "-").Replace(en.Whole(n))
		if swapped := strings.ReplaceAll(de.Whole(n), ".", ","); swapped != en.Whole(n) {
			t.Fatalf("German %q, English %q", swapped, en.Whole(n))
		}
		if want := (Words{}).Number(float64(n), 0); strings.NewReplacer(",", "", "−", "-").Replace(want) != plain {
			t.Fatalf("%d is written %q", n, en.Whole(n))
		}
		for i, group := range strings.Split(strings.TrimPrefix(en.Whole(n), "−"), ",") {
			if len(group) > 3 || i > 0 && len(group) != 3 {
				t.Fatalf("%d is grouped %q", n, en.Whole(n))
			}
		}
	})
}
