package serve

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseLanguage(t *testing.T) {
	for header, want := range map[string]Language{
		"": English, "de": German, "de-AT,en;q=0.5": German, "en;q=0.4, de;q=0.9": German, "fr, de;q=0.1": German,
		"en, de": English, "DE": German, "de;q=0, en": English, "*": English, "de;q=x": English, ";;,,=": English,
	} {
		if got := ParseLanguage(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { ParseLanguage(rapid.String().Draw(t, "header")) })
}

func TestDatesAndDaysAreWritten(t *testing.T) {
	for date, want := range map[string][2]string{
		"2024-03-03": {"3 March 2024", "3. März 2024"}, "2025-12-31": {"31 December 2025", "31. Dezember 2025"}, "soon": {"soon", "soon"}, "": {"", ""},
	} {
		if en, de := English.isoDay(date), German.isoDay(date); en != want[0] || de != want[1] {
			t.Errorf("%s: %q, %q", date, en, de)
		}
	}
	for n, want := range map[int][2]string{0: {"0 days", "0 Tagen"}, 1: {"1 day", "1 Tag"}, 23: {"23 days", "23 Tagen"}, 1200: {"1,200 days", "1.200 Tagen"}} {
		if en, de := English.days(n), German.days(n); en != want[0] || de != want[1] {
			t.Errorf("%d: %q, %q", n, en, de)
		}
	}
}

func TestNamesAreSpoken(t *testing.T) {
	for name, want := range map[string]string{
		"first_export": "first export", "nps_response": "NPS response", "csm sentiment, latest": "CSM sentiment, latest", "API": "API",
		"sponsor": "sponsor", "über_nps": "über NPS", "npsé": "npsé", "": "", "__": "  ", "crm2": "CRM2", "user-id": "user-ID",
	} {
		if got := Spoken(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) { // letters are never lost
		text := rapid.String().Draw(t, "text")
		if got := abbreviated(text); !strings.EqualFold(got, text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
