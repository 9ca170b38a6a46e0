package datasets

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/etappe/etappe/datasets/columnar"
)

// tableProblems is how many problems of a feature table are listed.
const tableProblems = 20

// ReadTable reads a feature table from Parquet or CSV (also .gz).
//
// A column whose every value is a number is numeric; missing are empty cells,
// and there NA, N/A, NaN, null and None in any case, which are names in a column
// of names (North America). true/false and yes/no are names, not numbers; true
// and false are written in lower case, as 1 and 0 are read where a model has
// them as names. A column with both is numeric if 95 % of its values are numbers,
// and the others are then problems; else all its values are names. Infinite
// numbers and those beyond 1e300 are problems. Columns without information
// (no value at all, one value in every row, identifiers, dates) are left out
// and listed in Dropped, as are columns of types that are not read. Infinity and
// 101E010031 are names in a column of names.
//
// Notes describes which columns were read by more than that: one or two repeated
// words among at least ten different numbers, and no more values than these,
// are missing values ("?", "unknown"); numbers that all have the same currency
// or percent sign, separated thousands or a decimal comma are numbers, in one
// style for the whole column ("12 %" is 12; "1,234" is a thousand if all commas
// have three digits behind them); whole numbers of which some have a leading
// zero are names; whole numbers that never come twice may be an identifier. The
// columns' Spelling is what was found. Where Numeric names the column, nothing is
// found: its numbers are written as in Spellings or plainly, or they are
// problems, and "?" and its like are missing however few the numbers are.
//
// Every row needs an id, an as-of date and a target where such a column is
// named; an id may come once for each as-of date. Broken rules are one
// *ContractError; names that the file does not have are an ErrConfig.
func ReadTable(ctx context.Context, path string, o TableOptions) (*Table, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	in, err := columnar.Open(path, o.Delimiter)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	file := filepath.Base(path)
	layout, err := newTableLayout(file, in, &o)
	if err != nil {
		return nil, err
	}
	bad := &columnar.Problems{Limit: tableProblems}
	keys, err := newTableKeys(layout, bad)
	if err != nil {
		return nil, err
	}
	builders := make([]*tableBuilder, len(layout.features))
	for i, at := range layout.features {
		if builders[i], err = newTableBuilder(file, layout.columns[at], &o, bad); err != nil {
			return nil, err
		}
	}
	in.Pick(layout.picked())
	keys.expect(in.Rows())
	for _, b := range builders {
		b.expect(in.Rows())
	}
	err = columnar.Each(ctx, in, func(b *columnar.Block) error {
		for i := range builders {
			builders[i].add(b, &b.Vectors[i])
		}
		keys.add(b, b.Vectors[len(builders):])
		for _, p := range b.Problems {
			bad.Add(p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if keys.rows == 0 && bad.Total == 0 {
		return nil, columnar.Damaged(path, "has a header but not one row", nil)
	}
	if err := reread(ctx, path, layout, &o, builders); err != nil {
		return nil, err
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	t := &Table{Path: path, IDs: keys.ids, AsOf: keys.asOf, Target: keys.target}
	if err := t.setColumns(layout, builders, &o); err != nil {
		return nil, err
	}
	return t, nil
}

// reread reads once more the columns that turned out to be something else than
// plain numbers or plain names. What a number looked like in the file ("007")
// is not kept while a column may be numeric, because few columns are mixed.
func reread(ctx context.Context, path string, l *tableLayout, o *TableOptions, builders []*tableBuilder) error {
	var picked []int
	var again []*tableBuilder
	for i, b := range builders {
		if next := b.judge(); next != nil {
			builders[i] = next
			picked, again = append(picked, l.features[i]), append(again, next)
		}
	}
	if len(picked) == 0 {
		return nil
	}
	in, err := columnar.Open(path, o.Delimiter)
	if err != nil {
		return err
	}
	defer in.Close()
	in.Pick(picked)
	err = columnar.Each(ctx, in, func(b *columnar.Block) error {
		for i := range again {
			again[i].add(b, &b.Vectors[i])
		}
		return nil
	})
	for _, b := range again {
		if b.state == mixed {
			b.refuse("is not a number, as it was a moment ago: the file was changed while it was read")
		}
	}
	return err
}

// setColumns sorts the columns into features and dropped ones.
func (t *Table) setColumns(l *tableLayout, builders []*tableBuilder, o *TableOptions) error {
	for _, s := range l.skipped {
		if !o.fixed() && !slices.Contains(o.Drop, s.Name) {
			t.Dropped = append(t.Dropped, DroppedColumn{Name: s.Name, Why: s.Why})
		}
	}
	for _, b := range builders {
		column, why := b.finish()
		if b.name == "" {
			why = "has no name"
		}
		if why != "" {
			t.Dropped = append(t.Dropped, DroppedColumn{Name: b.name, Why: why})
			continue
		}
		t.Columns = append(t.Columns, column)
		if note := b.remark(); note != "" {
			t.Notes = append(t.Notes, fmt.Sprintf("column %q: %s", b.name, note))
		}
	}
	return t.checkUsable(l.file, o)
}

// checkUsable wants at least one feature, and those that make the clusters.
func (t *Table) checkUsable(file string, o *TableOptions) error {
	for _, dropped := range t.Dropped {
		if slices.Contains(o.ClusterBy, dropped.Name) {
			return fmt.Errorf("%w: clusters cannot be made by %q of %s: %s", ErrConfig, dropped.Name, file, dropped.Why)
		}
	}
	if len(t.Columns) == 0 {
		return &ContractError{Total: 1, Problems: []Problem{{File: file, Rule: "has no column that tells anything: each is empty, constant or an identifier"}}}
	}
	return nil
}
