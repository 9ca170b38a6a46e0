package history

import (
	"bytes"
	"cmp"
	"database/sql"
	"slices"
)

// flush writes what is buffer.
func (w *Writer) flush() error {
	p := &w.buffer
	if len(p.ids) == 0 {
		return nil
	}
	states, err := w.loadStates()
	if err != nil {
		return err
	}
	if err := w.flushAccounts(states); err != nil {
		return err
	}
	if err := w.flushDescriptions(states); err != nil {
		return err
	}
	if err := w.flushSnapshots(states); err != nil {
		return err
	}
	if err := w.flushInterventions(states); err != nil {
		return err
	}
	for _, s := range states {
		w.buckets.change(s.was, s.facts())
		if s.wasLeft && !s.leftOn.Valid {
			w.written.Back++
		}
	}
	p.reset()
	return nil
}

// loadStates reads the state of every account that is buffer; those not in
// the table are missing in the answer.
func (w *Writer) loadStates() (map[string]*state, error) {
	states := make(map[string]*state, len(w.buffer.ids))
	rows, err := w.named(`id, k, as_of, health, previous, previous_health, displayed_since, previous_displayed, previous_displayed_since, left_on, model, previous_model, model_moved, move_reason, move_points,
		(SELECT max(d.as_of) FROM description d WHERE d.account = a.k), ` + factColumns)
	if err != nil {
		return nil, err
	}
	err = each(rows, func(scan func(...any) error) error {
		var id string
		var health, previous sql.NullFloat64
		var r factRow
		s := &state{}
		err := scan(append([]any{&id, &s.key, &s.asOf, &health, &s.previous, &previous, &s.now.since, &s.before.band, &s.before.since, &s.leftOn, &s.model, &s.previousModel, &s.movement.modelMoved, &s.movement.reason, &s.movement.points, &s.described}, r.targets()...)...)
		s.now.band = sql.NullInt64{Int64: r.key.band, Valid: s.asOf.Valid}
		s.health, s.previousHealth = health.Float64, previous.Float64
		m := &s.movement
		if m.moved, m.verdict = r.moved, r.verdict; r.verdict.Valid {
			m.from, m.model = s.previous, s.previousModel
		}
		s.bucket, s.due, s.arr, s.churn = r.key, r.due, numberOf(r.arr), r.churn.Float64
		if s.was, s.wasLeft = (facts{}), s.leftOn.Valid; s.asOf.Valid && !s.wasLeft {
			s.was = r.facts()
		}
		states[id] = s
		return err
	})
	return states, err
}

// named reads columns of the accounts that are buffer.
func (w *Writer) named(columns string) (*sql.Rows, error) {
	args := make([]any, len(w.buffer.ids))
	for i, id := range w.buffer.ids {
		args[i] = id
	}
	return w.tx.QueryContext(w.ctx, w.s.sql(`SELECT `+columns+` FROM account a WHERE a.id IN (`+marks(len(args))+`)`), args...)
}

// stored is a snapshot that the table holds for a pair of account and date.
type stored struct {
	model, sequence int64
	record          []byte
	displayed       sql.NullInt64
	movement        movement
}

// How snapshots are written.
const (
	insertSnapshot    = `INSERT INTO snapshot (account, as_of, model, sequence, record, displayed, displayed_since, ` + snapshotMovement + `) VALUES `
	insertSnapshotRow = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	snapshotWidth     = 14
	replaceSnapshot   = ` ON CONFLICT (account, as_of, model) DO UPDATE SET sequence = excluded.sequence, record = excluded.record,
		displayed = excluded.displayed, displayed_since = excluded.displayed_since, from_on = excluded.from_on, from_model = excluded.from_model,
		moved = excluded.moved, model_moved = excluded.model_moved, verdict = excluded.verdict, move_reason = excluded.move_reason, move_points = excluded.move_points`
)

// flushSnapshots writes the buffer snapshots that are not there to the bit,
// and keeps the states of their accounts up to date.
func (w *Writer) flushSnapshots(states map[string]*state) error {
	there, err := w.loadStored(states)
	if err != nil {
		return err
	}
	var rows []any
	touched := make([]*state, 0, len(w.buffer.snapshots))
	for i := range w.buffer.snapshots {
		sn := &w.buffer.snapshots[i]
		s := states[sn.id]
		w.members[sn.at] = append(w.members[sn.at], s.key)
		if !w.count(there[sn.pair], sn) && !s.missing(sn.at) { // count sets what is displayed of it
			continue
		}
		w.sequence++
		w.changed = true
		displayed := s.take(sn.at, sn.model, &sn.answer)
		if sn.displayed = displayed.band.Int64; int64(sn.at) == s.asOf.Int64 { // else it is missing as before
			s.leftOn = w.leftOn(s.asOf)
		}
		rows = append(append(rows, s.key, int64(sn.at), sn.model, w.sequence, sn.record, displayed.band, displayed.since), sn.answer.movement.args()...)
		touched = append(touched, s)
	}
	if err := w.rows(insertSnapshot, insertSnapshotRow, insertSnapshotRow, replaceSnapshot, snapshotWidth, rows); err != nil {
		return err
	}
	slices.SortFunc(touched, func(a, b *state) int { return cmp.Compare(a.key, b.key) })
	touched = slices.Compact(touched)
	if err := w.showBands(states, touched); err != nil {
		return err
	}
	return w.saveStates(touched)
}

// showBands brings up to date what is displayed where dates behind a written one
// need it, and counts what is displayed of the buffer snapshots.
func (w *Writer) showBands(states map[string]*state, touched []*state) error {
	var again []*state
	for _, s := range touched {
		if s.redisplay.Valid {
			again = append(again, s)
		}
	}
	displayed, err := w.redisplay(again)
	if err != nil {
		return err
	}
	for i := range w.buffer.snapshots {
		sn := &w.buffer.snapshots[i]
		if band, changed := displayed[displayedKey{states[sn.id].key, sn.at, sn.model}]; changed {
			sn.displayed = band
		}
		w.bands[sn.displayed]++
	}
	return nil
}

// count reports whether a snapshot must be written: it is new, or differs, or
// another model's answer was written after it. Of one that is there it sets
// what is displayed.
func (w *Writer) count(there []stored, sn *bufferedSnapshot) bool {
	last := stored{}
	same, found := false, false
	for _, old := range there {
		if old.sequence > last.sequence {
			last = old
		}
		if old.model == sn.model {
			found, same = true, bytes.Equal(old.record, sn.record) && (old.movement == sn.answer.movement || !sn.answer.movement.from.Valid)
			if sn.displayed = sn.answer.scoreBand; old.displayed.Valid {
				sn.displayed = old.displayed.Int64
			}
		}
	}
	switch {
	case !found:
		w.written.Inserted++
	case !same:
		w.written.Replaced++
	default:
		w.written.Unchanged++
	}
	return !same || last.model != sn.model
}

// loadStored reads what is there for the buffer pairs. A date after an
// account's latest has nothing, so that the usual write reads nothing here.
func (w *Writer) loadStored(states map[string]*state) (map[pair][]stored, error) {
	var args []any
	pairs := map[[2]int64]pair{}
	for i := range w.buffer.snapshots {
		sn := &w.buffer.snapshots[i]
		s := states[sn.id]
		if !s.asOf.Valid || int64(sn.at) > s.asOf.Int64 {
			continue
		}
		args = append(args, s.key, int64(sn.at))
		pairs[[2]int64{s.key, int64(sn.at)}] = sn.pair
	}
	if len(args) == 0 {
		return nil, nil
	}
	query := statement(`SELECT s.account, s.as_of, s.model, s.sequence, s.record, s.displayed, `+snapshotMovement+` FROM (VALUES `, `(CAST(? AS BIGINT), CAST(? AS BIGINT))`, `(?, ?)`,
		`) AS v JOIN snapshot s ON s.account = v.column1 AND s.as_of = v.column2`, len(args)/2)
	rows, err := w.tx.QueryContext(w.ctx, w.s.sql(query), args...)
	if err != nil {
		return nil, err
	}
	there := make(map[pair][]stored, len(pairs))
	err = each(rows, func(scan func(...any) error) error {
		var key [2]int64
		var old stored
		err := scan(append([]any{&key[0], &key[1], &old.model, &old.sequence, &old.record, &old.displayed}, old.movement.targets()...)...)
		there[pairs[key]] = append(there[pairs[key]], old)
		return err
	})
	return there, err
}
