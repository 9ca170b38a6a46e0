package datasets

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// accountReader fills the accounts, their attributes column by column.
type accountReader struct {
	*loader
	source     *AccountSource
	accounts   []Account
	attributes []*attributeColumn
	rows       []accountRow
}

// accountRow is where an account stands.
type accountRow struct {
	file string
	row  int64
}

// readAccounts reads the accounts table into t and indexes it for the others.
func (l *loader) readAccounts(source *AccountSource, t *Tables) error {
	r := &accountReader{loader: l, source: source}
	l.index = map[string]int32{}
	before := l.problems.Total
	if err := l.readTable(source.File, true, r.bind); err != nil {
		return err
	}
	if len(r.accounts) == 0 && l.problems.Total == before {
		l.problems.Add(Problem{File: filepath.Base(source.Path), Rule: "has no rows: there is no account"})
	}
	if err := r.checkCategorical(); err != nil {
		return err
	}
	t.Accounts = r.accounts
	for _, a := range r.attributes {
		t.Attributes = append(t.Attributes, a.finish(l.problems, r.rows))
		if note := a.remark(); note != "" {
			t.Notes = append(t.Notes, note)
		}
	}
	values := make([]Value, len(r.accounts)*len(r.attributes))
	for i := range t.Accounts {
		account := &t.Accounts[i]
		account.Attributes, values = values[:len(r.attributes):len(r.attributes)], values[len(r.attributes):]
		for j, a := range r.attributes {
			account.Attributes[j] = a.value(i)
		}
		if _, ok := l.index[account.ParentID]; !ok && account.ParentID != "" {
			l.warnings[warnParent]++
		}
	}
	return nil
}

// bind binds the fields of one file of accounts.
func (r *accountReader) bind(in *input) (func(*columnar.Block, []int) error, error) {
	var id, created, parent field
	err := firstError(
		in.bindTo(&id, &r.source.AccountID, "account_id", true),
		in.bindTo(&created, &r.source.CreatedAt, "created_at", true),
		in.bindTo(&parent, r.source.ParentID, "parent_id", false),
	)
	if err != nil {
		return nil, err
	}
	fields, err := r.bindAttributes(in, &id, &created, &parent)
	if err != nil {
		return nil, err
	}
	return func(b *columnar.Block, keep []int) error {
		for _, i := range keep {
			if r.add(b, i, &id, &created, &parent) {
				for j, a := range r.attributes {
					a.add(&fields[j], b, i)
				}
			}
		}
		return nil
	}, nil
}

// add appends the account of row i, unless its key is broken.
func (r *accountReader) add(b *columnar.Block, i int, id, created, parent *field) bool {
	name, ok := id.named(b, i)
	if !ok {
		return false
	}
	if first, twice := r.index[name]; twice {
		at := r.rows[first]
		id.problem(b, i, fmt.Sprintf("is the id of another account already (%s, row %d)", at.file, at.row))
		return false
	}
	createdAt, ok := created.must(b, i, past(r.now))
	if !ok && id.in.skip != nil {
		return false
	}
	if !ok {
		createdAt = time.Time{} // the problem is noted; the id stays known
	}
	parentID, _ := parent.text(b, i)
	name = strings.Clone(name)
	r.index[name] = int32(len(r.accounts))
	r.accounts = append(r.accounts, Account{ID: name, CreatedAt: createdAt, ParentID: strings.Clone(parentID)})
	r.rows = append(r.rows, accountRow{id.in.name, b.Number(i)})
	return true
}

// bindAttributes binds every attribute to its column in this file. The first
// file decides which attributes there are when the configuration does not.
func (r *accountReader) bindAttributes(in *input, others ...*field) ([]field, error) {
	if r.attributes == nil {
		for _, name := range r.attributeNames(in, others) {
			a := &attributeColumn{name: name, forced: slices.Contains(r.source.Categorical, name), levels: map[string]string{}}
			r.attributes = append(r.attributes, a)
		}
	}
	fields := make([]field, len(r.attributes))
	for i, a := range r.attributes {
		var column *Column
		if mapped, ok := r.source.Attributes[a.name]; ok {
			if mapped.Column == "" && mapped.Constant == "" {
				mapped.Column = a.name
			}
			column = &mapped
		}
		if err := in.bindTo(&fields[i], column, a.name, false); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func (r *accountReader) attributeNames(in *input, others []*field) []string {
	var names []string
	if r.source.Attributes == nil {
		for _, s := range in.rows.Skipped() {
			r.warnings[fmt.Sprintf("column %q of %s %s: left out", s.Name, in.name, s.Why)]++
		}
	}
	if r.source.Attributes != nil {
		for name := range r.source.Attributes {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	for _, column := range in.columns {
		used := slices.ContainsFunc(others, func(f *field) bool { return f.bound && f.constant == nil && f.column == column })
		if !used && column != "" {
			names = append(names, column)
		}
	}
	return names
}

func (r *accountReader) checkCategorical() error {
	var list []string
	for _, a := range r.attributes {
		list = append(list, a.name)
	}
	for _, name := range r.source.Categorical {
		if !slices.Contains(list, name) && r.attributes != nil {
			return fmt.Errorf("%w: categorical: %q is no attribute%s; there are: %s", ErrConfig, name, names.DidYouMean(name, list), names.Listed(list))
		}
	}
	return nil
}
