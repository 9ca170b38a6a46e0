package cluster

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// learnAxes finds the principal axes of the scaled columns.
func (o *Outliers) learnAxes(v *boundsView) {
	d := len(o.numeric)
	o.mean = make([]float64, d)
	if d == 0 {
		return
	}
	rows := newMatrix(v.rows, d)
	for i := range rows.n {
		v.scaled(i, rows.row(i))
		for j, z := range rows.row(i) {
			o.mean[j] += z / float64(rows.n)
		}
	}
	for i := range rows.n {
		for j := range o.mean {
			rows.row(i)[j] -= o.mean[j]
		}
	}
	value, axes, ok := principal(rows)
	if !ok {
		return
	}
	kept := min(d, outlierAxes)
	for kept > 0 && value[kept-1] <= 1e-9*value[0] { // columns that repeat others
		kept--
	}
	o.axes = axes[:kept*d]
	for _, x := range value[:kept] {
		o.inverse = append(o.inverse, 1/x)
	}
	left := 0.0
	for _, x := range value[kept:] {
		left += x
	}
	if left > 1e-9*value[0] {
		o.rest = float64(d-kept) / left
	}
}

// calibrate sets E* and M*: first each at the quantile that half of the flagged
// share exceeds, then both by the common factor that makes the share right. A
// range score that hardly ever occurs in training must not flag for one
// value just outside its range: E* is at least 1.
func (o *Outliers) calibrate(v *boundsView) {
	ranges, joints := make([]float64, v.rows), make([]float64, v.rows)
	z := make([]float64, len(o.numeric))
	for i := range v.rows {
		ranges[i], joints[i] = v.rangeScore(i), v.jointScore(i, z)
	}
	o.rangeAt = math.Max(quantile(slices.Sorted(slices.Values(ranges)), 1-flaggedShare/2), 1)
	o.jointAt = quantile(slices.Sorted(slices.Values(joints)), 1-flaggedShare/2)
	if o.jointAt <= 0 {
		o.jointAt = 1
	}
	scores := make([]float64, v.rows)
	for i := range scores {
		scores[i] = math.Max(ranges[i]/o.rangeAt, joints[i]/o.jointAt)
	}
	slices.Sort(scores)
	if common := quantile(scores, 1-flaggedShare); common > 0 {
		o.rangeAt, o.jointAt = math.Max(o.rangeAt*common, 1), o.jointAt*common
	}
}

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
