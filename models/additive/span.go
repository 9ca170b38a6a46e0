package additive

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Bins returns the bins of values of field j, which Span reads. The error wraps
// models.ErrFields for an infinite value.
func (m *Model) Bins(j int, values []float64) ([]uint8, error) {
	bins := make([]uint8, len(values))
	return bins, m.lookup.coders[j].codeAll(m.fields[j].Name, values, 0, bins)
}

// Span computes between which bounds the log-odds of the one row of a frame change
// with other bins of one field at a time: low[n] and high[n] are the least and the
// largest of Vary's log-odds with values of bins[n] in field fields[n] less the row's
// own, except for rounding. Only the tables and trees that read the field are looked
// up, a small part of what Vary costs. The error wraps models.ErrFields for another
// number of rows, an infinite value or slices that do not fit.
func (m *Model) Span(f *models.Frame, fields []int, bins [][]uint8, low, high []float64) error {
	if err := m.checkFrame(f); err != nil {
		return err
	}
	if n := len(fields); f.Rows() != 1 || len(bins) != n || len(low) != n || len(high) != n {
		return fmt.Errorf("%w: %d rows, %d fields, %d lists of bins, %d and %d bounds",
			models.ErrFields, f.Rows(), n, len(bins), len(low), len(high))
	}
	l := m.lookup
	r := l.workspaces.Get().(*workspace)
	defer l.workspaces.Put(r)
	if err := l.codes(f, 0, 1, r.codes); err != nil {
		return err
	}
	l.cluster(f, 0, r.cluster[:1])
	trees := l.trees.differences(r.codes, fields)
	for n, j := range fields {
		low[n], high[n] = l.span(r, j, bins[n], trees)
	}
	return nil
}

// span is Span for field j of the first row of a workspace.
func (l *lookup) span(r *workspace, j int, bins []uint8, trees [][]float64) (low, high float64) {
	present := r.codes[j][0]
	before, last := l.effects(r, j), -1
	low, high = math.Inf(1), math.Inf(-1)
	if plain := l.onlyPlain(j); plain != nil {
		for _, bin := range bins {
			low, high = min(low, plain[bin]), max(high, plain[bin])
		}
		return low - before, high - before
	}
	for _, bin := range bins {
		if int(bin) == last { // values in order share bins
			continue
		}
		r.codes[j][0], last = bin, int(bin)
		change := l.effects(r, j) - before + l.trees.difference(trees, j, bin)
		low, high = min(low, change), max(high, change)
	}
	r.codes[j][0] = present
	return low, high
}

// onlyPlain is the main effect that all clusters share, where the model reads field j
// in nothing else; nil: it does.
func (l *lookup) onlyPlain(j int) *[MaxBins]float64 {
	if len(l.readers[j]) != 1 || l.trees != nil && slices.Contains(l.trees.Fields, j) {
		return nil
	}
	return l.tables[l.readers[j][0]].plain
}

// effects sums the values of the tables that read field j for the first row.
func (l *lookup) effects(r *workspace, j int) float64 {
	sum := 0.0
	for _, t := range l.readers[j] {
		term := &l.tables[t]
		cell := int32(0)
		if term.offset == nil {
			cell = int32(r.codes[j][0])
		}
		for i := range term.offset {
			cell += term.offset[i][r.codes[term.fields[i]][0]]
		}
		if !term.shared {
			cell += term.start[r.cluster[0]]
		}
		sum += term.effect[cell]
	}
	return sum
}

// differences computes how the residual of the first row changes with other bins of
// some fields: [field of the residual][coarser bin], nil for a field not wanted.
func (d *scoringTrees) differences(codes [][]uint8, fields []int) [][]float64 {
	if d == nil {
		return nil
	}
	change, bins := make([][]float64, len(d.Fields)), make([]uint8, len(d.Fields))
	for f, j := range d.Fields {
		bins[f] = d.wide[f][codes[j][0]]
		if slices.Contains(fields, j) {
			change[f] = make([]float64, 1+int(slices.Max(d.Bin[f])))
		}
	}
	for b := range d.bags {
		for k := range d.bags[b] {
			d.bags[b][k].differences(bins, change, 1/float64(len(d.bags)))
		}
	}
	return change
}

// differences adds one tree's part.
func (t *scoringTree) differences(bins []uint8, change [][]float64, part float64) {
	leaf := uint8(0)
	for level, c := range t.Cuts {
		leaf |= uint8(c.Right>>bins[c.Field]&1) << level
	}
	for level, c := range t.Cuts {
		if change[c.Field] == nil || slices.ContainsFunc(t.Cuts[:level], func(o Cut) bool { return o.Field == c.Field }) {
			continue
		}
		for bin := range change[c.Field] {
			other := leaf
			for l, o := range t.Cuts {
				if o.Field == c.Field {
					other = other&^(1<<l) | uint8(o.Right>>bin&1)<<l
				}
			}
			change[c.Field][bin] += part * (t.Value[other] - t.Value[leaf])
		}
	}
}

// difference reads what differences computed for a bin of field j.
func (d *scoringTrees) difference(change [][]float64, j int, code uint8) float64 {
	if d == nil {
		return 0
	}
	if f := slices.Index(d.Fields, j); f >= 0 {
		return change[f][d.wide[f][code]]
	}
	return 0
}
