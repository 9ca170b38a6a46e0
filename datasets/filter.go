package datasets

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/etappe/etappe/datasets/columnar"
)

// rowFilter is a Filter bound to a file.
type rowFilter struct {
	spec *Filter
	at   int // position of its column in a block
	set  map[string]bool
}

// filter binds a filter and checks that it has exactly one test.
func (in *input) filter(spec *Filter) (rowFilter, error) {
	tests := 0
	for _, given := range []bool{spec.Equals != nil, spec.In != nil, spec.NotIn != nil, spec.NotEmpty, spec.Min != nil, spec.Max != nil} {
		if given {
			tests++
		}
	}
	if tests != 1 {
		return rowFilter{}, fmt.Errorf("%w: %s: a filter on %q must have exactly one of equals, in, not_in, not_empty, min and max", ErrConfig, in.name, spec.Column)
	}
	at, ok := in.pick(spec.Column)
	if !ok {
		return rowFilter{}, in.noColumn(spec.Column)
	}
	f := rowFilter{spec: spec, at: at, set: map[string]bool{}}
	for _, value := range slices.Concat(spec.In, spec.NotIn) {
		f.set[normalLevel(value)] = true
	}
	return f, nil
}

// passes reports whether row i is kept. A bound on a value that is no number is
// a problem; a missing value is outside every bound.
func (f *rowFilter) passes(in *input, b *columnar.Block, i int) bool {
	v := &b.Vectors[f.at]
	switch {
	case f.spec.NotEmpty:
		return !v.Missing(i)
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
