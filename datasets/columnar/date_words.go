package columnar

// Word is a word of a configuration or of a file, and what it means.
type Word struct {
	Word    string `json:"word"`
	Meaning string `json:"meaning"`
}

// DateFormats lists what ParseDateFormat reads beside patterns and layouts.
var DateFormats = []Word{
	{"", "ISO 8601: 2024-01-31, 2024-01-31T12:30:05, a blank for the T, a fraction of the second, and Z, UTC, +02, +0200 or +02:00 behind"},
	{"unix", "seconds since 1970-01-01, UTC; fractions are allowed"},
	{"unix_ms", "milliseconds since 1970-01-01, UTC"},
	{"days since 2020-01-01", "days since any day that is named; days since 1899-12-30 reads a spreadsheet's serial dates"},
	{"%d.%m.%Y", "a strftime pattern of the conversions below"},
	{"02.01.2006", "a Go layout: how 2006-01-02 15:04:05 would stand in the column"},
}

// conversion is one of strftime's, its Go layout and its meaning.
type conversion struct {
	letter          byte
	layout, meaning string
}

// conversions are the C library's that a pattern may hold. The short forms of
// day and month read one digit and two.
var conversions = []conversion{
	{'Y', "2006", "year, four digits"}, {'y', "06", "year, two digits: 69 to 99 are 1969 to 1999"},
	{'m', "1", "month, 1 to 12, one digit or two"}, {'b', "Jan", "month, short English name"}, {'h', "Jan", "month, short English name"},
	{'B', "January", "month, English name"},
	{'d', "2", "day of the month, one digit or two"}, {'e', "_2", "day of the month, blank-padded"}, {'j', "002", "day of the year, three digits"},
	{'a', "Mon", "day of the week, short English name"}, {'A', "Monday", "day of the week, English name"},
	{'H', "15", "hour, 00 to 23"}, {'I', "03", "hour, 01 to 12"}, {'p', "PM", "AM or PM"},
	{'M', "04", "minute"}, {'S', "05", "second; a fraction may follow (%S.%f)"},
	{'z', "-0700", "time zone as a number: +0200"}, {'Z', "MST", "time zone by its name: one of a fixed list, or GMT+2"},
	{'F', "2006-01-02", "%Y-%m-%d"}, {'T', "15:04:05", "%H:%M:%S"}, {'R', "15:04", "%H:%M"}, {'D', "01/02/06", "%m/%d/%y"},
	{'%', "%", "a percent sign"},
}

// strftime returns the Go layout of a conversion, "" when there is none.
func strftime(letter byte) string {
	for _, c := range conversions {
		if c.letter == letter {
			return c.layout
		}
	}
	return ""
}

// DateConversions lists the conversions of a strftime pattern.
func DateConversions() []Word {
	words := make([]Word, len(conversions))
	for i, c := range conversions {
		words[i] = Word{"%" + string(c.letter), c.meaning}
	}
	return words
}
