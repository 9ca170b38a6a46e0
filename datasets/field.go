package datasets

import (
	"fmt"
	"strings"

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
		f.through = c.Lookup.label()
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
