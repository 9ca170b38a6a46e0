package history

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
)

// Retention is how long answers stay.
type Retention struct {
	// Months are counted back from the last whole portfolio or, where there is none,
	// from the latest answer: not from today, so that a history that nobody writes to
	// loses nothing.
	Months int
	// Left takes out accounts too that have left and whose latest answer is older.
	Left bool
}

// String is what the audit log keeps of it.
func (r Retention) String() string {
	text := "months=" + strconv.Itoa(r.Months)
	if r.Left {
		text += " left"
	}
	return text
}

// validate refuses to keep nothing.
func (r Retention) validate() error {
	if r.Months < 1 {
		return fmt.Errorf("%w: a history keeps at least one month, not %d", ErrInput, r.Months)
	}
	return nil
}

// What is too old: answers that are not the latest of their account, and, of
// Retention.Left, accounts.
const (
	tooOld     = `as_of < ? AND as_of < (SELECT a.as_of FROM account a WHERE a.k = snapshot.account)`
	leftTooOld = `as_of < ? AND left_on IS NOT NULL`
)

// querying is what a date is read with: a pool or a transaction.
type querying interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// firstKept is the first day that a retention keeps.
func (s *Store) firstKept(ctx context.Context, q querying, r Retention) (day, error) {
	var last sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT coalesce((SELECT max(as_of) FROM whole), (SELECT max(as_of) FROM account))`).Scan(&last)
	return dayOf(monthsBefore(day(last.Int64).time(), r.Months)), err
}

// Excess counts the answers that Keep would remove, and all there are.
func (s *Store) Excess(ctx context.Context, r Retention) (remove, all int, err error) {
	if err := r.validate(); err != nil {
		return 0, 0, err
	}
	first, err := s.firstKept(ctx, s.read, r)
	if err != nil {
		return 0, 0, s.failed("count what is too old", err)
	}
	query, args := `SELECT (SELECT count(*) FROM snapshot), (SELECT count(*) FROM snapshot WHERE `+tooOld+`)`, []any{int64(first)}
	if r.Left {
		query += ` + (SELECT count(*) FROM snapshot JOIN account l ON l.k = snapshot.account
			WHERE l.as_of < ? AND l.left_on IS NOT NULL AND snapshot.as_of = l.as_of)`
		args = append(args, int64(first))
	}
	err = s.read.QueryRowContext(ctx, s.sql(query), args...).Scan(&all, &remove)
	return remove, all, s.failed("count what is too old", err)
}

// Keep removes what is older than a retention, audited: answers of earlier dates but
// the latest of each account, what described accounts then, interventions before, and
// overrides that ended before. Accounts are removed only by Retention.Left.
func (s *Store) Keep(ctx context.Context, retention Retention, actor string) (Removed, error) {
	if err := checkText("actor", actor); err != nil {
		return Removed{}, err
	}
	if err := retention.validate(); err != nil {
		return Removed{}, err
	}
	var r Removed
	err := s.change(ctx, "remove what is too old", func(tx *transaction) error {
		first, err := s.firstKept(ctx, tx, retention)
		if err != nil {
			return err
		}
		// An account that has left is in no sum.
		if err := s.leave(ctx, tx, leaving{`previous < ?`, []any{int64(first)}, still}); err != nil {
			return err
		}
		if err := s.remove(ctx, tx, tooOldAt(&r, retention, first)); err != nil || r == (Removed{}) {
			return err
		}
		return s.log(ctx, tx, Entry{Actor: actor, Action: ActionKeep, Detail: retention.String() + " " + r.String()})
	})
	if err != nil {
		return Removed{}, err
	}
	return r, s.shred(ctx)
}

// tooOldAt lists the statements that remove what is from before a day.
func tooOldAt(r *Removed, retention Retention, first day) []removal {
	day, start := []any{int64(first)}, first.time().UnixMicro()
	var list []removal
	if retention.Left {
		list = forget(r, leftTooOld, day...)
	}
	return append(list,
		removal{&r.Snapshots, `DELETE FROM snapshot WHERE ` + tooOld, day},
		removal{nil, `DELETE FROM description WHERE as_of < (SELECT max(d.as_of) FROM description d WHERE d.account = description.account AND d.as_of <= ?)`, day},
		removal{nil, `DELETE FROM whole WHERE as_of < ?`, day},
		removal{nil, `DELETE FROM common WHERE as_of < ? AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.as_of = common.as_of AND s.model = common.model)`, day},
		removal{nil, `UPDATE account SET previous = NULL, previous_health = NULL, previous_model = NULL, moved = NULL,
			model_moved = NULL, verdict = NULL, move_reason = NULL, move_points = NULL WHERE previous < ?`, day},
		removal{&r.Interventions, `DELETE FROM intervention WHERE at < ?`, []any{start}},
		removal{&r.Overrides, `DELETE FROM band_override WHERE revoked_at < ? OR expires < ?`, []any{start, start}})
}
