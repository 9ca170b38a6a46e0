package features

import (
	"slices"
	"strings"
	"unicode"

	"github.com/etappe/etappe/features/catalog"
)

// Words in a name that give its theme away. A word fits with a plural s.
var (
	sentimentWords  = []string{"nps", "survey", "csat", "ces", "sentiment", "rating", "satisfaction", "feedback", "stars"}
	supportWords    = []string{"ticket", "support", "case", "complaint", "incident", "helpdesk", "escalation"}
	commercialWords = []string{"invoice", "payment", "billing", "bill", "charge", "price", "pricing", "discount", "contract",
		"plan", "mrr", "arr", "revenue", "fee", "subscription", "refund", "dunning", "seat", "license", "licence"}
	calendarWords = []string{"tenure", "renewal", "age", "anniversary"}
	peopleWords   = []string{"user", "member", "admin", "employee", "people", "person", "champion"}
	seatWords     = []string{"seat", "license", "licence"}
	countWords    = []string{"n", "num", "number", "count", "of", "total", "paid", "purchased", "contracted", "booked",
		"set", "level"}
	changeWords = []string{"change", "changed", "update", "updated"}
	// What the team does is no product use.
	careWords   = []string{"csm", "qbr", "intervention"}
	carePhrases = []string{"call logged", "logged call", "business review", "customer service", "service call"}
)

// words splits a name at everything that is no letter or digit and where a
// small letter meets a capital one: "TechSupport_calls" is tech, support, calls.
func words(name string) []string {
	var b strings.Builder
	small := false
	for _, r := range name {
		if unicode.IsUpper(r) && small {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r) || unicode.IsDigit(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = ' '
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(b.String())
}

// hasWord reports whether one of the words stands in the name.
func hasWord(name string, list []string) bool {
	for _, word := range words(name) {
		if slices.Contains(list, word) || slices.Contains(list, strings.TrimSuffix(word, "s")) {
			return true
		}
	}
	return false
}

// hasPhrase reports whether one of the phrases stands in the name.
func hasPhrase(name string, phrases []string) bool {
	all := strings.Join(words(name), " ")
	return slices.ContainsFunc(phrases, func(phrase string) bool { return strings.Contains(all, phrase) })
}

// isSeats reports whether a name can only mean a number of seats: "seat_count",
// not "price_per_seat".
func isSeats(name string) bool {
	for _, word := range words(name) {
		if !slices.Contains(countWords, word) && !slices.Contains(changeWords, word) && !hasWord(word, seatWords) {
			return false
		}
	}
	return hasWord(name, seatWords)
}

// guessTypeTheme guesses the theme of an event type.
func guessTypeTheme(name string) catalog.Theme {
	switch {
	case hasWord(name, sentimentWords):
		return catalog.Sentiment
	case hasWord(name, supportWords), hasWord(name, careWords), hasPhrase(name, carePhrases):
		return catalog.Support
	case hasWord(name, commercialWords):
		return catalog.Commercial
	}
	return catalog.Adoption
}

// guessColumnTheme guesses the theme of an account attribute or table column;
// otherwise is the theme of what remains.
func guessColumnTheme(name string, otherwise catalog.Theme) catalog.Theme {
	if hasWord(name, calendarWords) || hasPhrase(name, []string{"account length"}) {
		return catalog.Calendar
	}
	if theme := guessTypeTheme(name); theme != catalog.Adoption {
		return theme
	}
	if hasWord(name, peopleWords) {
		return catalog.People
	}
	return otherwise
}
