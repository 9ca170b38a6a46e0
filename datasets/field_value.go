package datasets

import (
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

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
