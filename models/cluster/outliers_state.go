package cluster

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/etappe/etappe/models"
)

const kindOutliers = "outliers/1"

type boundsHeader struct {
	Name        string   `json:"name"`
	Levels      []string `json:"levels"` // null: numeric
	MissingSeen bool     `json:"missing_seen"`
}

type outliersHeader struct {
	Columns []boundsHeader `json:"columns"`
	Axes    int            `json:"axes"`
}

// State returns the rule as data: "outliers/1".
func (o *Outliers) State() (models.State, error) {
	head := outliersHeader{Axes: len(o.inverse)}
	var ranges []float64
	for _, b := range o.columns {
		head.Columns = append(head.Columns, boundsHeader{b.name, b.levels, b.missingSeen})
		ranges = append(ranges, b.low, b.high, b.median, b.spread)
	}
	text, err := json.Marshal(head)
	if err != nil {
		return models.State{}, err
	}
	return models.State{Kind: kindOutliers, Header: text, Arrays: map[string][]float64{
		"ranges":     ranges,
		"mean":       slices.Clone(o.mean),
		"axes":       slices.Clone(o.axes),
		"inverse":    slices.Clone(o.inverse),
		"thresholds": {o.rangeAt, o.jointAt, o.rest},
	}}, nil
}

// OutliersFromState reads a rule back. ErrState if the parts do not fit together.
func OutliersFromState(s models.State) (*Outliers, error) {
	var head outliersHeader
	if err := readHeader(s, kindOutliers, &head); err != nil {
		return nil, err
	}
	if head.Axes < 0 || head.Axes > outlierAxes {
		return nil, fmt.Errorf("%w: %d axes", models.ErrState, head.Axes)
	}
	r := &arrays{from: s.Arrays}
	ranges, thresholds := r.take("ranges", 4*len(head.Columns)), r.take("thresholds", 3)
	if r.err != nil {
		return nil, r.err
	}
	o := &Outliers{rangeAt: thresholds[0], jointAt: thresholds[1], rest: thresholds[2]}
	for j, h := range head.Columns {
		x := ranges[4*j : 4*j+4]
		o.columns = append(o.columns, bounds{h.Name, h.Levels, x[0], x[1], x[2], x[3], h.MissingSeen})
		if h.Levels == nil && x[3] > 0 {
			o.numeric = append(o.numeric, j)
		}
	}
	d := len(o.numeric)
	o.mean, o.axes, o.inverse = r.take("mean", d), r.take("axes", d*head.Axes), r.take("inverse", head.Axes)
	if !(o.rangeAt > 0 && o.jointAt > 0 && o.rest >= 0) {
		r.fail("thresholds %v", thresholds)
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	return o, nil
}
