package columnar

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// csvBlockRows is how many rows of a CSV file make a block.
const csvBlockRows = 8192

// csvRows reads a CSV file, compressed or not, as blocks of text columns.
type csvRows struct {
	path    string
	name    string // for problems
	file    *os.File
	reader  *csv.Reader
	limit   *rowLimit
	columns []string
	picked  []int
	row     int64 // rows read so far
	ended   bool
	out     Block
}

func openCSV(path string, layout Layout) (Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	c := &csvRows{path: path, name: filepath.Base(path), file: file}
	if err := c.start(layout); err != nil {
		file.Close()
		return nil, err
	}
	return c, nil
}

// start reads the header, where the file has one.
func (c *csvRows) start(layout Layout) error {
	text, limit, comma, err := plainText(c.file, c.path, layout.Delimiter)
	if err != nil {
		return err
	}
	c.limit = limit
	c.reader = csv.NewReader(text)
	c.reader.Comma = comma
	c.reader.FieldsPerRecord = -1
	c.reader.ReuseRecord = true
	c.limit.row = 0
	if layout.Columns != nil {
		return c.setColumns(layout.Columns)
	}
	header, err := c.reader.Read()
	if err == io.EOF {
		return Damaged(c.path, "the file is empty", nil)
	}
	if err != nil {
		return Damaged(c.path, "the header cannot be read", err)
	}
	return c.setColumns(header)
}

func (c *csvRows) setColumns(header []string) error {
	seen := make(map[string]bool, len(header))
	for i, name := range header {
		name = strings.Clone(strings.TrimSpace(name))
		if !utf8.ValidString(name) {
			return Damaged(c.path, fmt.Sprintf("the name of column %d is not UTF-8: save the file as UTF-8", i+1), nil)
		}
		if name != "" && seen[name] {
			return Damaged(c.path, fmt.Sprintf("two columns are called %q", name), nil)
		}
		seen[name] = true
		c.columns = append(c.columns, name)
		c.picked = append(c.picked, i)
	}
	return nil
}

// parseDelimiter returns the delimiter as one character; "tab" and "\t" stand
// for a tab, and so do runs of blanks, which blankRuns turns into tabs.
func parseDelimiter(path, delimiter string) (rune, error) {
	switch delimiter {
	case "":
		if name := strings.TrimSuffix(strings.ToLower(path), ".gz"); strings.HasSuffix(name, ".tsv") {
			return '\t', nil
		}
		return ',', nil
	case "tab", `\t`, blanksDelimiter:
		return '\t', nil
	}
	r, size := utf8.DecodeRuneInString(delimiter)
	if size != len(delimiter) || r == utf8.RuneError || strings.ContainsRune("\"\r\n", r) {
		return 0, fmt.Errorf("%w: %s: the delimiter %q is not one character, tab or blanks", ErrConfig, path, delimiter)
	}
	return r, nil
}

// Columns returns the names in the header.
func (c *csvRows) Columns() []string { return c.columns }

// Skipped returns nil: every column of a CSV file is text.
func (c *csvRows) Skipped() []Skipped { return nil }

// Pick limits what Next hands out.
func (c *csvRows) Pick(columns []int) { c.picked = columns }

// Rows returns 0: how long a CSV file is turns out at its end.
func (c *csvRows) Rows() int { return 0 }

// Close closes the file.
func (c *csvRows) Close() error { return c.file.Close() }

// Next reads up to csvBlockRows rows.
func (c *csvRows) Next() (*Block, error) {
	b := &c.out
	if len(b.Vectors) != len(c.picked) {
		b.Vectors = make([]Vector, len(c.picked))
	}
	for i := range b.Vectors {
		b.Vectors[i].reset(Text)
	}
	b.Rows, b.numbers, b.Problems = 0, b.numbers[:0], nil
	for !c.ended && b.Rows < csvBlockRows && len(b.Problems) < csvBlockRows {
		c.limit.row = 0
		record, err := c.reader.Read()
		if err == io.EOF {
			c.ended = true
			break
		}
		if err := c.take(record, err); err != nil {
			c.ended = true
			return nil, err
		}
	}
	if b.Rows == 0 && len(b.Problems) == 0 {
		return nil, io.EOF
	}
	return b, nil
}

// take adds one record to the block, or the reason why it cannot be read.
func (c *csvRows) take(record []string, err error) error {
	c.row++
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		c.problem("", "quotes stand only around a whole value, and in pairs inside", "")
		return nil
	case err != nil:
		return Damaged(c.path, fmt.Sprintf("is damaged after row %d", c.row-1), err)
	case len(record) != len(c.columns):
		c.problem("", fmt.Sprintf("has %d values where the header has %d columns", len(record), len(c.columns)), "")
		return nil
	}
	for _, at := range c.picked {
		if value := record[at]; !utf8.ValidString(value) {
			c.problem(c.columns[at], "is not UTF-8: save the file as UTF-8", strings.ToValidUTF8(value, "\uFFFD"))
			return nil
		}
	}
	b := &c.out
	for i, at := range c.picked {
		b.Vectors[i].Strings = append(b.Vectors[i].Strings, strings.TrimSpace(record[at]))
	}
	b.numbers = append(b.numbers, c.row)
	b.Rows++
	return nil
}

func (c *csvRows) problem(column, rule, value string) {
	c.out.Problems = append(c.out.Problems, Problem{File: c.name, Row: c.row, Column: column, Rule: rule, Value: value})
}
