package datasets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// rowBlocks reads a file as blocks of columns, so that no table reader knows
// whether it is CSV or Parquet.
type rowBlocks interface {
	// Columns returns the file's column names, trimmed, in file order.
	Columns() []string
	// Pick limits what Next reads to these columns (indices into Columns), in
	// that order. Without it Next reads all of them.
	Pick(columns []int)
	// Next returns the next block, or io.EOF after the last. The block and its
	// slices are used again by the next call; its strings may be kept, but
	// hold on to their whole line unless they are lasting (strings.Clone what
	// lives long).
	// A damaged file is a *ContractError that names it.
	Next() (*block, error)
	// Rows is how many rows are to come, as far as the file says so before it is
	// read: 0 if it does not. It is a hint; the file may lie.
	Rows() int
	Close() error
}

// block is a run of rows in columns.
type block struct {
	rows     int
	first    int64     // number in the file of the first row, 1-based
	numbers  []int64   // number in the file of every row; nil: they follow on first
	vectors  []vector  // one per picked column
	problems []Problem // rows that could not be read; they are not among rows
}

// number returns the 1-based number in the file of row i of the block.
func (b *block) number(i int) int64 {
	if b.numbers != nil {
		return b.numbers[i]
	}
	return b.first + int64(i)
}

// kind is how a vector holds its values.
type kind uint8

const (
	kindText kind = iota
	kindInt
	kindFloat
	kindBool
	kindTime
)

// vector is one column of a block. Text is held either plainly (CSV) or as
// codes into a dictionary (Parquet), so that a value is looked at once per
// dictionary instead of once per row.
type vector struct {
	kind    kind
	text    []string  // kindText: "" is missing
	lasting bool      // kindText: the strings hold on to each other at most, not to their lines
	codes   []int32   // kindText by dictionary: index into dict; -1 is missing. Then text is empty
	dict    []string  // trimmed
	version int       // kindText by dictionary: changes whenever dict does, never 0
	ints    []int64   // kindInt; kindBool: 0 or 1; kindTime: microseconds since 1970, UTC
	null    []bool    // kindInt, kindBool, kindTime: missing; empty: none is
	floats  []float64 // kindFloat: NaN is missing
}

// coded tells whether the vector holds codes into a dictionary.
func (v *vector) coded() bool { return v.version != 0 }

// missing tells whether row i has no value.
func (v *vector) missing(i int) bool {
	switch {
	case v.kind == kindFloat:
		return math.IsNaN(v.floats[i])
	case v.kind != kindText:
		return len(v.null) > 0 && v.null[i]
	case v.coded():
		return v.codes[i] < 0 || v.dict[v.codes[i]] == ""
	}
	return v.text[i] == ""
}

// string returns the value of row i as text, "" when it is missing. Numbers
// are written as briefly as they read back, times in ISO 8601.
func (v *vector) string(i int) string {
	if v.missing(i) {
		return ""
	}
	switch v.kind {
	case kindInt:
		return strconv.FormatInt(v.ints[i], 10)
	case kindFloat:
		return formatFloat(v.floats[i])
	case kindBool:
		return strconv.FormatBool(v.ints[i] != 0)
	case kindTime:
		return formatMicros(v.ints[i])
	}
	if v.coded() {
		return v.dict[v.codes[i]]
	}
	return v.text[i]
}

// float returns the value of row i as a number, NaN when it is missing; ok is
// false when the value is not a number. An infinite number is ok: whether it
// is allowed is for the caller to say.
func (v *vector) float(i int) (x float64, ok bool) {
	if v.missing(i) {
		return math.NaN(), true
	}
	switch v.kind {
	case kindFloat:
		return v.floats[i], true
	case kindInt, kindBool:
		return float64(v.ints[i]), true
	case kindTime:
		return math.NaN(), false
	}
	return parseNumber(v.string(i))
}

// reset empties the vector and keeps its memory.
func (v *vector) reset(k kind) {
	*v = vector{kind: k, text: v.text[:0], codes: v.codes[:0], ints: v.ints[:0], null: v.null[:0], floats: v.floats[:0]}
}

// parseNumber reads a number as strconv does; ok is false for anything else.
// A number too large for a float64 reads as infinite.
func parseNumber(s string) (x float64, ok bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil || errors.Is(err, strconv.ErrRange)
}

// formatFloat writes a whole number without a point or an exponent, as the
// same column would stand in a CSV file.
func formatFloat(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatInt(int64(x), 10)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func formatMicros(us int64) string {
	t := time.UnixMicro(us).UTC()
	if us%(86400*1e6) == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05.999999")
}

// openRows opens a file by its extension: .parquet, or else CSV, with .gz
// compressed. The delimiter is for CSV; "" stands for a comma (a tab in .tsv).
// A file that does not exist is an ErrConfig, a damaged or empty one a
// *ContractError.
func openRows(path, delimiter string) (rowBlocks, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: no such file: %s", ErrConfig, path)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	case info.IsDir():
		return nil, fmt.Errorf("%w: %s is a folder, not a file", ErrConfig, path)
	case info.Size() == 0:
		return nil, damaged(path, "the file is empty", nil)
	}
	if isParquet(path) {
		return openParquet(path)
	}
	return openCSV(path, delimiter)
}

// isParquet tells by the name whether a file is Parquet.
func isParquet(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.HasSuffix(name, ".parquet") || strings.HasSuffix(name, ".pq")
}

// damaged is the one error for a file that cannot be read as a whole.
func damaged(path, rule string, cause error) error {
	if cause != nil {
		if errors.Is(cause, io.ErrUnexpectedEOF) || errors.Is(cause, io.EOF) {
			rule += " (it ends too early)"
		} else {
			rule += ": " + cause.Error()
		}
	}
	return &ContractError{Problems: []Problem{{File: filepath.Base(path), Rule: rule}}, Total: 1}
}
