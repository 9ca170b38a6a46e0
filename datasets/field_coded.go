package datasets

import (
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// codedField is a field whose values are converted to codes of type T.
type codedField[T any] struct {
	field field
	codes *columnar.Coder[T]
}

// newCodedField binds a conversion to a field. of receives the value behind the
// field's look-up, which is never empty, and may keep it.
func newCodedField[T any](f field, of func(text string) (code T, rule string)) *codedField[T] {
	return &codedField[T]{field: f, codes: columnar.NewCoder(func(text string) (code T, known bool, rule string) {
		value, ok := f.translate(text)
		switch {
		case !ok:
			return code, false, f.noKey()
		case value == "":
			return code, false, ""
		}
		code, rule = of(strings.Clone(value))
		return code, rule == "", rule
	})}
}

// at returns the code in row i; known is false when the value is missing. ok is
// false, and the problem noted, when the value breaks a rule.
func (c *codedField[T]) at(b *columnar.Block, i int) (code T, known, ok bool) {
	if !c.field.bound {
		return code, false, true
	}
	var rule string
	if c.field.parts != nil {
		code, known, rule = c.codes.OfText(c.field.joined(b, i))
	} else {
		v, at := c.field.vector(b, i)
		code, known, rule = c.codes.At(v, at)
	}
	if rule != "" {
		c.field.problem(b, i, rule)
		return code, false, false
	}
	return code, known, true
}

// must is at for a value that must be there.
func (c *codedField[T]) must(b *columnar.Block, i int) (code T, ok bool) {
	code, known, ok := c.at(b, i)
	if ok && !known {
		c.field.problem(b, i, "is empty")
	}
	return code, ok && known
}
