package history

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// accents are the combining marks of Latin, Greek and Cyrillic letters. Marks of
// other scripts are letters of their own, and stay.
var accents = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x0300, Hi: 0x036F, Stride: 1}}}

// unaccented writes letters that Unicode does not take apart, and signs of which
// a keyboard has one, in their plain form.
var unaccented = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th",
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "’", "'", "‘", "'", "ʼ", "'")

// fold is a text as it is searched: letters without case and accent, of one
// width, ß as ss, and one blank between words. Texts that fold to the same are
// the same to a reader who searches.
func fold(text string) string {
	// A transformer has a state: each call has its own.
	plain := transform.Chain(norm.NFKC, cases.Fold(), norm.NFKD, runes.Remove(runes.In(accents)), norm.NFC)
	folded, _, err := transform.String(plain, text)
	if err != nil {
		folded = strings.ToLower(text)
	}
	return strings.Join(strings.FieldsFunc(unaccented.Replace(folded), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// umlauts are how German writes a vowel where a keyboard has no dots.
var umlauts = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")

// spelled is a folded text with its umlauts as plain vowels, so that Mueller,
// Müller and Muller are one.
func spelled(folded string) string { return umlauts.Replace(folded) }

// searchText is what an account is found in: each spelling of its id and of its
// name after the character edge, and two of them at the end, so that every character begins
// three (see shortest).
func searchText(id, name string) string {
	var b strings.Builder
	add := func(texts ...string) {
		for _, text := range texts {
			if text != "" {
				b.WriteString(edge + text)
			}
		}
	}
	id, name = fold(id), fold(name)
	add(id, name)
	if other := spelled(id); other != id {
		add(other)
	}
	if other := spelled(name); other != name {
		add(other)
	}
	return b.String() + edge + edge
}

// edge is before and behind every text that is searched. No folded text holds it.
const edge = "\n"
