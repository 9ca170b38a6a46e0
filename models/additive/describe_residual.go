package additive

import (
	"cmp"
	"fmt"
	"slices"
)

// ResidualName names the residual where terms are named.
const ResidualName = "residual"

// Residual is what a model leaves to trees, for a reader: small effects that
// need more than three features at once. They are exact in every explanation,
// but have no table that could be drawn.
type Residual struct {
	Fields     []string  // that a tree asks about, the most important first
	Importance []float64 // [field] mean |share| over the training rows, in log-odds
	Trees      []int     // [bag] how many
}

// Residual returns the residual; false where the model has none.
func (m *Model) Residual() (Residual, bool) {
	if m.residual == nil {
		return Residual{}, false
	}
	d := m.residual
	asked := make([]bool, len(d.fields))
	var out Residual
	for _, trees := range d.bags {
		out.Trees = append(out.Trees, len(trees))
		for k := range trees {
			for _, c := range trees[k].cuts {
				asked[c.field] = true
			}
		}
	}
	var order []int
	for f := range d.fields {
		if asked[f] {
			order = append(order, f)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.importance[b], d.importance[a]) })
	for _, f := range order {
		out.Fields = append(out.Fields, m.fields[d.fields[f]].Name)
		out.Importance = append(out.Importance, d.importance[f])
	}
	return out, true
}

// WithoutResidual returns a new model that lacks the residual. Everything else
// stays: the trees' mean and main effects under independent fields are in the
// intercept and the mains already. Where fields depend on each other the mean
// log-odds over the training rows may therefore move, by the mean of the trees
// over these rows. Orders still tells what training found. The error wraps
// ErrEdit if there is no residual.
func (m *Model) WithoutResidual() (*Model, error) {
	if m.residual == nil {
		return nil, fmt.Errorf("%w: the model has no residual", ErrEdit)
	}
	next := m.copy()
	next.residual = nil
	for k := range next.clusters {
		next.clusters[k].restCentre = nil
	}
	next.derive()
	return next, nil
}

// Name says in a word what an order adds to the one below.
func (o Order) Name() string {
	switch o.Fields {
	case 1:
		return "single features"
	case 2:
		return "pairs"
	case 3:
		return "triples"
	}
	return ResidualName
}
