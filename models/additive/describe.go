package additive

import (
	"math"

	"github.com/etappe/etappe/models"
)

// Term is one table of the model, for a reader.
type Term struct {
	Fields     []string  `json:"fields"`     // one to three
	Axes       []Axis    `json:"axes"`       // the bins of each field
	Importance float64   `json:"importance"` // mean |value| over the training rows, in log-odds
	Value      []float64 `json:"value"`      // [cell] log-odds; cells in row order, the last field runs fastest
	Error      []float64 `json:"error"`      // [cell] standard error of the value, by the jackknife over bags
	Band       []float64 `json:"band"`       // [cell] half-width of the band of level BandLevel around the value
	Weight     []float64 `json:"weight"`     // [cell] training weight
}

// Axis says what a field's bins hold. Bin 0 is missing.
type Axis struct {
	Field string `json:"field"`
	// Cuts, of a numeric field: bin b > 0 holds values from Cuts[b-2] up to but
	// not including Cuts[b-1]; the first and last bin are open.
	Cuts []float64 `json:"cuts,omitempty"`
	// Levels, of a categorical field: [bin] the levels it holds; several are
	// pooled; the last bin is for levels never seen.
	Levels [][]string `json:"levels,omitempty"`
}

// Terms returns the shared terms, mains first, in the order of the fields.
func (m *Model) Terms() []Term {
	out := make([]Term, len(m.terms))
	for t := range m.terms {
		out[t] = m.describe(&m.terms[t], 1)
	}
	return out
}

// ClusterTerms returns what is different in cluster k: its own tables, weighted
// by its lambda. None if the cluster uses exactly the shared model.
func (m *Model) ClusterTerms(k int) []Term {
	p := &m.clusters[k]
	out := []Term{}
	for i := range p.own {
		out = append(out, m.describe(&p.own[i].term, p.info.Lambda))
	}
	return out
}

func (m *Model) describe(t *term, weight float64) Term {
	out := Term{Weight: append([]float64(nil), t.mass...)}
	for i, j := range t.fields {
		out.Fields = append(out.Fields, m.fields[j].Name)
		a := m.axes[j]
		if t.joints != nil {
			a = a.joined(t.joints[i])
		}
		out.Axes = append(out.Axes, a.describe(m.fields[j]))
	}
	total := 0.0
	out.Error = m.errors(t)
	for c, v := range t.table {
		out.Value = append(out.Value, weight*v)
		out.Importance += t.mass[c] * math.Abs(weight*v)
		total += t.mass[c]
	}
	out.Band = m.band(t, out.Error)
	for c := range out.Band {
		out.Error[c], out.Band[c] = weight*out.Error[c], weight*out.Band[c]
	}
	if total > 0 {
		out.Importance /= total
	}
	return out
}

func (a *axis) describe(f models.Field) Axis {
	out := Axis{Field: f.Name, Cuts: append([]float64(nil), a.cuts...)}
	if a.nominal() {
		out.Levels = make([][]string, a.bins)
		for c, b := range a.level {
			out.Levels[b] = append(out.Levels[b], f.Levels[c])
		}
	}
	return out
}

// joined returns the axis with its bins joined.
func (a *axis) joined(by joint) axis {
	out := axis{bins: by.bins}
	if a.nominal() {
		for _, b := range a.level {
			out.level = append(out.level, by.of[b])
		}
		return out
	}
	for c := 2; c < a.bins; c++ {
		if by.of[c] != by.of[c-1] {
			out.cuts = append(out.cuts, a.cuts[c-2])
		}
	}
	return out
}
