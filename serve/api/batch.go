package api

import (
	"math"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/score"
)

// batch collects the rows of a request column by column. All columns lie in one
// piece of memory, capacity numbers each.
type batch struct {
	names    *names
	capacity int
	rows     int
	columns  [][]float64 // [feature][row], then [milestone of the path][row], then the tenure
	ids      []string
	asOf     []time.Time
	warnings [][]score.Warning
}

func newBatch(n *names) batch {
	return batch{names: n, columns: make([][]float64, len(n.fields)+len(n.milestones)+1)}
}

// grow makes room for so many rows.
func (b *batch) grow(capacity int) {
	if capacity <= b.capacity {
		return
	}
	memory := make([]float64, len(b.columns)*capacity)
	for j, column := range b.columns {
		b.columns[j] = memory[j*capacity : j*capacity+b.rows : (j+1)*capacity]
		copy(b.columns[j], column)
	}
	b.ids = append(make([]string, 0, capacity), b.ids...)
	b.asOf = append(make([]time.Time, 0, capacity), b.asOf...)
	b.warnings = append(make([][]score.Warning, 0, capacity), b.warnings...)
	b.capacity = capacity
}

// reset empties the batch and keeps its memory.
func (b *batch) reset() {
	b.rows = 0
	for j, column := range b.columns {
		b.columns[j] = column[:0]
	}
	clear(b.ids)
	clear(b.warnings)
	b.ids, b.asOf, b.warnings = b.ids[:0], b.asOf[:0], b.warnings[:0]
}

// begin adds a row in which nothing is known and returns its index.
func (b *batch) begin() int {
	if b.rows == b.capacity {
		b.grow(max(1, 2*b.capacity))
	}
	for j := range b.columns {
		b.columns[j] = append(b.columns[j], math.NaN())
	}
	b.ids = append(b.ids, "")
	b.asOf = append(b.asOf, time.Time{})
	b.warnings = append(b.warnings, nil)
	b.rows++
	return b.rows - 1
}

// reached returns the column of the path's milestone m.
func (b *batch) reached(m int) []float64 { return b.columns[len(b.names.fields)+m] }

// tenure returns the column of tenures that the path is measured at.
func (b *batch) tenure() []float64 { return b.columns[len(b.columns)-1] }

func (b *batch) input() *score.Input {
	fields := len(b.names.fields)
	return &score.Input{
		Frame:      &models.Frame{Fields: b.names.fields, Columns: b.columns[:fields:fields]},
		AccountIDs: b.ids,
		AsOf:       b.asOf,
		Journey: &models.Journey{Milestones: b.names.milestones, Tenure: b.tenure(),
			Reached: b.columns[fields : len(b.columns)-1 : len(b.columns)-1]},
		Warnings: b.warnings,
	}
}

// journey turns the dates of row's milestones into tenures in days; the zero time
// stands for one that is not given. A milestone that was reached on the as-of date
// or later is not known at it: a warning names it.
func (b *batch) journey(row int, reached []time.Time) {
	if b.names.tenure < 0 {
		return
	}
	tenure, asOf := b.columns[b.names.tenure][row], b.asOf[row]
	b.tenure()[row] = tenure
	var late []string
	for m, name := range b.names.milestones {
		switch date := reached[m]; {
		case date.IsZero():
		case !date.Before(asOf):
			late = append(late, name)
		default:
			b.reached(m)[row] = tenure - asOf.Sub(date).Hours()/24
		}
	}
	if late != nil {
		b.warnings[row] = append(b.warnings[row], score.Warning{Code: score.WarnMilestoneIgnored, Args: &score.WarningArgs{Milestones: late}})
	}
}
