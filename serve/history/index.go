package history

// The sort indexes that a new answer changes cost more than the row itself when
// most of a portfolio gets one. Past this many answers, and one in 32 of the
// accounts, they are dropped and made again before the commit; readers see
// neither.
const unindexAfter = 2_000

// answerIndexes name a column of the latest answer.
var answerIndexes = []any{"by_renewal", "by_health", "by_churn", "by_moved", "by_arr", "by_label", "by_band_health", "by_band_churn", "by_band_moved", "by_texts", "by_verdict"}

// index is a sort index and how it is made.
type index struct{ name, sql string }

// dropIndexes counts new answers and drops the sort indexes once that pays.
func (w *Writer) dropIndexes(updates int) error {
	w.updates += int64(updates)
	if w.dropped != nil || !w.s.dialect.embedded || !w.large() {
		return nil
	}
	rows, err := w.tx.QueryContext(w.ctx, `SELECT name, sql FROM sqlite_schema WHERE name IN (`+marks(len(answerIndexes))+`) ORDER BY name`, answerIndexes...)
	if err != nil {
		return err
	}
	if err := each(rows, func(scan func(...any) error) error {
		var i index
		err := scan(&i.name, &i.sql)
		w.dropped = append(w.dropped, i)
		return err
	}); err != nil {
		return err
	}
	for _, i := range w.dropped {
		if _, err := w.exec(`DROP INDEX ` + i.name); err != nil {
			return err
		}
	}
	return nil
}

// finishIndexes makes the dropped indexes again, or updates the planner's statistics after a write
// as large.
func (w *Writer) finishIndexes() error {
	for _, i := range w.dropped {
		if _, err := w.exec(i.sql); err != nil {
			return err
		}
	}
	if w.s.dialect.analyze == "" || !w.large() {
		return nil
	}
	_, err := w.exec(w.s.dialect.analyze)
	return err
}

// large reports whether most of a portfolio is being written.
func (w *Writer) large() bool { return w.updates >= max(unindexAfter, w.known/32) }
