package datasets

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/etappe/etappe/datasets/columnar"
)

// rowFilter is a Filter bound to a file.
type rowFilter struct {
	spec  *Filter
	at    int // position of its column in a block
	other int // that of equals_column
	set   map[string]bool
	any   []rowFilter // alternatives
}

// filter binds a filter and checks that it has exactly one test.
func (in *input) filter(spec *Filter) (rowFilter, error) {
	tests := 0
	for _, given := range []bool{spec.Equals != nil, spec.In != nil, spec.NotIn != nil, spec.NotEmpty, spec.Min != nil, spec.Max != nil, spec.EqualsColumn != ""} {
		if given {
			tests++
		}
	}
	switch {
	case spec.Any != nil && tests == 0 && spec.Column == "":
		return in.alternatives(spec)
	case tests != 1 || spec.Any != nil:
		return rowFilter{}, fmt.Errorf("%w: %s: a filter on %q must have exactly one of equals, in, not_in, not_empty, min, max and equals_column, or any in the place of column", ErrConfig, in.name, spec.Column)
	}
	f := rowFilter{spec: spec, set: map[string]bool{}}
	for _, bound := range []struct {
		name string
		at   *int
	}{{spec.Column, &f.at}, {spec.EqualsColumn, &f.other}} {
		if bound.name == "" && bound.at == &f.other {
			continue
		}
		at, ok := in.pick(bound.name)
		if !ok {
			return rowFilter{}, in.noColumn(bound.name)
		}
		*bound.at = at
	}
	for _, value := range slices.Concat(spec.In, spec.NotIn) {
		f.set[normalLevel(value)] = true
	}
	return f, nil
}

// alternatives binds the filters of which one must pass.
func (in *input) alternatives(spec *Filter) (rowFilter, error) {
	f := rowFilter{spec: spec}
	for i := range spec.Any {
		one, err := in.filter(&spec.Any[i])
		if err != nil {
			return rowFilter{}, err
		}
		f.any = append(f.any, one)
	}
	return f, nil
}

// passes reports whether row i is kept. A bound on a value that is no number is
// a problem; a missing value is outside every bound.
func (f *rowFilter) passes(in *input, b *columnar.Block, i int) bool {
	if f.any != nil {
		return slices.ContainsFunc(f.any, func(one rowFilter) bool { return one.passes(in, b, i) })
	}
	v := &b.Vectors[f.at]
	switch {
	case f.spec.NotEmpty:
		return !v.Missing(i)
	case f.spec.EqualsColumn != "":
		return normalLevel(v.Text(i)) == normalLevel(b.Vectors[f.other].Text(i))
	case f.spec.Equals != nil:
		return normalLevel(v.Text(i)) == normalLevel(*f.spec.Equals)
	case f.spec.In != nil:
		return f.set[normalLevel(v.Text(i))]
	case f.spec.NotIn != nil:
		return !f.set[normalLevel(v.Text(i))]
	}
	x, ok := v.Float(i)
	if !ok {
		in.problem(b, i, f.spec.Column, "is not a number, which the filter's bound asks for", v.Text(i))
		return false
	}
	if f.spec.Min != nil {
		return x >= *f.spec.Min
	}
	return x <= *f.spec.Max
}

// filterKey is the same for the same filters.
func filterKey(where []Filter) string {
	text, err := json.Marshal(where)
	if err != nil {
		return fmt.Sprint(where) // an infinite bound
	}
	return string(text)
}
