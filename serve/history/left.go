package history

import (
	"database/sql"
	"slices"
	"time"
)

// An account has left where a whole portfolio was written for a date after its
// latest answer, or written again for the date of that answer: it was not in that
// portfolio. It stays with all that is stored
// of it, but lists and sums are of the others unless the query is for those
// that left. As soon as it has an answer that no whole portfolio is newer than,
// it is back. This follows from the dates alone, whatever the order of writing; of
// several whole portfolios of one date the last one written stands.

// Whole declares that the snapshots of this write at a date are those of the whole
// portfolio: accounts without one, whose latest answer is of that date or older,
// have left. A
// date of which the write holds no snapshot marks nobody.
func (w *Writer) Whole(asOf time.Time) error {
	return w.do("write a whole portfolio", func() error {
		at, err := midnight(asOf)
		if err == nil && !slices.Contains(w.whole, at) {
			w.whole = append(w.whole, at)
		}
		return err
	})
}

// loadWholes reads the dates of whole portfolios.
func (w *Writer) loadWholes() error {
	rows, err := w.tx.QueryContext(w.ctx, `SELECT as_of FROM whole ORDER BY as_of`)
	if err != nil {
		return err
	}
	return each(rows, func(scan func(...any) error) error {
		var at day
		err := scan(&at)
		w.wholes = append(w.wholes, at)
		return err
	})
}

// leftOn is when an account left whose latest answer is at a date; null: it is
// there.
func (w *Writer) leftOn(latest sql.NullInt64) sql.NullInt64 {
	i, _ := slices.BinarySearch(w.wholes, day(latest.Int64)+1)
	if !latest.Valid || i == len(w.wholes) {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: int64(w.wholes[i]), Valid: true}
}

// markLeft marks the accounts that are not in the whole portfolios written.
func (w *Writer) markLeft() error {
	slices.Sort(w.whole)
	for _, at := range w.whole {
		if !w.dates[at] {
			continue
		}
		if err := w.markMissing(at); err != nil {
			return err
		}
		if _, known := slices.BinarySearch(w.wholes, at); !known {
			w.changed = true
			if _, err := w.exec(`INSERT INTO whole (as_of) VALUES (?)`, int64(at)); err != nil {
				return err
			}
		}
		if err := w.s.gather(w.ctx, w.tx, w.buckets, leaving{`as_of < ?`, []any{int64(at)}, gone}); err != nil {
			return err
		}
		for _, change := range []struct {
			which string
			count *int
		}{{`left_on IS NULL`, &w.written.Left}, {`left_on > ?`, nil}} {
			args := []any{int64(at), int64(at)}
			if change.count == nil {
				args = append(args, int64(at))
			}
			done, err := w.exec(`UPDATE account SET left_on = ? WHERE as_of < ? AND `+change.which, args...)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			if err != nil {
				return err
			}
			w.changed = w.changed || n > 0
			if change.count != nil {
				*change.count += int(n)
			}
		}
	}
	return nil
}

// markMissing marks the accounts whose latest answer is of a date and that are not
// in the whole portfolio of that date.
func (w *Writer) markMissing(at day) error {
	members := w.members[at]
	slices.Sort(members)
	rows, err := w.tx.QueryContext(w.ctx, w.s.sql(`SELECT k FROM account WHERE as_of = ? AND (left_on IS NULL OR left_on > as_of)`), int64(at))
	if err != nil {
		return err
	}
	var gone []any
	err = each(rows, func(scan func(...any) error) error {
		var k int64
		err := scan(&k)
		if _, member := slices.BinarySearch(members, k); !member {
			gone = append(gone, k)
		}
		return err
	})
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(gone, chunkRows) {
		if err := w.markGone(chunk); err != nil {
			return err
		}
	}
	return nil
}

// markGone marks accounts as missing at the date of their latest answer.
func (w *Writer) markGone(keys []any) error {
	in := `k IN (` + marks(len(keys)) + `)`
	if err := w.s.gather(w.ctx, w.tx, w.buckets, leaving{in, keys, gone}); err != nil {
		return err
	}
	var there int
	if err := w.tx.QueryRowContext(w.ctx, w.s.sql(`SELECT count(*) FROM account WHERE left_on IS NULL AND `+in), keys...).Scan(&there); err != nil {
		return err
	}
	w.written.Left, w.changed = w.written.Left+there, true
	_, err := w.exec(`UPDATE account SET left_on = as_of WHERE `+in, keys...)
	return err
}
