// Package texttest makes languages for tests: one in which every message stands
// in brackets, so that a text from elsewhere shows, and ones with the plural forms
// of any tag.
package texttest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"github.com/etappe/etappe/serve/text"
)

// The brackets of the pseudo-locale.
const (
	Open  = "⟦"
	Close = "⟧"
)

// placeholders finds what a message leaves open.
var placeholders = regexp.MustCompile(`\{[^{}]*\}`)

// Pseudo is English with the words of every message in brackets: "As of {date}"
// becomes "⟦As of ⟧{date}". What fills the placeholder must bring its own.
func Pseudo(t testing.TB) text.Language {
	t.Helper()
	return rewritten(t, "en-XA", func(_, form string) string { return bracketed(form) })
}

// bracketed puts the words between placeholders in brackets; what has no letter
// stays as it is.
func bracketed(form string) string {
	var b strings.Builder
	at := 0
	words := func(text string) {
		if HasLetter(text) {
			text = Open + text + Close
		}
		b.WriteString(text)
	}
	for _, place := range placeholders.FindAllStringIndex(form, -1) {
		words(form[at:place[0]])
		b.WriteString(form[place[0]:place[1]])
		at = place[1]
	}
	words(form[at:])
	return b.String()
}

// Like is a catalogue for a tag: the messages of English, with the plural forms
// that the tag has, each of which is its category's name.
func Like(t testing.TB, tag string) text.Language {
	t.Helper()
	return rewritten(t, tag, func(category, form string) string {
		if category != "" {
			return category + strings.Join(placeholders.FindAllString(form, -1), "")
		}
		return form
	})
}

// rewritten makes a catalogue from that of English; category is "" for a message
// without plural forms.
func rewritten(t testing.TB, tag string, change func(category, form string) string) text.Language {
	t.Helper()
	var source map[string]any
	if err := json.Unmarshal(text.Source(text.English), &source); err != nil {
		t.Fatal(err)
	}
	for key, value := range source {
		switch v := value.(type) {
		case string:
			source[key] = change("", v)
		case map[string]any:
			forms := map[string]string{}
			for _, category := range text.Plurals(language.MustParse(tag)) {
				form, _ := v[category].(string)
				if form == "" {
					form, _ = v["other"].(string)
				}
				forms[category] = change(category, form)
			}
			source[key] = forms
		}
	}
	data, err := json.Marshal(source)
	if err != nil {
		t.Fatal(err)
	}
	l, err := text.New(tag, data)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
