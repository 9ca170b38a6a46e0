package texttest

import (
	"regexp"
	"strings"
	"unicode"
)

// HasLetter reports whether a text has something to read.
func HasLetter(text string) bool { return strings.IndexFunc(text, unicode.IsLetter) >= 0 }

// inBrackets finds texts of the pseudo-locale.
var inBrackets = regexp.MustCompile(Open + `[^` + Open + Close + `]*(` + Close + `|…)`)

// runs finds what is written between blanks and signs.
var runs = regexp.MustCompile(`[\pL\pM\d_.:'’-]*\pL[\pL\pM\d_.:'’-]*`)

// Unbracketed lists the words of a text that no message has written and that are
// none of data, the names and values that come from tables: each once, in order.
func Unbracketed(written string, data ...string) []string {
	rest := inBrackets.ReplaceAllString(written, " ")
	for _, d := range data {
		if d != "" {
			rest = strings.ReplaceAll(rest, d, " ")
		}
	}
	seen := map[string]bool{}
	var list []string
	for _, word := range runs.FindAllString(rest, -1) {
		if !seen[word] {
			seen[word] = true
			list = append(list, word)
		}
	}
	return list
}
