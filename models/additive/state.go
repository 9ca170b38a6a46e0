package additive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
)

// kind is the name and version of this layout of a saved model.
const kind = "additive/2"

// Bounds on the numbers of a saved model: no honest table comes near.
const (
	maxValue = 1e6
	maxMass  = 1e300
	maxCells = 1 << 24
	maxTerms = 2 * MaxFields
)

// header is the readable half of a saved model; the arrays follow its order.
type header struct {
	Fields   []models.Field  `json:"fields"`
	Axes     []axisHeader    `json:"axes"`
	Bags     int             `json:"bags"`
	Rounds   int             `json:"rounds"`
	Share    float64         `json:"share,omitempty"` // see Model; absent: all
	Platt    models.Platt    `json:"platt"`
	Orders   []Order         `json:"orders,omitempty"`
	Terms    []termHeader    `json:"terms"` // the shared terms
	Clusters []clusterHeader `json:"clusters"`
	Residual *residualHeader `json:"residual,omitempty"`
	Spread   *Spread         `json:"spread,omitempty"`
}

type axisHeader struct {
	Bins int `json:"bins"`
	Cuts int `json:"cuts"`
}

type termHeader struct {
	Fields []int `json:"fields"`         // indices of its fields
	Bins   []int `json:"bins,omitempty"` // of a set: bins of each field; a main effect has its axis's
}

type clusterHeader struct {
	ClusterInfo
	Own []int `json:"own,omitempty"` // shared terms that the cluster has an own table beside
}

// State returns the model as data. Equal models have equal states.
//
// Arrays, each in the order of the header: "cuts" and "levels" (the bin of each
// level) by field; "joints" (the bin of a set's table for each bin of the axis) by
// field of each set; "mass" and "tables" by shared term, the latter by bag within
// it; "intercepts" by bag; for the clusters "centres" by term, "own_intercepts"
// by bag, "own_mass" and "own_tables" by own term; what residual.put adds.
func (m *Model) State() (models.State, error) {
	h := header{Fields: m.fields, Bags: len(m.intercepts), Rounds: m.rounds, Share: m.subsample, Platt: m.platt, Orders: m.orders, Spread: m.spread}
	a := map[string][]float64{"cuts": {}, "levels": {}, "own_mass": {}, "own_tables": {}, "joints": {}}
	put := func(name string, values ...float64) { a[name] = append(a[name], values...) }
	for i := range m.binnings {
		h.Axes = append(h.Axes, axisHeader{Bins: m.binnings[i].Bins, Cuts: len(m.binnings[i].Cuts)})
		put("cuts", m.binnings[i].Cuts...)
		for _, b := range m.binnings[i].LevelBin {
			put("levels", float64(b))
		}
	}
	put("intercepts", m.intercepts...)
	for i := range m.tables {
		t := termHeader{Fields: m.tables[i].Fields}
		for _, j := range m.tables[i].Merges {
			t.Bins = append(t.Bins, j.Bins)
			for _, b := range j.Bin {
				put("joints", float64(b))
			}
		}
		h.Terms = append(h.Terms, t)
		put("mass", m.tables[i].Weight...)
		for _, bag := range m.tables[i].Bags {
			put("tables", bag...)
		}
	}
	for k := range m.clusters {
		p := &m.clusters[k]
		c := clusterHeader{ClusterInfo: p.Info}
		put("centres", p.centre...)
		put("own_intercepts", p.Intercepts...)
		for i := range p.Own {
			c.Own = append(c.Own, p.Own[i].Of)
			put("own_mass", p.Own[i].Weight...)
			for _, bag := range p.Own[i].Bags {
				put("own_tables", bag...)
			}
		}
		h.Clusters = append(h.Clusters, c)
	}
	m.residual.put(&h, m.clusters, put)
	text, err := json.Marshal(h)
	if err != nil {
		return models.State{}, fmt.Errorf("additive: %w", err)
	}
	return models.State{Kind: kind, Header: text, Arrays: a}, nil
}

// FromState reads a saved model. Everything is checked, so that a damaged or
// hostile state is an error wrapping models.ErrState; no more is allocated than
// the state itself holds.
func FromState(s models.State) (*Model, error) {
	if s.Kind != kind {
		return nil, fmt.Errorf("%w: it is of kind %q, not %q", models.ErrState, s.Kind, kind)
	}
	var h header
	decoder := json.NewDecoder(bytes.NewReader(s.Header))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&h); err != nil {
		return nil, fmt.Errorf("%w: header: %w", models.ErrState, err)
	}
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", models.ErrState, err)
	}
	r := &reader{rest: make(map[string][]float64, len(s.Arrays))}
	for name, values := range s.Arrays {
		r.rest[name] = values
	}
	m := &Model{fields: h.Fields, rounds: h.Rounds, subsample: h.Share, platt: h.Platt, orders: h.Orders, spread: h.Spread}
	m.binnings = r.axes(&h)
	m.intercepts = r.take("intercepts", h.Bags, maxValue)
	for i := range h.Terms {
		joints := r.joints(&h.Terms[i], m.binnings)
		m.tables = append(m.tables, r.term(&h.Terms[i], joints, m.binnings, h.Bags, ""))
	}
	for _, c := range h.Clusters {
		p := ClusterPart{Info: c.ClusterInfo, Intercepts: r.take("own_intercepts", h.Bags, maxValue)}
		p.centre = r.take("centres", len(h.Terms), maxValue)
		for _, of := range c.Own {
			p.Own = append(p.Own, OwnTable{Of: of, Table: r.term(&h.Terms[of], m.tables[of].Merges, m.binnings, h.Bags, "own_")})
		}
		m.clusters = append(m.clusters, p)
	}
	m.residual = r.residual(&h, m.clusters)
	if err := r.done(); err != nil {
		return nil, fmt.Errorf("%w: %w", models.ErrState, err)
	}
	m.derive()
	return m, nil
}

// check holds the header's counts and indices against each other and the caps.
func (h *header) check() error {
	switch {
	case len(h.Fields) == 0 || len(h.Fields) > MaxFields:
		return fmt.Errorf("%d fields", len(h.Fields))
	case len(h.Axes) != len(h.Fields):
		return fmt.Errorf("%d axes for %d fields", len(h.Axes), len(h.Fields))
	case h.Bags < 2 || h.Bags > MaxBags:
		return fmt.Errorf("%d bags", h.Bags)
	case h.Rounds < 0:
		return fmt.Errorf("%d rounds", h.Rounds)
	case !(h.Share >= 0 && h.Share < 1):
		return fmt.Errorf("a share of %v", h.Share)
	case len(h.Clusters) == 0 || len(h.Clusters) > MaxClusters:
		return fmt.Errorf("%d clusters", len(h.Clusters))
	case len(h.Terms) > maxTerms:
		return fmt.Errorf("%d terms", len(h.Terms))
	case !(h.Platt.Slope >= 0 && h.Platt.Slope <= maxValue) || !(math.Abs(h.Platt.Intercept) <= maxValue):
		return fmt.Errorf("calibration %+v", h.Platt)
	}
	names := make(map[string]bool, len(h.Fields))
	for j, f := range h.Fields {
		if names[f.Name] {
			return fmt.Errorf("two fields are called %q", f.Name)
		}
		names[f.Name] = true
		a := h.Axes[j]
		numeric := !f.Categorical() && a.Cuts >= 0 && a.Bins == a.Cuts+2 && a.Bins <= MaxBins
		levels := f.Categorical() && a.Cuts == 0 && a.Bins >= 2 && a.Bins <= MaxBins
		if !numeric && !levels {
			return fmt.Errorf("field %q: %d bins, %d cuts", f.Name, a.Bins, a.Cuts)
		}
	}
	for t := range h.Terms {
		if err := h.checkTerm(&h.Terms[t]); err != nil {
			return fmt.Errorf("term %d: %w", t, err)
		}
	}
	for _, o := range h.Orders {
		if err := o.check(); err != nil {
			return err
		}
	}
	if h.Residual != nil {
		if err := h.Residual.check(h.Axes, h.Bags); err != nil {
			return fmt.Errorf("residual: %w", err)
		}
	}
	if err := h.Spread.check(h.Fields); err != nil {
		return err
	}
	for k := range h.Clusters {
		if err := h.Clusters[k].check(len(h.Terms)); err != nil {
			return fmt.Errorf("cluster %d: %w", k, err)
		}
	}
	return nil
}

// checkTerm wants one to three fields, ascending, and a table of bearable size;
// of a set it wants the bins too.
func (h *header) checkTerm(t *termHeader) error {
	if len(t.Fields) < 1 || len(t.Fields) > 3 {
		return fmt.Errorf("%d fields", len(t.Fields))
	}
	if sets := len(t.Fields) > 1; sets && len(t.Bins) != len(t.Fields) || !sets && t.Bins != nil {
		return fmt.Errorf("bins %v for %d fields", t.Bins, len(t.Fields))
	}
	size := 1
	for i, j := range t.Fields {
		if j < 0 || j >= len(h.Fields) || i > 0 && j <= t.Fields[i-1] {
			return fmt.Errorf("fields %v", t.Fields)
		}
		if t.Bins == nil {
			continue
		}
		if t.Bins[i] < 1 || t.Bins[i] > h.Axes[j].Bins {
			return fmt.Errorf("bins %v", t.Bins)
		}
		size *= t.Bins[i]
	}
	if size > maxCells {
		return fmt.Errorf("%d cells", size)
	}
	return nil
}

func (c *clusterHeader) check(terms int) error {
	if !(c.Lambda >= 0 && c.Lambda <= 1) {
		return fmt.Errorf("lambda %v", c.Lambda)
	}
	for i, of := range c.Own {
		if of < 0 || of >= terms || i > 0 && of <= c.Own[i-1] {
			return fmt.Errorf("own terms %v", c.Own)
		}
	}
	return nil
}

// reader deals a state's arrays out in order and remembers the first fault.
type reader struct {
	rest  map[string][]float64
	fault error
}

// take returns the next n values of an array, none beyond limit.
func (r *reader) take(name string, n int, limit float64) []float64 {
	rest := r.rest[name]
	if r.fault == nil && len(rest) < n {
		r.fault = fmt.Errorf("array %q is too short", name)
	}
	if r.fault != nil {
		return nil
	}
	r.rest[name] = rest[n:]
	for _, v := range rest[:n] {
		if !(math.Abs(v) <= limit) {
			r.fault = fmt.Errorf("array %q holds %v", name, v)
			return nil
		}
	}
	return append([]float64(nil), rest[:n]...)
}

// axes reads cuts and the bins of levels.
func (r *reader) axes(h *header) []Binning {
	axes := make([]Binning, len(h.Fields))
	for j, f := range h.Fields {
		a := &axes[j]
		a.Bins = h.Axes[j].Bins
		if !f.Categorical() {
			a.Cuts = r.take("cuts", h.Axes[j].Cuts, math.MaxFloat64)
			for i := 1; i < len(a.Cuts); i++ {
				if a.Cuts[i] <= a.Cuts[i-1] {
					r.fail("field %q: the cuts do not rise", f.Name)
				}
			}
			continue
		}
		a.LevelBin = make([]uint8, 0, len(f.Levels))
		for _, v := range r.take("levels", len(f.Levels), MaxBins) {
			if v < 1 || v >= float64(a.Bins) || v != math.Trunc(v) {
				r.fail("field %q: a level in bin %v of %d", f.Name, v, a.Bins)
				break
			}
			a.LevelBin = append(a.LevelBin, uint8(v))
		}
	}
	return axes
}

// joints reads how a set's table joins the bins of its axes: every bin of the
// table is used, and those of a numeric field keep their order.
func (r *reader) joints(h *termHeader, axes []Binning) []MergedBins {
	var out []MergedBins
	for i, bins := range h.Bins {
		a := &axes[h.Fields[i]]
		j := MergedBins{Bin: make([]uint8, 0, a.Bins), Bins: bins}
		var used [MaxBins]bool
		for c, v := range r.take("joints", a.Bins, MaxBins) {
			if v < 0 || v >= float64(bins) || v != math.Trunc(v) || !a.Nominal() && c > 1 && v < float64(j.Bin[c-1]) {
				r.fail("a joint of bin %d to %v of %d", c, v, bins)
				return nil
			}
			used[int(v)] = true
			j.Bin = append(j.Bin, uint8(v))
		}
		for c := range bins {
			if !used[c] {
				r.fail("bin %d of a set holds nothing", c)
			}
		}
		out = append(out, j)
	}
	return out
}

// term reads one table with its bags.
func (r *reader) term(h *termHeader, joints []MergedBins, axes []Binning, bags int, prefix string) Table {
	t := Table{Fields: h.Fields, Merges: joints}
	n := axes[h.Fields[0]].Bins
	if joints != nil {
		n = Cells(joints)
	}
	t.Weight = r.take(prefix+"mass", n, maxMass)
	for _, m := range t.Weight {
		if m < 0 {
			r.fail("a negative mass")
		}
	}
	for range bags {
		if r.fault != nil {
			return t
		}
		t.Bags = append(t.Bags, r.take(prefix+"tables", n, maxValue))
	}
	if r.fault == nil {
		t.SetMean()
	}
	return t
}

func (r *reader) fail(format string, args ...any) {
	if r.fault == nil {
		r.fault = fmt.Errorf(format, args...)
	}
}

// done returns the first fault; an array that holds more than the header declares
// is one.
func (r *reader) done() error {
	for name, rest := range r.rest {
		if len(rest) > 0 {
			r.fail("array %q holds more than the header declares", name)
		}
	}
	return r.fault
}
