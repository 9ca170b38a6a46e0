package datasets

import "strings"

// maxRemembered bounds what a coder remembers, so that a column of ids without
// end does not fill the memory.
const maxRemembered = 1 << 20

// coder turns the values of a field into codes and remembers them: by entry of
// a Parquet dictionary, by text, or by whole number. A value is translated once,
// not once per row.
type coder[T any] struct {
	field   field
	of      func(text string) (T, string) // the code, or the rule that is broken
	byText  map[string]coded[T]
	byInt   map[int64]coded[T]
	byCode  []coded[T]
	version int // of the dictionary that byCode is for
}

// coded is what became of a value.
type coded[T any] struct {
	code  T
	rule  string // the rule that the value breaks; "": none
	known bool   // the value was translated already
}

func newCoder[T any](f field, of func(string) (T, string)) *coder[T] {
	return &coder[T]{field: f, of: of, byText: map[string]coded[T]{}, byInt: map[int64]coded[T]{}}
}

// at returns the code in row i; known is false when the value is missing. ok is
// false, and the problem noted, when the value breaks a rule.
func (c *coder[T]) at(b *block, i int) (code T, known, ok bool) {
	if !c.field.bound {
		return code, false, true
	}
	v, i0 := c.field.vector(b, i)
	if v.version == c.version && c.version != 0 && v.codes[i0] >= 0 {
		if found := &c.byCode[v.codes[i0]]; found.known && found.rule == "" { // the way of almost every row
			return found.code, true, true
		}
	}
	if v.missing(i0) {
		return code, false, true
	}
	found := c.find(v, i0)
	if found.rule != "" {
		c.field.problem(b, i, found.rule)
		return code, false, false
	}
	return found.code, true, true
}

// must is at for a value that must be there.
func (c *coder[T]) must(b *block, i int) (code T, ok bool) {
	code, known, ok := c.at(b, i)
	if ok && !known {
		c.field.problem(b, i, "is empty")
	}
	return code, ok && known
}

func (c *coder[T]) find(v *vector, i int) coded[T] {
	switch {
	case v.coded():
		if c.version != v.version {
			c.version = v.version
			c.byCode = append(c.byCode[:0], make([]coded[T], len(v.dict))...)
		}
		found := &c.byCode[v.codes[i]]
		if !found.known {
			*found = c.translate(v.string(i))
		}
		return *found
	case v.kind == kindInt:
		found, ok := c.byInt[v.ints[i]]
		if !ok {
			if len(c.byInt) >= maxRemembered {
				clear(c.byInt)
			}
			found = c.translate(v.string(i))
			c.byInt[v.ints[i]] = found
		}
		return found
	}
	return c.text(v.string(i))
}

func (c *coder[T]) text(text string) coded[T] {
	found, ok := c.byText[text]
	if !ok {
		if len(c.byText) >= maxRemembered {
			clear(c.byText)
		}
		found = c.translate(text)
		c.byText[strings.Clone(text)] = found
	}
	return found
}

func (c *coder[T]) translate(text string) coded[T] {
	found := coded[T]{known: true}
	value, ok := c.field.translate(text)
	switch {
	case !ok:
		found.rule = c.field.noKey()
	case value == "":
		found.rule = "is empty"
	default:
		found.code, found.rule = c.of(strings.Clone(value))
	}
	return found
}

// timeReader reads a field's dates as Unix seconds. Event files repeat their
// dates, so a date in text is parsed once.
type timeReader struct {
	field field
	check dateRule
	texts *coder[int64]
}

func newTimeReader(f field, check dateRule) *timeReader {
	return &timeReader{field: f, check: check, texts: newCoder(f, func(text string) (int64, string) {
		us, ok := f.dates.text(text)
		if !ok {
			return 0, f.dates.rule
		}
		return floorDiv(us, 1e6), check.broken(us)
	})}
}

// at returns the time in row i in Unix seconds; known is false when it is
// missing. ok is false, and the problem noted, when it breaks a rule.
func (r *timeReader) at(b *block, i int) (seconds int64, known, ok bool) {
	f := &r.field
	if !f.bound {
		return 0, false, true
	}
	if v, _ := f.vector(b, i); v.kind == kindText || f.lookup != nil {
		return r.texts.at(b, i)
	}
	us, known, rule := f.micros(b, i)
	if rule == "" && known {
		rule = r.check.broken(us)
	}
	if rule != "" {
		f.problem(b, i, rule)
		return 0, false, false
	}
	return floorDiv(us, 1e6), known, true
}

// must is at for a time that must be there.
func (r *timeReader) must(b *block, i int) (int64, bool) {
	seconds, known, ok := r.at(b, i)
	if ok && !known {
		r.field.problem(b, i, "is empty")
	}
	return seconds, ok && known
}
