package history

import (
	"database/sql"
	"slices"
)

// standing is the band that is shown of an account at a date, a word, and since
// when. Its band is null where nothing is known.
//
// A band that is shown stays for as long as it is that of the health score
// alone or near to it (Snapshot.Near); when it is neither, the band of the score
// alone is shown. What is shown at a date therefore follows from the snapshots
// at this date and before, in the order of dates and whatever the order of
// writing: of several models' at one date from the one that was written last.
// Another model takes over what was shown before it.
type standing struct{ band, since sql.NullInt64 }

// next is what is shown at a date behind a standing.
func (before standing) next(plain, near int64, at day) standing {
	if before.band.Valid && (before.band.Int64 == plain || near != 0 && before.band.Int64 == near) {
		return before
	}
	return standing{sql.NullInt64{Int64: plain, Valid: true}, sql.NullInt64{Int64: int64(at), Valid: true}}
}

// standingKey is what a standing is found by.
type standingKey struct {
	account int64
	at      day
	model   int64
}

// standingRow is a snapshot's standing as the table holds it, and what it
// follows from.
type standingRow struct {
	standingKey
	plain, near int64
	standing
}

// restand brings up to date what is shown of accounts of which a snapshot was
// written that is not their newest, at its date and after, and returns the bands
// of all their snapshots.
func (w *Writer) restand(states []*state) (map[standingKey]int64, error) {
	shown := map[standingKey]int64{}
	for chunk := range slices.Chunk(states, chunkRows) {
		rows, err := w.standings(chunk)
		if err != nil {
			return nil, err
		}
		byKey := map[int64][]standingRow{}
		for _, r := range rows {
			byKey[r.account] = append(byKey[r.account], r)
		}
		for _, s := range chunk {
			if err := w.walk(s, byKey[s.key]); err != nil {
				return nil, err
			}
			for _, r := range byKey[s.key] {
				shown[r.standingKey] = r.band.Int64
			}
		}
	}
	return shown, nil
}

// standings reads the snapshots of accounts: of each the oldest first, at one
// date in the order of writing.
func (w *Writer) standings(states []*state) ([]standingRow, error) {
	args := make([]any, len(states))
	for i, s := range states {
		args[i] = s.key
	}
	rows, err := w.tx.QueryContext(w.ctx, w.s.sql(`SELECT account, as_of, model, record, shown, shown_since FROM snapshot
		WHERE account IN (`+marks(len(args))+`) ORDER BY account, as_of, sequence`), args...)
	if err != nil {
		return nil, err
	}
	var list []standingRow
	err = each(rows, func(scan func(...any) error) error {
		var r standingRow
		var data sql.RawBytes
		if err := scan(&r.account, &r.at, &r.model, &data, &r.band, &r.since); err != nil {
			return err
		}
		record, err := decodeRecord(data)
		if err != nil {
			return err
		}
		r.plain, r.near = record.head[headBand], record.head[headNear]
		list = append(list, r)
		return nil
	})
	return list, err
}

// walk goes through the dates of an account and writes what is shown from the
// first changed one on.
func (w *Writer) walk(s *state, rows []standingRow) error {
	s.before, s.now = standing{}, standing{}
	for i := range rows {
		r := &rows[i]
		if i > 0 && rows[i-1].at != r.at {
			s.before = s.now
		}
		was := r.standing
		switch {
		case int64(r.at) >= s.restand.Int64:
			r.standing = s.before.next(r.plain, r.near, r.at)
		case !r.band.Valid:
			r.band = sql.NullInt64{Int64: r.plain, Valid: true}
		}
		s.now = r.standing
		if r.standing == was || int64(r.at) < s.restand.Int64 {
			continue
		}
		err := w.execPrepared(`UPDATE snapshot SET shown = ?, shown_since = ? WHERE account = ? AND as_of = ? AND model = ?`,
			[]any{r.band, r.since, s.key, int64(r.at), r.model})
		if err != nil {
			return err
		}
	}
	return nil
}
