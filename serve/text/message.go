package text

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// other is the plural category that every message has.
const other = "other"

// counted is the placeholder that plural forms are chosen by.
const counted = "n"

// message is a text by plural category; one without plural forms has other alone.
type message map[string][]segment

// segment is a piece of a text: words as they stand, or a placeholder's name.
type segment struct {
	text string
	name bool
}

// newMessage reads the forms of a message.
func newMessage(forms map[string]string) (message, error) {
	if _, ok := forms[other]; !ok {
		return nil, fmt.Errorf("no form %q", other)
	}
	m := message{}
	for category, text := range forms {
		if _, ok := categoryNames[category]; !ok {
			return nil, fmt.Errorf("%q is no plural category", category)
		}
		segments, err := split(text)
		if err != nil {
			return nil, err
		}
		m[category] = segments
	}
	return m, nil
}

// split cuts a text at its placeholders.
func split(text string) ([]segment, error) {
	var list []segment
	for text != "" {
		before, rest, open := strings.Cut(text, "{")
		if before != "" {
			list = append(list, segment{text: before})
		}
		if !open {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.ContainsAny(name, "{ ") {
			return nil, fmt.Errorf("a brace that is not closed in %q", text)
		}
		list = append(list, segment{name, true})
		text = after
	}
	return list, nil
}

// names lists the placeholders of all forms, sorted, each once.
func (m message) names() []string {
	seen := map[string]bool{}
	for _, segments := range m {
		for _, s := range segments {
			if s.name {
				seen[s.text] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// ErrMessage is wrapped where a message cannot be written: there is none of the key, or
// an argument is missing.
var ErrMessage = errors.New("no such message")

// Message writes the message of a key; args are names and values by turns. A
// value is a text as it stands, or a number that is written as Count writes it.
// The plural form is that of the argument n. ErrMessage for an unknown key and
// for a placeholder without argument.
func (l Language) Message(key string, args ...any) (string, error) {
	c := l.catalogue()
	m, ok := c.words[key]
	if !ok {
		return key, fmt.Errorf("%w: %s has no %q", ErrMessage, l, key)
	}
	segments := m[other]
	if len(m) > 1 {
		form := c.category(l.argument(args, counted))
		if chosen, ok := m[form]; ok {
			segments = chosen
		}
	}
	if len(segments) == 1 && !segments[0].name {
		return segments[0].text, nil
	}
	var room [256]byte // most texts fit without another piece of memory
	b := room[:0]
	for _, s := range segments {
		if !s.name {
			b = append(b, s.text...)
			continue
		}
		value, ok := l.argument(args, s.text)
		if !ok {
			return key, fmt.Errorf("%w: %q has no argument %q", ErrMessage, key, s.text)
		}
		b = append(b, value...)
	}
	return string(b), nil
}

// T is Message for keys and arguments that a test has looked up; where it fails
// it returns the key.
func (l Language) T(key string, args ...any) string {
	text, err := l.Message(key, args...)
	if err != nil {
		return key
	}
	return text
}

// Has reports whether there is a message of a key, for keys that are put together.
func (l Language) Has(key string) bool {
	_, ok := l.catalogue().words[key]
	return ok
}

// argument writes the value of a name among arguments.
func (l Language) argument(args []any, name string) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v, true
		case int:
			return l.Whole(v), true
		case float64:
			return l.Rounded(v), true
		}
		return "", false
	}
	return "", false
}

// categoryNames are the plural categories of the CLDR.
var categoryNames = map[string]plural.Form{
	other: plural.Other, "zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many,
}

// category is the plural category of a number as it is written.
func (c *catalogue) category(written string, ok bool) string {
	if !ok {
		return other
	}
	whole, fraction := c.symbols.digits(written)
	n := lastDigits(whole)
	if fraction != "" || len(whole) > 3 {
		return categoryOf(c.tag, whole, fraction)
	}
	if known := c.plurals[n].Load(); known != nil {
		return *known
	}
	form := categoryOf(c.tag, whole, fraction)
	c.plurals[n].Store(&form)
	return form
}

// categoryOf is the plural category of a number given by its digits.
func categoryOf(tag language.Tag, whole, fraction string) string {
	trimmed := strings.TrimRight(fraction, "0")
	form := plural.Cardinal.MatchPlural(tag, lastDigits(whole), len(fraction), len(trimmed), lastDigits(fraction), lastDigits(trimmed))
	for name, f := range categoryNames {
		if f == form {
			return name
		}
	}
	return other
}

// lastDigits is the number that digits stand for, of a long one a number that
// the plural rules do not distinguish from it: they read its last seven digits.
func lastDigits(digits string) int {
	n := 0
	if len(digits) > 7 {
		n, digits = 1, digits[len(digits)-7:]
	}
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

// categoriesOf lists the plural categories of a language, sorted.
func categoriesOf(tag language.Tag) []string {
	seen := map[string]bool{}
	for n := range 201 {
		seen[categoryOf(tag, fmt.Sprint(n), "")] = true
	}
	for _, fraction := range []string{"0", "1", "5"} {
		seen[categoryOf(tag, "1", fraction)] = true
	}
	seen[categoryOf(tag, "1000000", "")] = true
	return slices.Sorted(maps.Keys(seen))
}
