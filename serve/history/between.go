package history

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Between is an account at two dates, and what it did from the one to the other.
type Between struct {
	Account
	ClusterID, ClusterName string // at the later date it is there
	Before, After          string // the band displayed at either date; "": it has no answer then
	OtherModel             bool   // another model answered at the later date than at the earlier one
	Moves                  []Move // beyond what is usual, oldest first
	// Tenure is in days at the later date, and Reached the tenures at which milestones were
	// reached, as of a Snapshot; nil: not known, or it has no answer at the later date.
	Tenure  float64
	Reached map[string]float64
}

// Move is a movement whose verdict is VerdictMoved.
type Move struct {
	On     time.Time // of the answer up to which it moved
	Moved  float64   // points as displayed; NaN: no model reads both dates
	Reason string    // code of the first reason; "": none
}

// Wholes lists the dates at which a whole portfolio was written, oldest first.
func (s *Store) Wholes(ctx context.Context) ([]time.Time, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT as_of FROM whole ORDER BY as_of`)
	if err != nil {
		return nil, s.failed("read dates", err)
	}
	var list []time.Time
	err = each(rows, func(scan func(...any) error) error {
		var at day
		err := scan(&at)
		list = append(list, at.time())
		return err
	})
	return list, s.failed("read dates", err)
}

// Between lists the accounts with an answer at either of two dates, in the order in which
// they came into the history: of several models' answers at a date the last one written.
// Name, owner and ARR are those of today. It is read once for the same dates and
// contents; the caller must not change it.
func (s *Store) Between(ctx context.Context, from, to time.Time) ([]Between, error) {
	first, err := midnight(from)
	if err != nil {
		return nil, err
	}
	last, err := midnight(to)
	if err != nil {
		return nil, err
	}
	if first >= last {
		return nil, fmt.Errorf("%w: %s is not before %s", ErrInput, from.Format(time.DateOnly), to.Format(time.DateOnly))
	}
	return cachedValue(ctx, s, &s.between, fmt.Sprint(first, last), func() ([]Between, error) {
		moves, err := s.moves(ctx, first, last)
		if err != nil {
			return nil, err
		}
		return s.readBetween(ctx, first, last, moves)
	})
}

// keyedMove is a Move of an account.
type keyedMove struct {
	on     day
	moved  sql.NullFloat64
	reason sql.NullInt64
}

// moves reads the movements beyond what is usual after a day, up to another.
func (s *Store) moves(ctx context.Context, after, to day) (map[int64][]keyedMove, error) {
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT s.account, s.as_of, s.moved, s.move_reason FROM snapshot s
		WHERE s.verdict = 'moved' AND s.as_of > ? AND s.as_of <= ? AND NOT EXISTS
			(SELECT 1 FROM snapshot n WHERE n.account = s.account AND n.as_of = s.as_of AND n.sequence > s.sequence)
		ORDER BY s.account, s.as_of`), int64(after), int64(to))
	if err != nil {
		return nil, s.failed("read movements", err)
	}
	list := map[int64][]keyedMove{}
	err = each(rows, func(scan func(...any) error) error {
		var account int64
		var m keyedMove
		err := scan(&account, &m.on, &m.moved, &m.reason)
		list[account] = append(list[account], m)
		return err
	})
	return list, s.failed("read movements", err)
}

// betweenRow is a Between as it is read.
type betweenRow struct {
	accountRow
	key           int64
	before, after int64
	models        [2]int64 // who answered at either date
	model         int64    // who answered in the row that was read last
	record        *record
	moves         []keyedMove
}

func (s *Store) readBetween(ctx context.Context, from, to day, moves map[int64][]keyedMove) ([]Between, error) {
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT `+accountColumns+`, a.k, s.as_of, s.model, s.record, s.displayed
		FROM account a CROSS JOIN snapshot s WHERE s.account = a.k AND s.as_of IN (?, ?) ORDER BY a.k, s.as_of, s.sequence`), int64(from), int64(to))
	if err != nil {
		return nil, s.failed("read two dates", err)
	}
	var list []betweenRow
	ids := newIDList()
	err = each(rows, func(scan func(...any) error) error {
		r, at, band, err := scanBetween(scan)
		if err != nil {
			return err
		}
		if n := len(list); n > 0 && list[n-1].key == r.key {
			r.before, r.after, r.models, r.moves = list[n-1].before, list[n-1].after, list[n-1].models, list[n-1].moves
			list = list[:n-1]
		} else {
			r.moves = moves[r.key]
		}
		if at == from {
			r.before, r.models[0] = band, r.model
		} else {
			r.after, r.models[1] = band, r.model
		}
		list = append(list, r)
		r.addIDs(ids, band)
		return nil
	})
	if err != nil {
		return nil, s.failed("read two dates", err)
	}
	keys := make([]int64, len(ids.ids))
	for i, k := range ids.ids {
		keys[i] = k.(int64)
	}
	texts, err := s.texts(ctx, keys...)
	if err != nil {
		return nil, err
	}
	out := make([]Between, len(list))
	for i := range list {
		out[i] = list[i].between(texts)
	}
	return out, nil
}

// scanBetween reads a row of one date, and the band that is displayed at it.
func scanBetween(scan func(...any) error) (r betweenRow, at day, band int64, err error) {
	var data sql.RawBytes
	var displayed sql.NullInt64
	if err = scan(append(r.accountRow.targets(), &r.key, &at, &r.model, &data, &displayed)...); err != nil {
		return r, at, band, err
	}
	if r.record, err = decodeRecord(data); err != nil {
		return r, at, band, err
	}
	if band = displayed.Int64; !displayed.Valid {
		band = r.record.head[headBand]
	}
	return r, at, band, nil
}

// addIDs adds the ids of the texts of a row.
func (r *betweenRow) addIDs(ids *idList, band int64) {
	ids.add(r.owner)
	ids.add(band)
	for _, k := range r.record.ids() {
		ids.add(k)
	}
	for _, m := range r.moves {
		ids.add(m.reason.Int64)
	}
}

// between turns a row into texts.
func (r *betweenRow) between(texts map[int64]string) Between {
	var sn Snapshot
	r.record.fill(&sn, texts)
	b := Between{Account: r.account(texts), ClusterID: sn.ClusterID, ClusterName: sn.ClusterName, Before: texts[r.before], After: texts[r.after],
		OtherModel: r.before != 0 && r.after != 0 && r.models[0] != r.models[1]}
	if r.after != 0 {
		b.Tenure, b.Reached = sn.Tenure, sn.Reached
	}
	for _, m := range r.moves {
		b.Moves = append(b.Moves, Move{m.on.time(), numberOf(m.moved), texts[m.reason.Int64]})
	}
	return b
}
