package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

const kindModel = "cluster/1"

// maxCoordinates bounds what a saved state may claim, so that no product of
// counts overflows.
const maxCoordinates = 1 << 24

// modelHeader is the readable part of a saved Model.
type modelHeader struct {
	K      int           `json:"k"`
	IDs    []string      `json:"ids,omitempty"` // absent: by number
	Dims   int           `json:"dims"`
	Axes   bool          `json:"axes"`
	Shares []string      `json:"shares"`
	Values []scaleHeader `json:"values"`
}

type scaleHeader struct {
	Name   string   `json:"name"`
	Levels []string `json:"levels"` // null: numeric
	Log    bool     `json:"log"`
}

// State returns the model as data: "cluster/1", names in the header, numbers in
// the arrays.
func (m *Model) State() (models.State, error) {
	head := modelHeader{K: m.k, IDs: slices.Clone(m.ids), Dims: m.dims, Axes: m.coords.axes != nil, Shares: slices.Clone(m.coords.shares)}
	var scales, levelShares []float64
	for _, s := range m.coords.values {
		head.Values = append(head.Values, scaleHeader{s.name, s.levels, s.log})
		scales = append(scales, s.median, s.spread)
		levelShares = append(levelShares, s.share...)
	}
	text, err := json.Marshal(head)
	if err != nil {
		return models.State{}, err
	}
	return models.State{Kind: kindModel, Header: text, Arrays: map[string][]float64{
		"scales":       scales,
		"level_shares": levelShares,
		"mean":         slices.Clone(m.coords.mean),
		"weight":       slices.Clone(m.coords.weight),
		"axes":         slices.Clone(m.coords.axes),
		"centres":      slices.Clone(m.centres),
		"variance":     {m.variance},
		"sizes":        slices.Clone(m.sizes),
		"means":        slices.Concat(m.means...),
		"raw":          slices.Concat(m.raw...),
		"overall":      slices.Clone(m.overall),
		"spread":       slices.Clone(m.spread),
	}}, nil
}

// FromState reads a model back. ErrState if the parts do not fit together.
func FromState(s models.State) (*Model, error) {
	var head modelHeader
	if err := readHeader(s, kindModel, &head); err != nil {
		return nil, err
	}
	if head.K < 1 || head.K > maxClusters || head.Dims < 0 || head.Dims > maxCoordinates {
		return nil, fmt.Errorf("%w: %d clusters in %d dimensions", models.ErrState, head.K, head.Dims)
	}
	r := &arrays{from: s.Arrays}
	c := &coordinates{shares: head.Shares, dims: head.Dims}
	c.values = r.scales(head.Values)
	w := c.width()
	c.mean, c.weight = r.take("mean", w), r.take("weight", w)
	if head.Axes {
		c.axes = r.take("axes", w*head.Dims)
	} else if r.take("axes", 0); head.Dims != w {
		r.fail("%d dimensions of %d coordinates without axes", head.Dims, w)
	}
	m := &Model{coords: c, k: head.K, dims: head.Dims}
	m.centres = r.take("centres", head.K*head.Dims)
	m.sizes = r.take("sizes", head.K)
	m.overall, m.spread = r.take("overall", w), r.take("spread", w)
	means, raw := r.take("means", head.K*w), r.take("raw", head.K*w)
	variance := r.take("variance", 1)
	if r.err == nil && !(variance[0] > 0 && slices.Min(m.sizes) > 0) {
		r.fail("variance %v and sizes %v must be positive", variance[0], m.sizes)
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	m.variance, m.means, m.raw = variance[0], split(means, head.K), split(raw, head.K)
	if head.IDs != nil {
		return m.WithIDs(head.IDs)
	}
	return m, nil
}

// readHeader checks the kind and decodes the header, refusing unknown keys.
func readHeader(s models.State, kind string, into any) error {
	if s.Kind != kind {
		return fmt.Errorf("%w: kind %q where %q is expected", models.ErrState, s.Kind, kind)
	}
	d := json.NewDecoder(bytes.NewReader(s.Header))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: header of %s: %w", models.ErrState, kind, err)
	}
	return nil
}

// arrays hands out copies of checked arrays and remembers the first fault.
type arrays struct {
	from  map[string][]float64
	taken int
	err   error
}

func (r *arrays) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", models.ErrState, fmt.Sprintf(format, args...))
	}
}

// take returns a copy of an array of n finite numbers; nil after a fault.
func (r *arrays) take(name string, n int) []float64 {
	x, ok := r.from[name]
	r.taken++
	if !ok || len(x) != n {
		r.fail("array %q holds %d numbers where %d are expected", name, len(x), n)
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			r.fail("array %q, position %d: %v", name, i, v)
		}
	}
	if r.err != nil {
		return nil
	}
	return slices.Clone(x)
}

// done returns the first fault; an array that the header does not name is one.
func (r *arrays) done() error {
	if r.taken != len(r.from) {
		r.fail("%d arrays where %d are expected", len(r.from), r.taken)
	}
	return r.err
}

// scales puts the value columns together.
func (r *arrays) scales(heads []scaleHeader) []scale {
	levels := 0
	for _, h := range heads {
		levels += len(h.Levels)
	}
	numbers, shares := r.take("scales", 2*len(heads)), r.take("level_shares", levels)
	if r.err != nil {
		return nil
	}
	var out []scale
	for i, h := range heads {
		s := scale{name: h.Name, levels: h.Levels, log: h.Log, median: numbers[2*i], spread: numbers[2*i+1]}
		s.share, shares = shares[:len(h.Levels):len(h.Levels)], shares[len(h.Levels):]
		if s.spread < 0 {
			r.fail("column %q has spread %v", h.Name, s.spread)
		}
		out = append(out, s)
	}
	return out
}

func split(x []float64, n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = x[i*len(x)/n : (i+1)*len(x)/n]
	}
	return out
}
