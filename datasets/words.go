package datasets

import (
	"slices"

	"github.com/etappe/etappe/datasets/columnar"
)

// WordList is a list of words that a key of etappe.yaml or a column of a file
// may hold. The documentation is generated from these lists.
type WordList struct {
	Key   string          `json:"key"`   // where the words stand, stable
	Title string          `json:"title"` // what the list is, one line
	Words []columnar.Word `json:"words"`
}

// WordLists returns all lists of words, in the order in which a reader needs
// them.
func WordLists() []WordList {
	return []WordList{
		{"format", "Date formats: the key format of a column", columnar.DateFormats},
		{"format.conversions", "Conversions of a date format with %", columnar.DateConversions()},
		{"format.zones", "Zone names that %Z reads, and their distance from UTC in hours", columnar.ZoneNames()},
		{"format.guessed", "Date formats that config init tries, and that mark a column of a feature table as dates", wordsOf(columnar.GuessedFormats[1:])},
		{"delimiter", "Delimiters of a CSV file: one character, or", []columnar.Word{{Word: "tab", Meaning: "a tab, also written \\t"},
			{Word: "blanks", Meaning: "runs of blanks and tabs; a value with a blank stands in double quotes"}}},
		{"extension", "Files that are read and written, by the end of their name", columnar.Formats},
		{"take", "Choice between several translations of one key: the key take of a look-up", takeWords},
		{"outcome", "Outcomes of a renewal, in any case", outcomeWords},
		{"amount_per", "Spans that an amount of a period is for", amountWords},
		{"every", "Spans after which a running subscription comes up for renewal: the key every of periods", everyWords},
		{"missing", "Missing values in a feature table, in any case", wordsOf(missingWords[:])},
		{"missing.numbers", "Further words for missing values in a column of numbers of a feature table, in any case", wordsOf(missingSigns)},
		{"open", "Values of a feature table's target that mean not decided yet, in any case", wordsOf(openWords)},
		{"units", "Currencies and units before or behind the numbers of a column of a feature table", wordsOf(signs)},
	}
}

// wordsOf makes a list of words whose meaning is the list's title.
func wordsOf(words []string) []columnar.Word {
	list := make([]columnar.Word, len(words))
	for i, word := range slices.Clone(words) {
		list[i].Word = word
	}
	return list
}

var takeWords = []columnar.Word{
	{Word: "first", Meaning: "the first in the file"},
	{Word: "last", Meaning: "the last in the file"},
	{Word: "min", Meaning: "the smallest: numbers as numbers, else as text"},
	{Word: "max", Meaning: "the largest: numbers as numbers, else as text"},
}

var outcomeWords = []columnar.Word{
	{Word: "renewed", Meaning: "the contract goes on"},
	{Word: "churned", Meaning: "the contract ended"},
	{Word: "open", Meaning: "not decided yet; so is an empty value"},
}

var everyWords = []columnar.Word{
	{Word: "month", Meaning: "a month; the 31st becomes the last day of a shorter one"},
	{Word: "quarter", Meaning: "three months"},
	{Word: "year", Meaning: "twelve months"},
	{Word: "30 days", Meaning: "any number of days"},
}

var amountWords = []columnar.Word{
	{Word: "month", Meaning: "a month of the period; the default"},
	{Word: "year", Meaning: "a year of the period"},
	{Word: "period", Meaning: "the whole period"},
}
