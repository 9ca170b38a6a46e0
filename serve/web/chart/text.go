package chart

import (
	"strings"
	"unicode/utf8"
)

// TextWidth estimates how wide a text of the given font size is drawn, in the
// same units, rather too wide than too narrow: the font is the reader's.
func TextWidth(text string, size float64) float64 {
	total := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljtfrI.,:;'|! ()", r):
			total += 0.38
		case strings.ContainsRune("mwMW%→", r):
			total += 0.95
		case r >= 'A' && r <= 'Z', strings.ContainsRune("ÄÖÜ+−", r):
			total += 0.74
		case r < 0x250:
			total += 0.61
		default: // other scripts may be as wide as high
			total++
		}
	}
	return total * size
}

// fit cuts a text that would be drawn wider than width, with an ellipsis.
func fit(text string, size, width float64) string {
	if TextWidth(text, size) <= width {
		return text
	}
	for len(text) > 0 {
		_, last := utf8.DecodeLastRuneInString(text)
		text = strings.TrimRight(text[:len(text)-last], " ,")
		if TextWidth(text+"…", size) <= width {
			return text + "…"
		}
	}
	return ""
}

// between keeps v within low and high.
func between(v, low, high float64) float64 { return max(low, min(v, high)) }

// wrap breaks a text into at most lines of width, at blanks; what does not fit
// into the last one is cut with an ellipsis.
func wrap(text string, size, width float64, lines int) []string {
	var list []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		next := strings.TrimSpace(line + " " + word)
		if line != "" && len(list) < lines-1 && TextWidth(next, size) > width {
			list = append(list, fit(line, size, width))
			next = word
		}
		line = next
	}
	return append(list, fit(line, size, width))
}
