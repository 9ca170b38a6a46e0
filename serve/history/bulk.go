package history

import (
	"fmt"
	"slices"
	"strings"
)

// rows runs a statement that ends in a list of rows of values, a chunk at a
// time; whole chunks are prepared once.
func (w *Writer) rows(before, first, other, after string, width int, args []any) error {
	for chunk := range slices.Chunk(args, width*chunkRows) {
		n := len(chunk) / width
		if n < chunkRows {
			if _, err := w.exec(statement(before, first, other, after, n), chunk...); err != nil {
				return err
			}
			continue
		}
		if err := w.execPrepared(statement(before, first, other, after, n), chunk); err != nil {
			return err
		}
	}
	return nil
}

// execPrepared runs a statement that will be run again.
func (w *Writer) execPrepared(query string, args []any) error {
	stmt := w.prepared[query]
	if stmt == nil {
		var err error
		if stmt, err = w.tx.PrepareContext(w.ctx, w.s.sql(query)); err != nil {
			return err
		}
		w.prepared[query] = stmt
	}
	_, err := stmt.ExecContext(w.ctx, args...)
	return err
}

// update changes columns of rows of the account table that are found by k.
type update struct {
	single string // of one row
	before string // of many rows: what stands before their values
	first  string // the first row of values, with casts that type all
	other  string
	width  int
}

// column is a column and its type in SQL.
type column struct{ name, kind string }

const (
	integer = "BIGINT"
	number  = "DOUBLE PRECISION"
	text    = "TEXT"
)

// newUpdate prepares an update; its arguments are k and then the columns.
func newUpdate(columns ...column) update {
	u := update{width: len(columns) + 1}
	var single, many []string
	casts := []string{"CAST(? AS " + integer + ")"}
	for i, c := range columns {
		single = append(single, fmt.Sprintf("%s = ?%d", c.name, i+2))
		many = append(many, fmt.Sprintf("%s = v.column%d", c.name, i+2))
		casts = append(casts, "CAST(? AS "+c.kind+")")
	}
	u.single = "UPDATE account SET " + strings.Join(single, ", ") + " WHERE k = ?1"
	u.before = "UPDATE account SET " + strings.Join(many, ", ") + " FROM (VALUES "
	u.first = "(" + strings.Join(casts, ", ") + ")"
	u.other = "(" + marks(u.width) + ")"
	return u
}

// update runs an update on rows of arguments. A server is sent many at once;
// inside the process a statement a row does less work.
func (w *Writer) update(u update, args []any) error {
	if !w.s.dialect.embedded {
		return w.rows(u.before, u.first, u.other, ") AS v WHERE account.k = v.column1", u.width, args)
	}
	for row := range slices.Chunk(args, u.width) {
		if err := w.execPrepared(u.single, row); err != nil {
			return err
		}
	}
	return nil
}

// statement writes n rows of values between two halves of a statement; the
// first may carry casts, which give the parameters of all rows their types.
func statement(before, first, other, after string, n int) string {
	return before + first + strings.Repeat(", "+other, n-1) + after
}
