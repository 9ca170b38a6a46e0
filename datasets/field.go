package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// field is a Column bound to a file: where one of a table's fields comes from.
// The zero field is one the file does not have.
type field struct {
	in       *input
	column   string // the file's own name, or what stands for it in a problem
	at       int    // position in a block; constant when it is none
	bound    bool
	constant *columnar.Vector // a vector of one value, when the field is a constant
	parts    []int            // positions of the columns that together are the value; nil: one column
	lookup   lookupTable
	through  string            // the look-up's file
	missing  []string          // words that stand for a missing value
	values   map[string]string // translations of single values
	decimal  string            // what stands before the fraction; "": numbers are written plainly
	dates    *columnar.DateFormat
}

// bindTo binds a field into f. A column that is nil or empty falls back to the
// field's own name, where the file has such a column. A required one that is
// missing then breaks the contract; one that was mapped in vain is an error of
// configuration.
func (in *input) bindTo(f *field, c *Column, own string, required bool) error {
	if c == nil {
		c = &Column{}
	}
	var err error
	if *f, err = in.bind(c, own); err != nil {
		return err
	}
	if required && !f.bound {
		rule := fmt.Sprintf("is required and missing%s; the file has: %s (map another one in etappe.yaml)", names.DidYouMean(own, in.columns), names.Listed(in.columns))
		in.problems.Add(Problem{File: in.name, Column: own, Rule: rule})
	}
	return nil
}

// firstError returns the first error there is.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (in *input) bind(c *Column, own string) (field, error) {
	f := field{in: in, column: c.Column}
	var err error
	f.missing, f.values, f.decimal = c.Missing, c.normalMap(), c.Decimal
	if err := c.check(in.name, own); err != nil {
		return field{}, err
	}
	if f.dates, err = columnar.ParseDates(c.Format, c.Timezone); err != nil {
		return field{}, fmt.Errorf("%s, %s: %w", in.name, own, err)
	}
	switch {
	case c.Column != "" && c.Constant != "":
		return field{}, fmt.Errorf("%w: %s: %s is given both a column and a constant", ErrConfig, in.name, own)
	case c.Columns != nil:
		if err := in.bindParts(&f, c.Columns); err != nil {
			return field{}, err
		}
	case c.Constant != "":
		f.bound, f.column, f.constant = true, own, &columnar.Vector{Strings: []string{c.Constant}}
	default:
		if f.column == "" {
			f.column = own
		}
		f.at, f.bound = in.pick(f.column)
		if !f.bound && !c.isZero() {
			return field{}, in.noColumn(f.column)
		}
	}
	if c.Lookup != nil && f.bound {
		f.through = c.Lookup.Path
		f.lookup, err = in.loader.lookup(c.Lookup)
	}
	return f, err
}

// bindParts binds a field to several columns.
func (in *input) bindParts(f *field, columns []string) error {
	for _, name := range columns {
		at, ok := in.pick(name)
		if !ok {
			return in.noColumn(name)
		}
		f.parts = append(f.parts, at)
	}
	f.bound, f.column, f.at = true, strings.Join(columns, "/"), f.parts[0]
	return nil
}

// vector returns where the field's value in row i of b stands.
func (f *field) vector(b *columnar.Block, i int) (*columnar.Vector, int) {
	if f.constant != nil {
		return f.constant, 0
	}
	return &b.Vectors[f.at], i
}

// raw returns the value as it stands in the file, for problems.
func (f *field) raw(b *columnar.Block, i int) string {
	if f.parts != nil {
		return f.joined(b, i)
	}
	v, at := f.vector(b, i)
	return v.Text(at)
}

// joined returns the values of several columns in one, "" where one is missing.
func (f *field) joined(b *columnar.Block, i int) string {
	parts := make([]string, len(f.parts))
	for j, at := range f.parts {
		if parts[j] = b.Vectors[at].Text(i); parts[j] == "" {
			return ""
		}
	}
	return strings.Join(parts, "/")
}

// plain reports whether a value means what stands in the file.
func (f *field) plain() bool {
	return f.parts == nil && f.lookup == nil && f.values == nil && f.missing == nil && f.decimal == ""
}

// translate turns a value of the file into what it means: a missing word is
// missing, then the map and the look-up apply. A missing value stays missing.
func (f *field) translate(value string) (string, bool) {
	if value == "" || slices.Contains(f.missing, value) {
		return "", true
	}
	if mapped, ok := f.values[normalLevel(value)]; ok {
		value = mapped
	}
	if f.lookup == nil || value == "" {
		return value, true
	}
	found, ok := f.lookup[value]
	return found, ok
}

// noKey is the rule that a value breaks which its look-up does not have.
func (f *field) noKey() string { return "is not a key of the look-up " + f.through }

// text returns the field in row i, "" when it is missing. ok is false, and the
// problem noted, when a look-up does not have it.
func (f *field) text(b *columnar.Block, i int) (value string, ok bool) {
	if !f.bound {
		return "", true
	}
	raw := f.raw(b, i)
	value, ok = f.translate(raw)
	if !ok {
		f.problem(b, i, f.noKey())
	}
	return value, ok
}

// named is text that must be there.
func (f *field) named(b *columnar.Block, i int) (string, bool) {
	value, ok := f.text(b, i)
	if ok && value == "" {
		f.problem(b, i, "is empty")
	}
	return value, ok && value != ""
}

// number returns the field in row i, NaN when it is missing. ok is false, and
// the problem noted, when it is not a finite number.
func (f *field) number(b *columnar.Block, i int) (x float64, ok bool) {
	if !f.bound {
		return math.NaN(), true
	}
	v, at := f.vector(b, i)
	if f.plain() {
		x, ok = v.Float(at)
	} else {
		value, found := f.text(b, i)
		if !found {
			return math.NaN(), false
		}
		if value == "" {
			return math.NaN(), true
		}
		x, ok = f.parseNumber(value)
	}
	if rule := brokenNumber(x, ok, !v.Missing(at)); rule != "" {
		if _, fits, _ := spelled(f.raw(b, i)); fits != 0 && f.decimal == "" {
			rule += ` written plainly (decimal: "," or decimal: "." on the column reads thousands, currencies and the like)`
		}
		f.problem(b, i, rule)
		return math.NaN(), false
	}
	return x, true
}

// parseNumber reads a number as the column writes it.
func (f *field) parseNumber(s string) (float64, bool) {
	if f.decimal == "" {
		return columnar.ParseNumber(s)
	}
	return parseDecimal(s, f.decimal)
}

// absent reports whether row i has no value at all.
func (f *field) absent(b *columnar.Block, i int) bool {
	if !f.bound {
		return true
	}
	if f.parts != nil || f.missing != nil {
		raw := f.raw(b, i)
		return raw == "" || slices.Contains(f.missing, raw)
	}
	v, at := f.vector(b, i)
	return v.Missing(at)
}

// largest is the largest number taken for a measurement.
const largest = 1e300

// brokenNumber returns the rule that a number breaks, or "". present is
// false for a missing value, true for one that is written NaN.
func brokenNumber(x float64, ok, present bool) string {
	switch {
	case !ok:
		return "is not a number"
	case math.IsNaN(x) && present, math.Abs(x) > largest:
		return "is not a finite number up to 1e300"
	}
	return ""
}

// micros returns the field in row i in microseconds since 1970; known is false
// when it is missing. rule names what is broken.
func (f *field) micros(b *columnar.Block, i int) (us int64, known bool, rule string) {
	if f.absent(b, i) {
		return 0, false, ""
	}
	v, at := f.vector(b, i)
	ok := true
	switch {
	case f.plain() && v.Kind == columnar.Time:
		us = v.Ints[at]
	case f.plain() && v.Kind != columnar.Text && f.dates.Numeric:
		x, _ := v.Float(at)
		us, ok = f.dates.Number(x)
	default:
		value, found := f.translate(f.raw(b, i))
		if !found {
			return 0, false, f.noKey()
		}
		if value == "" {
			return 0, false, ""
		}
		us, ok = f.dates.Text(value)
	}
	if !ok {
		return 0, false, f.dates.Rule
	}
	return us, true, ""
}

// date returns the field in row i as a time that check lets pass; known is
// false when it is missing. ok is false, and the problem noted, otherwise.
func (f *field) date(b *columnar.Block, i int, check dateRule) (t time.Time, known, ok bool) {
	us, known, rule := f.micros(b, i)
	if rule == "" && known {
		rule = check.broken(us)
	}
	if rule != "" {
		f.problem(b, i, rule)
		return time.Time{}, false, false
	}
	if !known {
		return time.Time{}, false, true
	}
	return time.UnixMicro(us).UTC(), true, true
}

// must is date that must be there.
func (f *field) must(b *columnar.Block, i int, check dateRule) (time.Time, bool) {
	t, known, ok := f.date(b, i, check)
	if ok && !known {
		f.problem(b, i, "is empty")
	}
	return t, ok && known
}

// account returns the index of the account that the field names in row i. ok
// is false, and the problem noted, when there is none.
func (f *field) account(b *columnar.Block, i int) (int32, bool) {
	id, ok := f.named(b, i)
	if !ok {
		return 0, false
	}
	index, ok := f.in.index[id]
	if !ok {
		f.problem(b, i, unknownAccount)
	}
	return index, ok
}

const unknownAccount = "is no account of the accounts table"

func (f *field) problem(b *columnar.Block, i int, rule string) {
	f.in.problem(b, i, f.column, rule, f.raw(b, i))
}
