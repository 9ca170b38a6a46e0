package datasets

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// loader is what the table readers share during one Read or one Scan.
type loader struct {
	ctx      context.Context
	dir      string
	now      time.Time
	problems *columnar.Problems
	warnings map[string]int
	lookups  map[string]lookupTable
	index    map[string]int32 // account id to index; nil until accounts are read

	currencies currencies
}

// input is one file of one table, with the columns that were bound to fields.
type input struct {
	*loader
	path    string
	name    string // for problems
	columns []string
	rows    columnar.Reader
	picked  []int // columns read, in the order of a block's vectors
	filters []rowFilter
	keep    []int
	seen    int64 // rows read
	kept    int64 // rows that passed the filters
	skip    *skipping
}

// open opens one file of a source and binds its filters.
func (l *loader) open(path string, f File) (*input, error) {
	rows, err := columnar.OpenLayout(path, columnar.Layout{Delimiter: f.Delimiter, Columns: f.Columns})
	if err != nil {
		return nil, err
	}
	in := &input{loader: l, path: path, name: filepath.Base(path), columns: rows.Columns(), rows: rows}
	if in.skip, err = newSkipping(f.SkipBad); err != nil {
		rows.Close()
		return nil, err
	}
	for i := range f.Where {
		filter, err := in.filter(&f.Where[i])
		if err != nil {
			rows.Close()
			return nil, err
		}
		in.filters = append(in.filters, filter)
	}
	return in, nil
}

// pick returns the position in a block of the named column.
func (in *input) pick(name string) (int, bool) {
	for i, column := range in.columns {
		if column != name {
			continue
		}
		for at, picked := range in.picked {
			if picked == i {
				return at, true
			}
		}
		in.picked = append(in.picked, i)
		return len(in.picked) - 1, true
	}
	return 0, false
}

// noColumn is the error for a column that the configuration names in vain.
func (in *input) noColumn(name string) error {
	for _, s := range in.rows.Skipped() {
		if s.Name == name {
			return fmt.Errorf("%w: %s: the column %q %s: it cannot be read", ErrConfig, in.name, name, s.Why)
		}
	}
	hint := names.DidYouMean(name, in.columns)
	if len(in.columns) == 1 && strings.ContainsAny(in.columns[0], ";\t|") {
		hint = " (is the delimiter another one? Say delimiter: in etappe.yaml)"
	}
	return fmt.Errorf("%w: %s has no column %q%s; it has: %s", ErrConfig, in.name, name, hint, names.Listed(in.columns))
}

// each reads the file once and hands every block to read, with the rows that
// pass the filters. What cannot be read becomes a problem.
func (in *input) each(read func(b *columnar.Block, keep []int) error) error {
	in.rows.Pick(in.picked)
	for {
		if err := in.ctx.Err(); err != nil {
			return err
		}
		b, err := in.rows.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return in.collect(err)
		}
		for _, p := range b.Problems {
			in.add(p)
		}
		in.seen += int64(b.Rows + len(b.Problems))
		keep := in.filtered(b)
		in.kept += int64(len(keep))
		if err := read(b, keep); err != nil {
			return err
		}
	}
}

// filtered returns the rows of b that pass every filter.
func (in *input) filtered(b *columnar.Block) []int {
	in.keep = in.keep[:0]
rows:
	for i := range b.Rows {
		for f := range in.filters {
			if !in.filters[f].passes(in, b, i) {
				continue rows
			}
		}
		in.keep = append(in.keep, i)
	}
	return in.keep
}

// problem adds what is wrong with a field's value in row i.
func (in *input) problem(b *columnar.Block, i int, column, rule, value string) {
	in.add(Problem{File: in.name, Row: b.Number(i), Column: column, Rule: rule, Value: value})
}

// collect turns an error about the data into problems; any other error it
// hands back.
func (l *loader) collect(err error) error {
	contract, ok := err.(*ContractError)
	if !ok {
		return err
	}
	for _, p := range contract.Problems {
		l.problems.Add(p)
	}
	l.problems.Total += contract.Total - len(contract.Problems)
	return nil
}

// readTable opens every file of a source, binds its fields by bind and hands
// the rows to what bind returns. An empty table is a problem when it is needed,
// but for a Parquet file: that is how a warehouse writes that there are no rows.
func (l *loader) readTable(f File, needed bool, bind func(*input) (func(*columnar.Block, []int) error, error)) error {
	paths, err := f.resolve(l.dir)
	if err != nil {
		return err
	}
	var like headerOf
	var seen, kept int64
	before := l.problems.Total
	for _, path := range paths {
		in, err := l.open(path, f)
		if err == nil {
			err = in.read(bind)
			like.check(in, &f)
			seen, kept = seen+in.seen, kept+in.kept
		}
		if err != nil {
			if err = l.collect(err); err != nil {
				return err
			}
		}
	}
	whole := seen == 0 && !slices.ContainsFunc(paths, func(path string) bool { return !columnar.IsParquet(path) })
	if needed && l.problems.Total == before && kept == 0 && !whole {
		rule := "has a header but no rows"
		if seen > 0 {
			rule = fmt.Sprintf("none of its %d rows passes the filter", seen)
		}
		name := f.label()
		if len(paths) == 1 {
			name = paths[0]
		}
		l.problems.Add(Problem{File: filepath.Base(name), Rule: rule})
	}
	return nil
}

// nothing reports a Parquet file without a column; a CSV file has one at least.
func (in *input) nothing() bool { return len(in.columns) == 0 && len(in.rows.Skipped()) == 0 }

// headerOf are the columns that are read of the first file of a table.
type headerOf struct {
	file    string
	columns []string
}

// check notes a file of a table that has other columns than the first: a value that
// stands in some files only would be missing in the others without a notice.
func (h *headerOf) check(in *input, f *File) {
	if f.Default || in.nothing() {
		return
	}
	var columns []string
	for _, i := range in.picked {
		columns = append(columns, in.columns[i])
	}
	if h.file == "" {
		h.file, h.columns = in.name, columns
		return
	}
	now := headerOf{in.name, columns}
	now.lacks(*h, in.problems)
	h.lacks(now, in.problems)
}

// lacks notes the columns of another file that a file does not have.
func (h *headerOf) lacks(other headerOf, problems *columnar.Problems) {
	for _, column := range other.columns {
		if !slices.Contains(h.columns, column) {
			problems.Add(Problem{File: h.file, Column: column, Rule: "is not in this file, and " + other.file + " has it: the files of one table have the same columns (files with others are a source of their own)"})
		}
	}
}

// read binds the fields and reads the file.
func (in *input) read(bind func(*input) (func(*columnar.Block, []int) error, error)) error {
	defer in.rows.Close()
	if in.nothing() {
		return nil
	}
	before := in.problems.Total
	read, err := bind(in)
	if err != nil {
		return err
	}
	if in.problems.Total > before {
		return nil // a required column is missing
	}
	err = in.each(read)
	in.closeSkipping()
	return err
}
