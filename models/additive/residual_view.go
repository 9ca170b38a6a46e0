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
	Fields     []string  // that a tree splits, the most important first
	Importance []float64 // [field] mean |share| over the training rows, in log-odds
	Trees      []int     // [bag] how many
}

// Residual returns the residual; false where the model has none.
func (m *Model) Residual() (Residual, bool) {
	if m.residual == nil {
		return Residual{}, false
	}
	d := m.residual
	split := make([]bool, len(d.Fields))
	var out Residual
	for _, trees := range d.Bags {
		out.Trees = append(out.Trees, len(trees))
		for k := range trees {
			for _, c := range trees[k].Cuts {
				split[c.Field] = true
			}
		}
	}
	var order []int
	for f := range d.Fields {
		if split[f] {
			order = append(order, f)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.importance[b], d.importance[a]) })
	for _, f := range order {
		out.Fields = append(out.Fields, m.fields[d.Fields[f]].Name)
		out.Importance = append(out.Importance, d.importance[f])
	}
	return out, true
}

// WithoutResidual returns a new model that lacks the residual. Its mean goes into
// the intercepts, the same for every bag, so that the mean log-odds over the
// training rows stay:
//
//	b' = b + Σ_k n_k Σ_j c_kj / Σ_k n_k
//
// n_k: rows of cluster k; c_kj: mean share of field j over (at most some
// thousand of) its rows. The trees' mean is 0 under independent fields only, and
// far from it where fields go together. Orders keeps the gains of training.
// The error wraps ErrEdit if there is no residual.
func (m *Model) WithoutResidual() (*Model, error) {
	if m.residual == nil {
		return nil, fmt.Errorf("%w: the model has no residual", ErrEdit)
	}
	next := m.copy()
	next.residual = nil
	middle := m.residualMean()
	for b := range next.intercepts {
		next.intercepts[b] += middle
	}
	for k := range next.clusters {
		next.clusters[k].residualCentre = nil
	}
	next.derive()
	return next, nil
}

// residualMean is the mean of the residual over the training rows.
func (m *Model) residualMean() float64 {
	sum := 0.0
	for _, c := range m.residualMeans() {
		sum += c
	}
	return sum
}

// residualMeans are the mean shares of the residual over the training rows, from
// those of the clusters: [field of the residual].
func (m *Model) residualMeans() []float64 {
	out, rows := make([]float64, len(m.residual.Fields)), 0
	for k := range m.clusters {
		rows += m.clusters[k].Info.Rows
	}
	for k := range m.clusters {
		p := &m.clusters[k]
		for f, c := range p.residualCentre {
			out[f] += c * float64(p.Info.Rows) / float64(max(rows, 1))
		}
	}
	return out
}
