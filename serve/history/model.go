package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Model is a version of the artifact that answered. Empty fields are unknown.
type Model struct {
	Version     string
	TrainedAt   time.Time // kept to the microsecond
	PromotedAt  time.Time // when it became the champion
	Fingerprint string    // of its feature catalogue
}

// Models lists the models that ever answered, by version.
func (s *Store) Models(ctx context.Context) ([]Model, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT v.text, m.trained_at, m.promoted_at, f.text FROM model m
		JOIN dictionary v ON v.k = m.version LEFT JOIN dictionary f ON f.k = m.fingerprint ORDER BY v.text`)
	if err != nil {
		return nil, s.failed("read models", err)
	}
	var list []Model
	err = each(rows, func(scan func(...any) error) error {
		var m Model
		var trained, promoted sql.NullInt64
		var fingerprint sql.NullString
		err := scan(&m.Version, &trained, &promoted, &fingerprint)
		m.TrainedAt, m.PromotedAt, m.Fingerprint = momentOf(trained), momentOf(promoted), fingerprint.String
		list = append(list, m)
		return err
	})
	return list, s.failed("read models", err)
}

// momentOf turns a column of microseconds that may be empty into a time.
func momentOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMicro(n.Int64).UTC()
}

// micros is the inverse of momentOf.
func micros(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

// Model registers a model or updates what is known of it. A catalogue's
// fingerprint, once known, stays.
func (w *Writer) Model(m Model) error {
	return w.do("write a model", func() error {
		if m.Version == "" {
			return fmt.Errorf("%w: a model without a version", ErrInput)
		}
		version, err := w.dictionaryID(m.Version)
		if err != nil {
			return err
		}
		fingerprint, err := w.dictionaryID(m.Fingerprint)
		if err != nil {
			return err
		}
		old, known, err := w.readModel(version)
		if err != nil {
			return err
		}
		row := modelRow{micros(m.TrainedAt), micros(m.PromotedAt), fingerprint}
		if known && old.fingerprint != 0 && old.fingerprint != fingerprint {
			return fmt.Errorf("%w: model %s has another catalogue than before", ErrInput, m.Version)
		}
		w.models[version] = fingerprint
		if known && old == row {
			return nil
		}
		w.changed = true
		_, err = w.exec(`INSERT INTO model (version, trained_at, promoted_at, fingerprint) VALUES (?, ?, ?, ?)
			ON CONFLICT (version) DO UPDATE SET trained_at = excluded.trained_at, promoted_at = excluded.promoted_at, fingerprint = excluded.fingerprint`,
			version, row.trained, row.promoted, fingerprint)
		return err
	})
}

// modelRow is a Model as the table holds it.
type modelRow struct {
	trained, promoted sql.NullInt64
	fingerprint       int64
}

func (w *Writer) readModel(version int64) (row modelRow, known bool, err error) {
	err = w.tx.QueryRowContext(w.ctx, w.s.sql(`SELECT trained_at, promoted_at, fingerprint FROM model WHERE version = ?`), version).
		Scan(&row.trained, &row.promoted, &row.fingerprint)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

// answering registers the model of a snapshot where it is not, and refuses a
// catalogue that is not the model's.
func (w *Writer) answering(sn *Snapshot) (int64, error) {
	version, err := w.dictionaryID(sn.Model)
	if err != nil {
		return 0, err
	}
	fingerprint, err := w.dictionaryID(sn.Fingerprint)
	if err != nil {
		return 0, err
	}
	have, seen := w.models[version]
	if !seen {
		row, known, err := w.readModel(version)
		if err != nil {
			return 0, err
		}
		if !known {
			return version, w.Model(Model{Version: sn.Model, Fingerprint: sn.Fingerprint})
		}
		have, w.models[version] = row.fingerprint, row.fingerprint
	}
	if have != 0 && have != fingerprint {
		return 0, fmt.Errorf("%w: a snapshot of account %q has another catalogue than model %s", ErrInput, sn.AccountID, sn.Model)
	}
	return version, nil
}
