package history

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Common stores what all accounts did in common in the weeks before a date, packed by
// the caller, as a model counts it. Snapshots of that date and model carry it when
// they are read.
func (w *Writer) Common(asOf time.Time, model string, record []byte) error {
	return w.do("write what accounts have in common", func() error {
		at, err := midnight(asOf)
		if err != nil {
			return err
		}
		if model == "" || len(record) == 0 {
			return fmt.Errorf("%w: what accounts have in common without a model or a record", ErrInput)
		}
		version, err := w.dictionaryID(model)
		if err != nil {
			return err
		}
		var old []byte
		err = w.tx.QueryRowContext(w.ctx, w.s.sql(`SELECT record FROM common WHERE as_of = ? AND model = ?`), int64(at), version).Scan(&old)
		if err == nil && bytes.Equal(old, record) {
			return nil
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		w.changed = true
		_, err = w.exec(`INSERT INTO common (as_of, model, record) VALUES (?, ?, ?) ON CONFLICT (as_of, model) DO UPDATE SET record = excluded.record`,
			int64(at), version, record)
		return err
	})
}
