package history

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// shortest is how many characters a fragment has that the index of trigrams finds
// by itself; shorter ones are found as the beginnings of trigrams.
const shortest = 3

// mostWords and mostTrigrams are how much of a long search is looked up in the
// index; rows that are found are held against all of it.
const (
	mostWords    = 16
	mostTrigrams = 12
)

// rank is how well an account must fit a search.
type rank int

// The ranks of SortMatch; each leaves out those before it.
const (
	rankExact  rank       = iota // its id or name is what is searched
	rankPrefix                   // its id or name begins so
	rankPart                     // each word is a part of its id or name
	anyRank    = rank(-1)        // as rankPart, with those before
)

// needle is a fragment in its spellings, any of which may be found.
type needle []string

// spellings is a needle of a folded text, with what it stands after and before.
func spellings(before, folded, after string) needle {
	n := needle{before + folded + after}
	if other := spelled(folded); other != folded && utf8.RuneCountInString(other) >= shortest {
		n = append(n, before+other+after)
	}
	return n
}

// wordNeedles are the needles of a search: its words, longest first, each once.
func wordNeedles(search string) []needle {
	words := strings.Fields(fold(search))
	slices.SortStableFunc(words, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	words = slices.Compact(words)
	var list []needle
	for _, word := range words[:min(len(words), mostWords)] {
		list = append(list, spellings("", word, ""))
	}
	return list
}

// needles are what an account of a rank must have, and what it must not.
func needles(search string, r rank) (must []needle, not needle) {
	whole := fold(search)
	switch r {
	case rankExact:
		return []needle{spellings(edge, whole, edge)}, nil
	case rankPrefix:
		return []needle{spellings(edge, whole, "")}, spellings(edge, whole, edge)
	case rankPart:
		not = spellings(edge, whole, "")
	}
	return wordNeedles(search), not
}

// likeEscape lets a text stand for itself in LIKE … ESCAPE '\'.
var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// sql is the condition that a folded column has a needle.
func (n needle) sql(column string) (condition string, args []any) {
	parts := make([]string, len(n))
	for i, text := range n {
		parts[i] = column + ` LIKE ? ESCAPE '\'`
		args = append(args, "%"+likeEscape.Replace(text)+"%")
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// short reports whether the index of trigrams does not find a spelling by itself.
func (n needle) short() bool {
	return slices.ContainsFunc(n, func(text string) bool { return utf8.RuneCountInString(text) < shortest })
}

// match is a needle as FTS5 searches it: all trigrams of one of its spellings.
// Each stands in quotes, so that none is an operator.
func (n needle) match() string {
	parts := make([]string, len(n))
	for i, text := range n {
		parts[i] = "(" + strings.Join(trigrams(text), " AND ") + ")"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// trigrams are the quoted trigrams of a text, at most mostTrigrams of them.
func trigrams(text string) []string {
	runes := []rune(text)
	n := len(runes) - shortest + 1
	step := (n + mostTrigrams - 1) / mostTrigrams
	var list []string
	for i := 0; i < n; i += step {
		if gram := `"` + strings.ReplaceAll(string(runes[i:i+shortest]), `"`, `""`) + `"`; !slices.Contains(list, gram) {
			list = append(list, gram)
		}
	}
	return list
}

// behind is after every text that begins with one: no UTF-8 text holds its byte
// order's last character.
func behind(text string) string { return text + "\U0010FFFF" }
