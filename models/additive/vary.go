package additive

import (
	"fmt"

	"github.com/etappe/etappe/models"
)

// Vary computes the log-odds of the one row of a frame with other values of one
// field at a time and nothing else changed: logOdds[n][i] is that of values[n][i]
// in field fields[n]. The numbers are Answer's, to the bit; only the changed field
// is coded anew, so that many curves cost little more than their look-ups. The
// error wraps models.ErrFields for another number of rows, slices that do not fit
// or an infinite value.
func (m *Model) Vary(f *models.Frame, fields []int, values, logOdds [][]float64) error {
	if err := m.checkVaried(f, fields, values, logOdds); err != nil {
		return err
	}
	l := m.lookup
	r := l.workspaces.Get().(*workspace)
	defer l.workspaces.Put(r)
	if err := l.codes(f, 0, 1, r.codes); err != nil {
		return err
	}
	v := &variation{lookup: l, workspace: r, row: make([]uint8, len(r.codes))}
	for j := range r.codes {
		v.row[j] = r.codes[j][0]
	}
	l.cluster(f, 0, r.cluster[:1])
	v.cluster = r.cluster[0]
	for n, j := range fields {
		for from := 0; from < len(values[n]); {
			to := min(len(values[n]), from+block-v.rows)
			v.pieces = append(v.pieces, varied{field: j, values: values[n][from:to], logOdds: logOdds[n][from:to]})
			if v.rows += to - from; v.rows == block {
				if err := v.flush(); err != nil {
					return err
				}
			}
			from = to
		}
	}
	return v.flush()
}

// checkVaried holds the arguments of Vary against each other.
func (m *Model) checkVaried(f *models.Frame, fields []int, values, room [][]float64) error {
	if err := m.checkFrame(f); err != nil {
		return err
	}
	if f.Rows() != 1 || len(values) != len(fields) || len(room) != len(fields) {
		return fmt.Errorf("%w: %d rows, %d fields, %d lists of values and %d of log-odds",
			models.ErrFields, f.Rows(), len(fields), len(values), len(room))
	}
	for n, v := range values {
		if len(room[n]) != len(v) {
			return fmt.Errorf("%w: %d values and %d log-odds", models.ErrFields, len(v), len(room[n]))
		}
	}
	return nil
}

// variation is a block of rows that differ from one row in one field each.
type variation struct {
	lookup    *lookup
	workspace *workspace
	row       []uint8 // [field] bin of the one row
	cluster   int32
	pieces    []varied
	rows      int
}

// varied is a run of rows with other values of one field.
type varied struct {
	field           int
	values, logOdds []float64
}

// flush scores the rows that are waiting.
func (v *variation) flush() error {
	if v.rows == 0 {
		return nil
	}
	r, l := v.workspace, v.lookup
	for j, code := range v.row {
		fill(r.codes[j][:v.rows], code)
	}
	fill(r.cluster[:v.rows], v.cluster)
	at := 0
	for _, p := range v.pieces {
		if err := l.coders[p.field].codeAll(l.model.fields[p.field].Name, p.values, 0, r.codes[p.field][at:at+len(p.values)]); err != nil {
			return err
		}
		at += len(p.values)
	}
	l.block(r, nil, 0, v.rows, &Answers{})
	at = 0
	for _, p := range v.pieces {
		at += copy(p.logOdds, r.z[at:v.rows])
	}
	v.pieces, v.rows = v.pieces[:0], 0
	return nil
}

func fill[T uint8 | int32](list []T, value T) {
	if len(list) == 0 {
		return
	}
	list[0] = value
	for n := 1; n < len(list); n *= 2 {
		copy(list[n:], list[:n])
	}
}
