package cluster

import (
	"math"
	"slices"
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
