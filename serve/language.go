package serve

import (
	"strconv"
	"strings"
	"time"
	"unicode"

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
// not written, its abbreviations in capitals.
func (l Language) of(t features.Text) string {
	text := l.pick(t.En, t.De)
	if text == "" {
		text = t.En
	}
	return abbreviated(text)
}

// abbreviations are words of event types and attributes that are read letter by
// letter.
var abbreviations = map[string]string{
	"api": "API", "arr": "ARR", "ces": "CES", "crm": "CRM", "csat": "CSAT", "csm": "CSM", "csv": "CSV",
	"id": "ID", "kpi": "KPI", "mrr": "MRR", "nps": "NPS", "pdf": "PDF", "qbr": "QBR", "sla": "SLA", "sso": "SSO", "url": "URL",
}

// longestAbbreviation is how many letters the longest of them has.
const longestAbbreviation = 4

// abbreviated writes the abbreviations of a text in capitals.
func abbreviated(text string) string {
	from, changed := 0, false
	var b strings.Builder
	for from < len(text) {
		word := strings.IndexFunc(text[from:], notLetter)
		if word < 0 {
			word = len(text) - from
		}
		written := text[from : from+word]
		if word <= longestAbbreviation {
			if capitals, ok := abbreviations[written]; ok {
				written, changed = capitals, true
			}
		}
		gap := strings.IndexFunc(text[from+word:], unicode.IsLetter)
		if gap < 0 {
			gap = len(text) - from - word
		}
		b.WriteString(written)
		b.WriteString(text[from+word : from+word+gap])
		from += word + gap
	}
	if !changed {
		return text
	}
	return b.String()
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// Spoken reads a name of the tables out: first_export is "first export",
// nps_response "NPS response".
func Spoken(name string) string { return abbreviated(strings.ReplaceAll(name, "_", " ")) }

var months = [...]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}

// day writes a date in full: 3 March 2024, 3. März 2024.
func (l Language) day(t time.Time) string {
	if l == German {
		return t.Format("2. ") + months[t.Month()-1] + t.Format(" 2006")
	}
	return t.Format("2 January 2006")
}

// isoDay is day of a date as answers hold it, 2006-01-02; as it stands if it is
// none.
func (l Language) isoDay(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return l.day(t)
}

// days counts days after a preposition such as "in", "vor" or "nach": 1 day,
// 23 days; 1 Tag, 23 Tagen.
func (l Language) days(n int) string {
	if n == 1 {
		return l.whole(n) + l.pick(" day", " Tag")
	}
	return l.whole(n) + l.pick(" days", " Tagen")
}
