package columnar

import (
	"math"
	"strconv"
	"time"
)

// Kind is how a vector holds its values.
type Kind uint8

// The kinds of vectors.
const (
	Text Kind = iota
	Int
	Float
	Bool
	Time
)

// Vector is one column of a block. Text is held either plainly (CSV) or as
// codes into a dictionary (Parquet), so that a value is looked at once per
// dictionary instead of once per row.
type Vector struct {
	Kind    Kind
	Strings []string  // Text: "" is missing
	Lasting bool      // Text: the strings hold on to each other at most, not to their lines
	Codes   []int32   // Text by dictionary: index into dict; -1 is missing. Then text is empty
	Dict    []string  // trimmed
	Version int       // Text by dictionary: changes whenever dict does, never 0
	Ints    []int64   // Int; Bool: 0 or 1; Time: microseconds since 1970, UTC
	Null    []bool    // kindInt, kindBool, Time: missing; empty: none is
	Floats  []float64 // Float: NaN is missing
}

// Coded reports whether the vector holds codes into a dictionary.
func (v *Vector) Coded() bool { return v.Version != 0 }

// Missing reports whether row i has no value.
func (v *Vector) Missing(i int) bool {
	switch {
	case v.Kind == Float:
		return math.IsNaN(v.Floats[i])
	case v.Kind != Text:
		return len(v.Null) > 0 && v.Null[i]
	case v.Coded():
		return v.Codes[i] < 0 || v.Dict[v.Codes[i]] == ""
	}
	return v.Strings[i] == ""
}

// Text returns the value of row i as text, "" when it is missing. Numbers
// are written as briefly as they read back, times in ISO 8601.
func (v *Vector) Text(i int) string {
	if v.Missing(i) {
		return ""
	}
	switch v.Kind {
	case Int:
		return strconv.FormatInt(v.Ints[i], 10)
	case Float:
		return FormatFloat(v.Floats[i])
	case Bool:
		return strconv.FormatBool(v.Ints[i] != 0)
	case Time:
		return formatMicros(v.Ints[i])
	}
	if v.Coded() {
		return v.Dict[v.Codes[i]]
	}
	return v.Strings[i]
}

// Float returns the value of row i as a number, NaN when it is missing; ok is
// false when the value is not a number. An infinite number is ok: whether it
// is allowed is the caller's decision.
func (v *Vector) Float(i int) (x float64, ok bool) {
	if v.Missing(i) {
		return math.NaN(), true
	}
	switch v.Kind {
	case Float:
		return v.Floats[i], true
	case Int, Bool:
		return float64(v.Ints[i]), true
	case Time:
		return math.NaN(), false
	}
	return ParseNumber(v.Text(i))
}

// reset empties the vector and keeps its memory.
func (v *Vector) reset(k Kind) {
	*v = Vector{Kind: k, Strings: v.Strings[:0], Codes: v.Codes[:0], Ints: v.Ints[:0], Null: v.Null[:0], Floats: v.Floats[:0]}
}

func formatMicros(us int64) string {
	t := time.UnixMicro(us).UTC()
	if us%(86400*1e6) == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05.999999")
}
