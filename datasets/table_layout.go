package datasets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/datasets/internal/names"
)

// tableLayout describes what each column of a feature table's file is.
type tableLayout struct {
	file     string // its name, for errors
	columns  []string
	id       int // index into columns; -1: none
	asOf     int
	target   int
	features []int
	skipped  []columnar.Skipped
}

// check refuses options that contradict themselves.
func (o *TableOptions) check() error {
	if o.Target != "" {
		_, level := o.Levels[o.Target]
		if level || slices.Contains(o.Numeric, o.Target) || slices.Contains(o.ClusterBy, o.Target) {
			return fmt.Errorf("%w: the target cannot be a feature: %q is named as both", ErrConfig, o.Target)
		}
		if o.Target == o.ID || o.Target == o.AsOf {
			return fmt.Errorf("%w: the target %q cannot be the id or the as-of date as well", ErrConfig, o.Target)
		}
	}
	if o.ID != "" && o.ID == o.AsOf {
		return fmt.Errorf("%w: the column %q cannot be the id and the as-of date as well", ErrConfig, o.ID)
	}
	return nil
}

// fixed reports whether the features are given, as in scoring.
func (o *TableOptions) fixed() bool { return o.Levels != nil || o.Numeric != nil }

func newTableLayout(file string, in columnar.Reader, o *TableOptions) (*tableLayout, error) {
	columns := in.Columns()
	l := &tableLayout{file: file, columns: columns, skipped: in.Skipped()}
	var err error
	if l.id, err = l.find(o.ID); err != nil {
		return nil, err
	}
	if l.asOf, err = l.find(o.AsOf); err != nil {
		return nil, err
	}
	if l.target, err = l.find(o.Target); err != nil {
		return nil, err
	}
	isSkipped := func(name string) bool {
		return slices.ContainsFunc(l.skipped, func(s columnar.Skipped) bool { return s.Name == name })
	}
	for _, name := range slices.Concat(slices.DeleteFunc(slices.Clone(o.Drop), isSkipped), o.ClusterBy) {
		if _, err := l.find(name); err != nil {
			return nil, err
		}
	}
	for i, name := range columns {
		if i == l.id || i == l.asOf || i == l.target || slices.Contains(o.Drop, name) {
			continue
		}
		if _, listed := o.Levels[name]; o.fixed() && !listed && !slices.Contains(o.Numeric, name) {
			continue
		}
		l.features = append(l.features, i)
	}
	return l, l.checkFeatures(o)
}

// find returns a column's index, or -1 for the empty name.
func (l *tableLayout) find(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	if at := slices.Index(l.columns, name); at >= 0 {
		return at, nil
	}
	for _, s := range l.skipped {
		if s.Name == name {
			return -1, fmt.Errorf("%w: %s: the column %q %s: it cannot be read", ErrConfig, l.file, name, s.Why)
		}
	}
	hint := names.DidYouMean(name, l.columns)
	if len(l.columns) == 1 && strings.ContainsAny(l.columns[0], ";\t|") {
		hint = " (is the delimiter another one?)"
	}
	return -1, fmt.Errorf("%w: %s has no column %q%s; it has: %s", ErrConfig, l.file, name, hint, names.Listed(l.columns))
}

// checkFeatures requires every feature that is named, and at least one.
func (l *tableLayout) checkFeatures(o *TableOptions) error {
	have := make(map[string]bool, len(l.features))
	for _, at := range l.features {
		have[l.columns[at]] = true
	}
	var lacking []string
	for name := range o.Levels {
		if !have[name] {
			lacking = append(lacking, name)
		}
	}
	for _, name := range o.Numeric {
		if !have[name] {
			lacking = append(lacking, name)
		}
	}
	slices.Sort(lacking)
	if len(lacking) > 0 {
		return fmt.Errorf("%w: %s lacks %d column(s) that the model reads: %s", ErrConfig, l.file, len(lacking), names.Listed(lacking))
	}
	for _, name := range o.ClusterBy {
		if !have[name] {
			return fmt.Errorf("%w: clusters cannot be made by %q: it is no feature", ErrConfig, name)
		}
	}
	if len(l.features) == 0 {
		return fmt.Errorf("%w: %s has no column left that could be a feature", ErrConfig, l.file)
	}
	return nil
}

// picked lists the columns to be read: the features first, then those of id,
// as-of date and target that there are.
func (l *tableLayout) picked() []int {
	picked := slices.Clone(l.features)
	for _, at := range []int{l.id, l.asOf, l.target} {
		if at >= 0 {
			picked = append(picked, at)
		}
	}
	return picked
}
