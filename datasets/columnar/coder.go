package columnar

import "strings"

// maxCached bounds the cache of a coder, so that a column of ever new ids does
// not fill the memory.
const maxCached = 1 << 20

// Coder converts the values of one column to codes of type T and caches them by
// entry of a Parquet dictionary, by text or by whole number: a value is
// converted once, not once per row.
type Coder[T any] struct {
	convert func(text string) (code T, known bool, rule string)
	byText  map[string]coded[T]
	byInt   map[int64]coded[T]
	byCode  []coded[T]
	version int // of the dictionary that byCode is for
}

// coded is the cached result for one value.
type coded[T any] struct {
	code  T
	known bool   // false: missing, or broken
	rule  string // the rule that the value breaks; "": none
	done  bool   // the value was converted already
}

// NewCoder returns a coder with an empty cache. convert returns the code of a
// text that is not empty, known false where the text stands for a missing value,
// or the rule that the text breaks; it may keep the text.
func NewCoder[T any](convert func(text string) (code T, known bool, rule string)) *Coder[T] {
	return &Coder[T]{convert: convert, byText: map[string]coded[T]{}, byInt: map[int64]coded[T]{}}
}

// At returns the code of row i; known is false when the value is missing. rule
// is the rule that the value breaks, "" when it breaks none.
func (c *Coder[T]) At(v *Vector, i int) (code T, known bool, rule string) {
	if v.Version == c.version && c.version != 0 && v.Codes[i] >= 0 {
		if found := &c.byCode[v.Codes[i]]; found.known { // almost every row
			return found.code, true, ""
		}
	}
	if v.Missing(i) {
		return code, false, ""
	}
	found := c.find(v, i)
	return found.code, found.known, found.rule
}

// OfText is At for a text that stands in no vector; "" is missing.
func (c *Coder[T]) OfText(text string) (code T, known bool, rule string) {
	if text == "" {
		return code, false, ""
	}
	found := c.text(text)
	return found.code, found.known, found.rule
}

func (c *Coder[T]) find(v *Vector, i int) coded[T] {
	switch {
	case v.Coded():
		if c.version != v.Version {
			c.version = v.Version
			c.byCode = append(c.byCode[:0], make([]coded[T], len(v.Dict))...)
		}
		found := &c.byCode[v.Codes[i]]
		if !found.done {
			*found = c.result(v.Text(i))
		}
		return *found
	case v.Kind == Int:
		found, ok := c.byInt[v.Ints[i]]
		if !ok {
			if len(c.byInt) >= maxCached {
				clear(c.byInt)
			}
			found = c.result(v.Text(i))
			c.byInt[v.Ints[i]] = found
		}
		return found
	}
	return c.text(v.Text(i))
}

func (c *Coder[T]) text(text string) coded[T] {
	found, ok := c.byText[text]
	if !ok {
		if len(c.byText) >= maxCached {
			clear(c.byText)
		}
		text = strings.Clone(text)
		found = c.result(text)
		c.byText[text] = found
	}
	return found
}

func (c *Coder[T]) result(text string) coded[T] {
	code, known, rule := c.convert(text)
	return coded[T]{code: code, known: known && rule == "", rule: rule, done: true}
}
