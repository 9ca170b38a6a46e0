package history

import (
	"database/sql"
	"slices"
)

// displayedBand is the band that is displayed of an account at a date, as a
// dictionary id, and since when. Its band is null where there is none yet.
//
// Hysteresis: a band that is displayed stays for as long as it is that of the
// health score alone or near to it (Snapshot.Near); when it is neither, the band of the score
// alone is displayed. What is displayed at a date therefore follows from the snapshots
// at this date and before, in the order of dates and whatever the order of
// writing: of several models' at one date from the one that was written last.
// Another model takes over what was displayed before it.
type displayedBand struct{ band, since sql.NullInt64 }

// next is what is displayed at the date after before.
func (before displayedBand) next(scoreBand, near int64, at day) displayedBand {
	if before.band.Valid && (before.band.Int64 == scoreBand || near != 0 && before.band.Int64 == near) {
		return before
	}
	return displayedBand{sql.NullInt64{Int64: scoreBand, Valid: true}, sql.NullInt64{Int64: int64(at), Valid: true}}
}

// displayedKey is what a displayedBand is looked up by.
type displayedKey struct {
	account int64
	at      day
	model   int64
}

// displayedRow is a snapshot's displayedBand as the table holds it, and what it
// follows from.
type displayedRow struct {
	displayedKey
	scoreBand, near int64
	displayedBand
}

// redisplay brings up to date what is displayed of accounts of which a snapshot was
// written that is not their newest, at its date and after, and returns the bands
// of all their snapshots.
func (w *Writer) redisplay(states []*state) (map[displayedKey]int64, error) {
	displayed := map[displayedKey]int64{}
	for chunk := range slices.Chunk(states, chunkRows) {
		rows, err := w.loadDisplayed(chunk)
		if err != nil {
			return nil, err
		}
		byKey := map[int64][]displayedRow{}
		for _, r := range rows {
			byKey[r.account] = append(byKey[r.account], r)
		}
		for _, s := range chunk {
			if err := w.walk(s, byKey[s.key]); err != nil {
				return nil, err
			}
			for _, r := range byKey[s.key] {
				displayed[r.displayedKey] = r.band.Int64
			}
		}
	}
	return displayed, nil
}

// loadDisplayed reads the snapshots of accounts: of each the oldest first, at one
// date in the order of writing.
func (w *Writer) loadDisplayed(states []*state) ([]displayedRow, error) {
	args := make([]any, len(states))
	for i, s := range states {
		args[i] = s.key
	}
	rows, err := w.tx.QueryContext(w.ctx, w.s.sql(`SELECT account, as_of, model, record, displayed, displayed_since FROM snapshot
		WHERE account IN (`+marks(len(args))+`) ORDER BY account, as_of, sequence`), args...)
	if err != nil {
		return nil, err
	}
	var list []displayedRow
	err = each(rows, func(scan func(...any) error) error {
		var r displayedRow
		var data sql.RawBytes
		if err := scan(&r.account, &r.at, &r.model, &data, &r.band, &r.since); err != nil {
			return err
		}
		record, err := decodeRecord(data)
		if err != nil {
			return err
		}
		r.scoreBand, r.near = record.head[headBand], record.head[headNear]
		list = append(list, r)
		return nil
	})
	return list, err
}

// walk goes through the dates of an account and writes what is displayed from the
// first changed one on.
func (w *Writer) walk(s *state, rows []displayedRow) error {
	s.before, s.now = displayedBand{}, displayedBand{}
	for i := range rows {
		r := &rows[i]
		if i > 0 && rows[i-1].at != r.at {
			s.before = s.now
		}
		was := r.displayedBand
		switch {
		case int64(r.at) >= s.redisplay.Int64:
			r.displayedBand = s.before.next(r.scoreBand, r.near, r.at)
		case !r.band.Valid:
			r.band = sql.NullInt64{Int64: r.scoreBand, Valid: true}
		}
		s.now = r.displayedBand
		if r.displayedBand == was || int64(r.at) < s.redisplay.Int64 {
			continue
		}
		err := w.execPrepared(`UPDATE snapshot SET displayed = ?, displayed_since = ? WHERE account = ? AND as_of = ? AND model = ?`,
			[]any{r.band, r.since, s.key, int64(r.at), r.model})
		if err != nil {
			return err
		}
	}
	return nil
}
