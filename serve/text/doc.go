// Package text writes what the rest computes: messages, numbers and dates in a
// reader's language.
//
// In come keys with named arguments, numbers with units, dates and codes; out go
// texts. The messages are data: one file a language, words.en.json and so on, a
// message a key:
//
//	"account.asof": "As of {date}",
//	"accounts": {"one": "{n} account", "other": "{n} accounts"}
//
// A placeholder stands in braces. A message with plural forms chooses by the
// argument n, after the categories of the Unicode CLDR (golang.org/x/text/
// feature/plural). The signs between digits come from the CLDR as well
// (golang.org/x/text/number), dates from patterns in the catalogue.
//
// A further language is one file, words.xx.json, with the keys of words.en.json;
// nothing else changes. It refuses a catalogue with a missing key, an unknown
// placeholder or a missing plural form.
package text
