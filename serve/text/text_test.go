package text_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/text/texttest"
)

func TestAccept(t *testing.T) {
	for header, want := range map[string]text.Language{
		"": text.English, "de": text.German, "de-AT,en;q=0.5": text.German, "en;q=0.4, de;q=0.9": text.German, "fr, de;q=0.1": text.German,
		"en, de": text.English, "DE": text.German, "de;q=0, en": text.English, "*": text.English, "de;q=x": text.English, ";;,,=": text.English,
		"ja": text.English, "gsw": text.German,
	} {
		if got := text.Accept(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { text.Accept(rapid.String().Draw(t, "header")) })
	pseudo := texttest.Pseudo(t)
	if got := text.Accept("en-XA, de;q=0.3", text.English, pseudo); got != pseudo {
		t.Errorf("among English and %s: %s", pseudo, got)
	}
}

func TestParse(t *testing.T) {
	for tag, want := range map[string]text.Language{"en": text.English, "de": text.German, "DE": text.German} {
		got, err := text.Parse(tag)
		if err != nil || got != want {
			t.Errorf("%s: %s, %v", tag, got, err)
		}
	}
	for _, tag := range []string{"", "fr", "de-AT", "*"} {
		if got, err := text.Parse(tag); !errors.Is(err, text.ErrLanguage) {
			t.Errorf("%q: %s, %v", tag, got, err)
		}
	}
	var l text.Language
	if err := l.UnmarshalText([]byte("de")); err != nil || l != text.German {
		t.Errorf("unmarshalled %s, %v", l, err)
	}
	if b, err := l.MarshalText(); err != nil || string(b) != "de" {
		t.Errorf("marshalled %s, %v", b, err)
	}
	if err := l.UnmarshalText([]byte("tlh")); !errors.Is(err, text.ErrLanguage) {
		t.Errorf("Klingon: %v", err)
	}
	if all := text.Languages(); len(all) < 2 || all[0] != text.English || all[0].Name() != "English" || all[1].Name() != "Deutsch" {
		t.Errorf("languages %v", all)
	}
}

func TestDatesAndDaysAreWritten(t *testing.T) {
	for date, want := range map[string][2]string{
		"2024-03-03": {"3 March 2024", "3. März 2024"}, "2025-12-31": {"31 December 2025", "31. Dezember 2025"}, "soon": {"soon", "soon"}, "": {"", ""},
	} {
		if en, de := text.English.ISODay(date), text.German.ISODay(date); en != want[0] || de != want[1] {
			t.Errorf("%s: %q, %q", date, en, de)
		}
	}
	for n, want := range map[int][2]string{0: {"0 days", "0 Tagen"}, 1: {"1 day", "1 Tag"}, 23: {"23 days", "23 Tagen"}, 1200: {"1,200 days", "1.200 Tagen"}} {
		if en, de := text.English.Days(n), text.German.Days(n); en != want[0] || de != want[1] {
			t.Errorf("%d: %q, %q", n, en, de)
		}
	}
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for _, c := range [][2]string{
		{text.English.Date(day), "2 Mar 2026"}, {text.German.Date(day), "02.03.2026"}, {text.German.Date(time.Time{}), text.Unknown},
		{text.English.Month(day), "Mar\u00a02026"}, {text.German.Month(day), "März\u00a02026"}, {text.German.MonthName(day), "März"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
}

func TestNamesAreReadable(t *testing.T) {
	for name, want := range map[string]string{
		"first_export": "first export", "nps_response": "NPS response", "csm sentiment, latest": "CSM sentiment, latest", "API": "API",
		"sponsor": "sponsor", "über_nps": "über NPS", "npsé": "npsé", "": "", "__": "  ", "crm2": "CRM2", "user-id": "user-ID",
	} {
		if got := text.Readable(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // letters are never lost
		name := strings.ReplaceAll(rapid.String().Draw(t, "text"), "_", " ")
		if got := text.Readable(name); !strings.EqualFold(got, name) {
			t.Errorf("%q became %q", name, got)
		}
	})
}

func TestQuantities(t *testing.T) {
	for _, row := range []struct {
		v      float64
		unit   string
		en, de string
	}{
		{1, "users", "1 user", "1 Nutzer"}, {3.25, "days", "3.25 days", "3,25 Tage"}, {12345.6, "events", "12,346 events", "12.346 Ereignisse"},
		{-0.001, "EUR", "0 EUR", "0 EUR"}, {0.414, "share", "41%", "41 %"}, {-0.7, "log ratio", "−50%", "−50 %"}, {0.7, "log ratio", "+101%", "+101 %"},
		{-1234567, "EUR", "−1,234,567 EUR", "−1.234.567 EUR"}, {999.5, "events", "1,000 events", "1.000 Ereignisse"}, {1e20, "", "1e+20", "1e+20"},
		{0, "events", "0 events", "0 Ereignisse"}, {21, "seats", "21 seats", "21 Plätze"}, {1.5, "points", "1.5 points", "1,5 Punkte"},
	} {
		if en, de := text.English.Quantity(row.v, row.unit), text.German.Quantity(row.v, row.unit); en != row.en || de != row.de {
			t.Errorf("%v %s: %q, %q, want %q, %q", row.v, row.unit, en, de, row.en, row.de)
		}
	}
	for unit, want := range map[string][2]string{"days": {"Tage", "Tag"}, "share": {"", ""}, "log ratio": {"", ""}, "EUR": {"EUR", "EUR"}, "": {"", ""}} {
		if many, one := text.German.UnitName(unit), text.German.UnitOfOne(unit); many != want[0] || one != want[1] {
			t.Errorf("%s: %q, %q", unit, many, one)
		}
	}
}

// One rounding everywhere: what lies half-way goes away from zero, and the
// number written is the number that Round1 keeps.
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
		if en, de := text.English.Number(row.v, row.decimals), text.German.Number(row.v, row.decimals); en != row.en || de != row.de {
			t.Errorf("%v to %d: %q, %q, want %q, %q", row.v, row.decimals, en, de, row.en, row.de)
		}
	}
	plain := strings.NewReplacer("−", "-", ",", "", "+", "")
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-2000, 2000).Draw(t, "v")
		for _, written := range []string{text.English.Score(v), text.English.Change(v)} {
			if got, err := strconv.ParseFloat(plain.Replace(written), 64); err != nil || got != text.Round1(v) {
				t.Errorf("%v reads %q, rounds to %v", v, written, text.Round1(v))
			}
		}
	})
}

// A third language brings its own signs and plural forms: nothing is written for
// two languages only.
func TestOtherLanguagesFollowTheCLDR(t *testing.T) {
	for _, c := range []struct {
		tag  string
		v    float64
		want string
	}{
		{"hi", 12345678.5, "1,23,45,678.5"}, {"fr", 1234567.5, "1\u00a0234\u00a0567,5"}, {"es", 12345.5, "12.345,5"}, {"de-CH", 1234.5, "1’234.5"},
	} {
		if got := texttest.Like(t, c.tag).Number(c.v, 1); got != c.want {
			t.Errorf("%s: %q, want %q", c.tag, got, c.want)
		}
	}
	polish := texttest.Like(t, "pl")
	for n, want := range map[int]string{1: "one", 2: "few", 5: "many", 22: "few", 12: "many"} {
		if got := polish.T("unit.days", "n", n); got != want {
			t.Errorf("%d Polish days: %q, want %q", n, got, want)
		}
	}
}

func BenchmarkT(b *testing.B) {
	l := text.German
	for b.Loop() {
		l.T("reason.lower", "subject", "aktive Nutzer")
	}
}

func BenchmarkQuantity(b *testing.B) {
	l := text.German
	for b.Loop() {
		l.Quantity(1234, "events")
	}
}
