package columnar

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Column is one column of a file to be written. Exactly one of the slices
// holds the rows.
type Column struct {
	Name    string
	Strings []string    // "" is missing
	Numbers []float64   // NaN is missing
	Times   []time.Time // the zero time is missing; written in UTC to the millisecond
	// Days promises that all Times are midnights in UTC: they are written as dates, in
	// Parquet of the type DATE, which no reader moves to another zone.
	Days bool
	// Whole promises that no value of the column is missing, in any block: Parquet
	// then holds it as required, which is quicker to write and to read, and one
	// that is missing nevertheless is an error. CSV makes no difference.
	Whole bool
}

// Len returns the number of rows.
func (c *Column) Len() int { return max(len(c.Strings), len(c.Numbers), len(c.Times)) }

// isMissing reports whether the row holds no value.
func (c *Column) isMissing(row int) bool {
	switch {
	case c.Strings != nil:
		return c.Strings[row] == ""
	case c.Numbers != nil:
		return c.Numbers[row] != c.Numbers[row]
	case c.Times != nil:
		return c.Times[row].IsZero()
	}
	return true
}

// Write writes a table of equally long columns, in their order, as
// Parquet, CSV or gzipped CSV: the path's ending (.parquet, .csv, .csv.gz)
// decides. Missing values become nulls in Parquet and empty cells in CSV. The
// file appears under its name only when it is complete. Columns of different
// lengths, nameless columns and names used twice are errors.
func Write(path string, columns []Column) error {
	if err := checkColumns(columns); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	const rows = 1 << 16
	from := 0
	return WriteBlocks(path, func() ([]Column, error) {
		if from > 0 && from >= columns[0].Len() {
			return nil, nil
		}
		block := make([]Column, len(columns))
		for i := range columns {
			block[i] = columns[i].slice(from, min(from+rows, columns[i].Len()))
		}
		from += rows
		return block, nil
	})
}

// WriteBlocks is Write for a table that never is in memory as a whole:
// next returns its rows block by block, at least one block, and nil after the
// last. Every block has the columns of the first, of the same kinds. A block is
// not kept. An error of next ends it, and no file appears.
func WriteBlocks(path string, next func() ([]Column, error)) error {
	first, err := next()
	if err != nil {
		return err
	}
	file, err := Create(path, first)
	if err != nil {
		return err
	}
	defer file.Discard()
	for block := first; block != nil; {
		if err := sameColumns(first, block); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		if err := file.Write(block); err != nil {
			return err
		}
		if block, err = next(); err != nil {
			return err
		}
	}
	if err := file.Finish(); err != nil {
		return err
	}
	return file.Rename()
}

// WriteCSV writes the blocks of WriteBlocks as CSV, to wherever out leads.
func WriteCSV(out io.Writer, next func() ([]Column, error)) error {
	first, err := next()
	if err != nil {
		return err
	}
	if err := checkColumns(first); err != nil {
		return err
	}
	w, err := newCSVWriter(out, false, first)
	if err != nil {
		return err
	}
	for block := first; block != nil; {
		if err := sameColumns(first, block); err != nil {
			return err
		}
		if err := w.write(block); err != nil {
			return err
		}
		if block, err = next(); err != nil {
			return err
		}
	}
	return w.close()
}

// sameColumns refuses a block that is not of the first one's table.
func sameColumns(first, block []Column) error {
	if err := checkColumns(block); err != nil {
		return err
	}
	if len(block) != len(first) {
		return fmt.Errorf("a block has %d columns where the first has %d", len(block), len(first))
	}
	for i := range block {
		a, b := &first[i], &block[i]
		if a.Name != b.Name || a.Whole != b.Whole || a.Days != b.Days || (a.Strings == nil) != (b.Strings == nil) || (a.Numbers == nil) != (b.Numbers == nil) {
			return fmt.Errorf("column %q of a block is not column %q of the first", b.Name, a.Name)
		}
	}
	return nil
}

// CheckOutput reports, before any work is done, whether Write can write to
// path: its ending must be known and its folder must be there. ErrConfig if not.
func CheckOutput(path string) error {
	if _, err := formatOf(path); err != nil {
		return err
	}
	return CheckFolder(path)
}

// CheckFolder is CheckOutput for a file of any format.
func CheckFolder(path string) error {
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("%w: %s cannot be written: there is no folder %s", ErrConfig, path, folder)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%w: %s cannot be written: it is a folder", ErrConfig, path)
	}
	return nil
}

// formatOf returns the ending that decides a file's format.
func formatOf(path string) (string, error) {
	name := strings.ToLower(filepath.Base(path))
	for _, ending := range Extensions {
		if strings.HasSuffix(name, ending) {
			return ending, nil
		}
	}
	return "", fmt.Errorf("%w: cannot tell the format of %s: the name must end in .parquet, .csv or .csv.gz", ErrConfig, path)
}

func (c *Column) slice(from, to int) Column {
	part := Column{Name: c.Name, Whole: c.Whole, Days: c.Days}
	switch {
	case c.Strings != nil:
		part.Strings = c.Strings[from:to]
	case c.Numbers != nil:
		part.Numbers = c.Numbers[from:to]
	case c.Times != nil:
		part.Times = c.Times[from:to]
	}
	return part
}

// checkColumns refuses what no table can be.
func checkColumns(columns []Column) error {
	if len(columns) == 0 {
		return fmt.Errorf("a table needs at least one column")
	}
	seen := make(map[string]bool, len(columns))
	for i := range columns {
		c := &columns[i]
		if c.Name == "" {
			return fmt.Errorf("column %d has no name", i+1)
		}
		if seen[c.Name] {
			return fmt.Errorf("column %q is there twice", c.Name)
		}
		seen[c.Name] = true
		kinds := 0
		for _, set := range []bool{c.Strings != nil, c.Numbers != nil, c.Times != nil} {
			if set {
				kinds++
			}
		}
		if kinds != 1 {
			return fmt.Errorf("column %q holds %d kinds of values, not one", c.Name, kinds)
		}
		if c.Len() != columns[0].Len() {
			return fmt.Errorf("column %q has %d rows where %q has %d", c.Name, c.Len(), columns[0].Name, columns[0].Len())
		}
	}
	return nil
}
