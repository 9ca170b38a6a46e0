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

// Axis is the bins of a field, for a reader. Bin 0 is missing.
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
	out := make([]Term, len(m.tables))
	for t := range m.tables {
		out[t] = m.describe(&m.tables[t], 1)
	}
	return out
}

// ClusterTerms returns what is different in cluster k: its own tables, weighted
// by its lambda. None if the cluster uses exactly the shared model.
func (m *Model) ClusterTerms(k int) []Term {
	p := &m.clusters[k]
	out := []Term{}
	for i := range p.Own {
		out = append(out, m.describe(&p.Own[i].Table, p.Info.Lambda))
	}
	return out
}

func (m *Model) describe(t *Table, weight float64) Term {
	out := Term{Weight: append([]float64(nil), t.Weight...)}
	for i, j := range t.Fields {
		out.Fields = append(out.Fields, m.fields[j].Name)
		a := m.binnings[j]
		if t.Merges != nil {
			a = a.joined(t.Merges[i])
		}
		out.Axes = append(out.Axes, a.describe(m.fields[j]))
	}
	total := 0.0
	out.Error = m.errors(t)
	for c, v := range t.Mean {
		out.Value = append(out.Value, weight*v)
		out.Importance += t.Weight[c] * math.Abs(weight*v)
		total += t.Weight[c]
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

func (a *Binning) describe(f models.Field) Axis {
	out := Axis{Field: f.Name, Cuts: append([]float64(nil), a.Cuts...)}
	if a.Nominal() {
		out.Levels = make([][]string, a.Bins)
		for c, b := range a.LevelBin {
			out.Levels[b] = append(out.Levels[b], f.Levels[c])
		}
	}
	return out
}

// joined returns the axis with its bins joined.
func (a *Binning) joined(by MergedBins) Binning {
	out := Binning{Bins: by.Bins}
	if a.Nominal() {
		for _, b := range a.LevelBin {
			out.LevelBin = append(out.LevelBin, by.Bin[b])
		}
		return out
	}
	for c := 2; c < a.Bins; c++ {
		if by.Bin[c] != by.Bin[c-1] {
			out.Cuts = append(out.Cuts, a.Cuts[c-2])
		}
	}
	return out
}
