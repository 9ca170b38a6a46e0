package history

import (
	"slices"
	"strings"
	"unicode"
)

// maxTerm is how many bytes of a word are searched.
const maxTerm = 64

// terms splits a text into its words: runs of letters and digits, in lower
// case. Everything else only separates, so that no text has a meaning of its
// own to the database.
func terms(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, word := range words {
		words[i] = cut(word, maxTerm)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// searchWords are the words that an account is found by, sorted, each once.
func searchWords(id, name string) []string { return terms(id + " " + name) }

// searchText holds the words of an account for LIKE '% beginning%'. Words hold
// no character that LIKE treats as special.
func searchText(words []string) string { return " " + strings.Join(words, " ") }

// termEnd is behind every word that begins with a term: no UTF-8 text holds
// its byte order's last character.
func termEnd(term string) string { return term + "\U0010FFFF" }
