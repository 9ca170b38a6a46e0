package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// selectSnapshots reads snapshots; a condition and an order follow.
const selectSnapshots = `SELECT a.id, s.as_of, s.model, s.record, s.displayed, s.displayed_since,
	s.from_on, s.from_model, s.moved, s.model_moved, s.verdict, s.move_reason, s.move_points FROM snapshot s JOIN account a ON a.k = s.account`

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

// Timelines is Timeline of several accounts, by id; one of which nothing is stored is
// not among them.
func (s *Store) Timelines(ctx context.Context, ids []string) (map[string][]Snapshot, error) {
	lists := make(map[string][]Snapshot, len(ids))
	for chunk := range slices.Chunk(ids, chunkRows) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		list, err := s.decoded(ctx, selectSnapshots+` WHERE a.id IN (`+marks(len(args))+`) ORDER BY s.account, s.as_of, s.sequence`, args...)
		if err != nil {
			return nil, err
		}
		for _, sn := range list {
			lists[sn.AccountID] = append(lists[sn.AccountID], sn)
		}
	}
	return lists, nil
}

// snapshots reads and decodes snapshots of one account.
func (s *Store) snapshots(ctx context.Context, id, condition string, args ...any) ([]Snapshot, error) {
	k, err := s.keyOf(ctx, s.read, id)
	if err != nil {
		return nil, err
	}
	return s.decoded(ctx, selectSnapshots+` WHERE s.account = ?`+condition, append([]any{k}, args...)...)
}

// commonKey is what accounts had in common before a date, as a model counted it.
type commonKey struct{ at, model int64 }

// decoded reads and decodes the snapshots of a query.
func (s *Store) decoded(ctx context.Context, query string, args ...any) ([]Snapshot, error) {
	rows, err := s.read.QueryContext(ctx, s.sql(query), args...)
	if err != nil {
		return nil, s.failed("read snapshots", err)
	}
	var list []Snapshot
	var records []*record
	var models, bands, ids []int64
	var moves []movement
	err = each(rows, func(scan func(...any) error) error {
		var at, model int64
		var id string
		var data sql.RawBytes
		var displayed displayedBand
		var m movement
		if err := scan(append([]any{&id, &at, &model, &data, &displayed.band, &displayed.since}, m.targets()...)...); err != nil {
			return err
		}
		r, err := decodeRecord(data)
		if err != nil {
			return fmt.Errorf("account %q at %s: %w", id, day(at).time().Format(time.DateOnly), err)
		}
		if !displayed.band.Valid {
			displayed.band.Int64 = r.head[headBand]
		}
		list = append(list, Snapshot{AccountID: id, AsOf: day(at).time(), Since: dateOf(displayed.since)})
		records, models, bands = append(records, r), append(models, model), append(bands, displayed.band.Int64)
		moves = append(moves, m)
		ids = append(append(append(ids, model, displayed.band.Int64), r.ids()...), m.ids()...)
		return nil
	})
	if err != nil {
		return nil, s.failed("read snapshots", err)
	}
	texts, err := s.texts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	common, err := s.commons(ctx, list)
	if err != nil {
		return nil, err
	}
	for i, r := range records {
		list[i].Model, list[i].Band = texts[models[i]], texts[bands[i]]
		r.fill(&list[i], texts)
		list[i].Movement = moves[i].movement(texts)
		list[i].Common = common[commonKey{int64(dayOf(list[i].AsOf)), models[i]}]
	}
	return list, nil
}

// commons reads what accounts had in common before the dates of snapshots.
func (s *Store) commons(ctx context.Context, list []Snapshot) (map[commonKey][]byte, error) {
	found, seen := map[commonKey][]byte{}, map[int64]bool{}
	var dates []any
	for i := range list {
		if at := int64(dayOf(list[i].AsOf)); !seen[at] {
			seen[at], dates = true, append(dates, at)
		}
	}
	for chunk := range slices.Chunk(dates, chunkRows) {
		rows, err := s.read.QueryContext(ctx, s.sql(`SELECT as_of, model, record FROM common WHERE as_of IN (`+marks(len(chunk))+`)`), chunk...)
		if err != nil {
			return nil, s.failed("read snapshots", err)
		}
		err = each(rows, func(scan func(...any) error) error {
			var key commonKey
			var record []byte
			err := scan(&key.at, &key.model, &record)
			found[key] = record
			return err
		})
		if err != nil {
			return nil, s.failed("read snapshots", err)
		}
	}
	return found, nil
}
