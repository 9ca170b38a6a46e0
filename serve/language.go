package serve

import (
	"strconv"
	"strings"

	"github.com/etappe/etappe/features"
)

// Language is a language that texts are written in.
type Language string

// The languages. The zero value stands for English.
const (
	English Language = "en"
	German  Language = "de"
)

// ParseLanguage chooses the language that an Accept-Language header (RFC 9110,
// 12.5.4) weighs highest; English where it names neither.
func ParseLanguage(header string) Language {
	best, weight := English, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
			parsed, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue
			}
			q = parsed
		}
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if language := Language(primary); q > weight && (language == English || language == German) {
			best, weight = language, q
		}
	}
	return best
}

// pick returns the text of the language.
func (l Language) pick(en, de string) string {
	if l == German {
		return de
	}
	return en
}

// of returns a catalogue text in the language, or the other one's where it is
// not written.
func (l Language) of(t features.Text) string {
	text := l.pick(t.En, t.De)
	if text == "" {
		text = t.En
	}
	return text
}
