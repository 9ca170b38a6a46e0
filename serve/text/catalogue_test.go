package text

import (
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/text/language"
)

// Every catalogue of the folder has the keys of English, their placeholders and
// the plural forms of its language.
func TestCataloguesAreComplete(t *testing.T) {
	for tag, c := range embedded {
		if err := c.check(English.catalogue()); err != nil {
			t.Errorf("words.%s.json: %v", tag, err)
		}
		for key, m := range c.words {
			for _, segments := range m {
				for _, s := range segments {
					if strings.Contains(s.text, `"`) {
						t.Errorf("words.%s.json: %s has typewriter quotes", tag, key)
					}
				}
			}
		}
	}
}

// The negative controls: each fault of a catalogue is found, by its key.
func TestIncompleteCataloguesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(words map[string]any)
		want   string
	}{
		"a key is missing":         {func(w map[string]any) { delete(w, "unit.days") }, "unit.days: no message"},
		"a key too many":           {func(w map[string]any) { w["unit.moons"] = "moons" }, "unit.moons: no message of English"},
		"a placeholder is lost":    {func(w map[string]any) { w["percent.plain"] = "%" }, "percent.plain: placeholders"},
		"a placeholder is new":     {func(w map[string]any) { w["percent.plain"] = "{n}{x}%" }, "percent.plain: placeholders"},
		"a plural form is missing": {func(w map[string]any) { w["unit.days"] = map[string]string{"other": "Tage"} }, "unit.days: plural forms"},
		"a plural form too many": {func(w map[string]any) {
			w["unit.days"] = map[string]string{"one": "Tag", "few": "Tage", "other": "Tage"}
		}, "unit.days: plural forms"},
		"no plural category":         {func(w map[string]any) { w["unit.days"] = map[string]string{"one": "Tag", "others": "Tage"} }, "unit.days"},
		"a brace is open":            {func(w map[string]any) { w["percent.plain"] = "{n %" }, "percent.plain"},
		"a number instead of a text": {func(w map[string]any) { w["percent.plain"] = 3 }, "percent.plain"},
	} {
		var words map[string]any
		if err := json.Unmarshal(Source(German), &words); err != nil {
			t.Fatal(err)
		}
		c.change(words)
		data, err := json.Marshal(words)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New("de", data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := New("de", []byte("[]")); err == nil {
		t.Error("a list passes for a catalogue")
	}
	if _, err := New("no tag", Source(German)); err == nil {
		t.Error("a sentence passes for a tag")
	}
}

func TestMessages(t *testing.T) {
	l := Language{newCatalogue(language.English, func() ([]byte, error) {
		return []byte(`{"a": "{x} and {y}", "b": {"one": "{n} cat", "other": "{n} cats"}, "c": "plain"}`), nil
	})}
	for _, c := range [][2]string{
		{l.T("a", "x", "1", "y", 1234), "1 and 1,234"}, {l.T("b", "n", 1), "1 cat"}, {l.T("b", "n", 1.0), "1 cat"}, {l.T("b", "n", 1.5), "1.5 cats"},
		{l.T("b", "n", "1"), "1 cat"}, {l.T("b", "n", 1001), "1,001 cats"}, {l.T("c"), "plain"}, {l.T("a", "x", "1"), "a"}, {l.T("nothing"), "nothing"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
	for _, wrong := range [][]any{{"x"}, {"x", "1", "y"}, {"x", []int{1}, "y", "2"}, {1, 2}} {
		if got, err := l.Message("a", wrong...); err == nil {
			t.Errorf("%v gives %q", wrong, got)
		}
	}
	if _, err := l.Message("nothing"); err == nil {
		t.Error("an unknown key is no error")
	}
}
