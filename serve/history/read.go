package history

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// selectSnapshots reads snapshots of one account; a condition on s and an
// order follow.
const selectSnapshots = `SELECT s.as_of, s.model, s.record, s.displayed, s.displayed_since,
	(SELECT c.record FROM common c WHERE c.as_of = s.as_of AND c.model = s.model) FROM snapshot s WHERE s.account = ?`

// Snapshot returns what was answered for an account at a date: by a model or,
// where model is "", by the one that was written last. ErrNotFound means that
// the account or its answer is unknown; Nearest offers other dates.
func (s *Store) Snapshot(ctx context.Context, id string, asOf time.Time, model string) (Snapshot, error) {
	at, err := midnight(asOf)
	if err != nil {
		return Snapshot{}, err
	}
	query, args := ` AND s.as_of = ?`, []any{int64(at)}
	if model != "" {
		k, known, err := s.dictionaryID(ctx, s.read, model)
		if err != nil {
			return Snapshot{}, err
		}
		if !known {
			return Snapshot{}, fmt.Errorf("%w: model %q", ErrNotFound, model)
		}
		query, args = query+` AND s.model = ?`, append(args, k)
	}
	list, err := s.snapshots(ctx, id, query+` ORDER BY s.sequence DESC LIMIT 1`, args...)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%w: account %q at %s", ErrNotFound, id, asOf.Format(time.DateOnly))
	}
	if err != nil {
		return Snapshot{}, err
	}
	return list[0], nil
}

// Latest returns the last written answer at an account's newest date.
func (s *Store) Latest(ctx context.Context, id string) (Snapshot, error) {
	list, err := s.snapshots(ctx, id, ` ORDER BY s.as_of DESC, s.sequence DESC LIMIT 1`)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%w: no answer for account %q", ErrNotFound, id)
	}
	if err != nil {
		return Snapshot{}, err
	}
	return list[0], nil
}

// Before returns the last written answer at an account's newest date before a
// day; ErrNotFound where there is none.
func (s *Store) Before(ctx context.Context, id string, day time.Time) (Snapshot, error) {
	at, err := midnight(day)
	if err != nil {
		return Snapshot{}, err
	}
	list, err := s.snapshots(ctx, id, ` AND s.as_of < ? ORDER BY s.as_of DESC, s.sequence DESC LIMIT 1`, int64(at))
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("%w: no answer for account %q before %s", ErrNotFound, id, day.Format(time.DateOnly))
	}
	if err != nil {
		return Snapshot{}, err
	}
	return list[0], nil
}

// Timeline returns every answer for an account: oldest date first, at one date
// in the order of writing.
func (s *Store) Timeline(ctx context.Context, id string) ([]Snapshot, error) {
	return s.snapshots(ctx, id, ` ORDER BY s.as_of, s.sequence`)
}

// Nearest returns the dates with an answer around a day: the day itself where
// it has one, otherwise the last before and the first after, oldest first.
func (s *Store) Nearest(ctx context.Context, id string, on time.Time) ([]time.Time, error) {
	k, err := s.keyOf(ctx, s.read, id)
	if err != nil {
		return nil, err
	}
	var before, after sql.NullInt64
	at := int64(dayOf(on))
	err = s.read.QueryRowContext(ctx, s.sql(`SELECT (SELECT max(as_of) FROM snapshot WHERE account = ? AND as_of <= ?),
		(SELECT min(as_of) FROM snapshot WHERE account = ? AND as_of >= ?)`), k, at, k, at).Scan(&before, &after)
	if err != nil {
		return nil, s.failed("read dates", err)
	}
	var dates []time.Time
	if before.Valid {
		dates = append(dates, day(before.Int64).time())
	}
	if after.Valid && after != before {
		dates = append(dates, day(after.Int64).time())
	}
	return dates, nil
}

// keyOf returns the key of an account; ErrNotFound where it is unknown.
func (s *Store) keyOf(ctx context.Context, q querier, id string) (int64, error) {
	var k int64
	err := q.QueryRowContext(ctx, s.sql(`SELECT k FROM account WHERE id = ?`), id).Scan(&k)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("%w: account %q", ErrNotFound, id)
	}
	return k, s.failed("read an account", err)
}

// snapshots reads and decodes snapshots of one account.
func (s *Store) snapshots(ctx context.Context, id, condition string, args ...any) ([]Snapshot, error) {
	k, err := s.keyOf(ctx, s.read, id)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, s.sql(selectSnapshots+condition), append([]any{k}, args...)...)
	if err != nil {
		return nil, s.failed("read snapshots", err)
	}
	var list []Snapshot
	var records []*record
	var models, bands, ids []int64
	err = each(rows, func(scan func(...any) error) error {
		var at, model int64
		var data, common sql.RawBytes
		var displayed displayedBand
		if err := scan(&at, &model, &data, &displayed.band, &displayed.since, &common); err != nil {
			return err
		}
		r, err := decodeRecord(data)
		if err != nil {
			return fmt.Errorf("account %q at %s: %w", id, day(at).time().Format(time.DateOnly), err)
		}
		if !displayed.band.Valid {
			displayed.band.Int64 = r.head[headBand]
		}
		list = append(list, Snapshot{AccountID: id, AsOf: day(at).time(), Since: dateOf(displayed.since), Common: bytes.Clone(common)})
		records, models, bands = append(records, r), append(models, model), append(bands, displayed.band.Int64)
		ids = append(append(ids, model, displayed.band.Int64), r.ids()...)
		return nil
	})
	if err != nil {
		return nil, s.failed("read snapshots", err)
	}
	texts, err := s.texts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for i, r := range records {
		list[i].Model, list[i].Band = texts[models[i]], texts[bands[i]]
		r.fill(&list[i], texts)
	}
	return list, nil
}
