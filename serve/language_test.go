package serve

import (
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
