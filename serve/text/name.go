package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations are words of event types and attributes that are read letter by
// letter.
var abbreviations = map[string]string{
	"api": "API", "arr": "ARR", "ces": "CES", "crm": "CRM", "csat": "CSAT", "csm": "CSM", "csv": "CSV",
	"id": "ID", "kpi": "KPI", "mrr": "MRR", "nps": "NPS", "pdf": "PDF", "qbr": "QBR", "sla": "SLA", "sso": "SSO", "url": "URL",
}

// longestAbbreviation is how many letters the longest of them has.
const longestAbbreviation = 4

// Readable writes a name of the tables as words: first_export is "first export",
// nps_response "NPS response".
func Readable(name string) string { return abbreviated(strings.ReplaceAll(name, "_", " ")) }

// Capital writes a text's first letter large.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

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
