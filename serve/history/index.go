package history

// Sort indexes cost more than the rows they sort when most of a portfolio gets
// a new answer. Past this many new answers, and a quarter of the accounts, they
// are dropped and built again before the commit; readers see neither.
const unindexAfter = 20_000

// index is a sort index and how it is made.
type index struct{ name, sql string }

// dropIndexes notes new answers and drops the sort indexes once that pays.
func (w *Writer) dropIndexes(updates int) error {
	w.updates += int64(updates)
	if w.dropped != nil || !w.s.dialect.sparse || w.updates < max(unindexAfter, w.known/4) {
		return nil
	}
	rows, err := w.tx.QueryContext(w.ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'account' AND sql IS NOT NULL ORDER BY name`)
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

// restoreIndexes makes the dropped indexes again.
func (w *Writer) restoreIndexes() error {
	for _, i := range w.dropped {
		if _, err := w.exec(i.sql); err != nil {
			return err
		}
	}
	return nil
}
