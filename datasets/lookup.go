package datasets

import (
	"fmt"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// lookupTable translates values.
type lookupTable map[string]string

// lookup reads a look-up file, once per Read however many columns use it.
func (l *loader) lookup(spec *Lookup) (lookupTable, error) {
	id := fmt.Sprintf("%q %q %q %q %q %q %s", spec.label(), spec.Delimiter, spec.Columns, spec.Key, spec.Value, spec.Take, filterKey(spec.Where))
	if table, ok := l.lookups[id]; ok {
		return table, nil
	}
	if spec.Key == "" || spec.Value == "" {
		return nil, fmt.Errorf("%w: the look-up in %q needs a key and a value column", ErrConfig, spec.label())
	}
	prefer, ok := takes[spec.Take]
	if !ok {
		return nil, fmt.Errorf("%w: the look-up in %q takes %q: it must be first, last, min or max", ErrConfig, spec.label(), spec.Take)
	}
	table := lookupTable{}
	err := l.readTable(spec.File, true, func(in *input) (func(*columnar.Block, []int) error, error) {
		key, ok := in.pick(spec.Key)
		if !ok {
			return nil, in.noColumn(spec.Key)
		}
		value, ok := in.pick(spec.Value)
		if !ok {
			return nil, in.noColumn(spec.Value)
		}
		return func(b *columnar.Block, keep []int) error {
			for _, i := range keep {
				table.add(in, b, i, spec, key, value, prefer)
			}
			return nil
		}, nil
	})
	if err != nil {
		return nil, err
	}
	l.lookups[id] = table
	return table, nil
}

// add stores one row's translation.
func (t lookupTable) add(in *input, b *columnar.Block, i int, spec *Lookup, key, value int, prefer func(old, new string) bool) {
	k, v := b.Vectors[key].Text(i), b.Vectors[value].Text(i)
	if k == "" || v == "" {
		return
	}
	old, twice := t[k]
	switch {
	case twice && old == v:
	case twice && prefer == nil:
		in.problem(b, i, spec.Value, fmt.Sprintf("translates the key %q, which has the value %q already (say take: first, last, min or max)", k, old), v)
	case !twice:
		t[strings.Clone(k)] = strings.Clone(v)
	case prefer(old, v):
		t[k] = strings.Clone(v)
	}
}

// takes are the values of Lookup.Take: whether a new translation of a key
// replaces the old one.
var takes = map[string]func(old, new string) bool{
	"":      nil,
	"first": func(string, string) bool { return false },
	"last":  func(string, string) bool { return true },
	"min":   func(old, new string) bool { return less(new, old) },
	"max":   func(old, new string) bool { return less(old, new) },
}

// less compares numbers as numbers, anything else as text.
func less(a, b string) bool {
	x, xok := columnar.ParseNumber(a)
	y, yok := columnar.ParseNumber(b)
	if xok && yok {
		return x < y
	}
	return a < b
}
