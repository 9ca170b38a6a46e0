package history

import (
	"context"
	"fmt"
	"time"
)

// Removed counts what retention or an erasure took out.
type Removed struct {
	Snapshots, Accounts, Interventions, Overrides int
}

// String is the audit log's entry of a removal.
func (r Removed) String() string {
	return fmt.Sprintf("snapshots=%d accounts=%d interventions=%d overrides=%d", r.Snapshots, r.Accounts, r.Interventions, r.Overrides)
}

// removal is one statement of a removal and what it counts.
type removal struct {
	count *int // nil: not counted
	query string
	args  []any
}

// remove runs statements in their order.
func (s *Store) remove(ctx context.Context, tx *transaction, list []removal) error {
	for _, r := range list {
		done, err := tx.ExecContext(ctx, s.sql(r.query), r.args...)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return err
		}
		if r.count != nil {
			*r.count += int(n)
		}
	}
	return nil
}

// forget lists the statements that take accounts out with all they have. In
// the audit log their ids and what was written about them go, the hashes stay.
func forget(r *Removed, accounts string, args ...any) []removal {
	in := ` IN (SELECT k FROM account WHERE ` + accounts + `)`
	id := ` IN (SELECT id FROM account WHERE ` + accounts + `)`
	return []removal{
		{&r.Snapshots, `DELETE FROM snapshot WHERE account` + in, args},
		{nil, `DELETE FROM description WHERE account` + in, args},
		{&r.Interventions, `DELETE FROM intervention WHERE account` + in, args},
		{&r.Overrides, `DELETE FROM band_override WHERE account` + in, args},
		{nil, `UPDATE audit SET account = '', detail = '' WHERE account` + id, args},
		{nil, `UPDATE account SET parent = '' WHERE parent <> '' AND parent` + id, args},
		{&r.Accounts, `DELETE FROM account WHERE ` + accounts, args},
	}
}

// monthsBefore is the same day of an earlier month, or the last day of that
// month where it is too short: one month before 31 March is 28 February.
func monthsBefore(t time.Time, months int) time.Time {
	month := time.Date(t.Year(), t.Month()-time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	return month.AddDate(0, 0, min(t.Day(), month.AddDate(0, 1, -1).Day())-1)
}

// Erase removes all of one account, audited: what stays is a salted hash of
// its id (Subject). A SQLite file is written anew, for what it deletes it
// overwrites, but not the copies that a page keeps of rows that once were moved
// inside it: that takes as long as reading and writing the whole file. In
// Postgres the bytes go with the next VACUUM. Backups, and an account that the next write brings back, are the
// caller's.
func (s *Store) Erase(ctx context.Context, account, actor string) (Removed, error) {
	if err := checkText("actor", actor); err != nil {
		return Removed{}, err
	}
	var r Removed
	err := s.change(ctx, "erase an account", func(tx *transaction) error {
		if err := s.leave(ctx, tx, leaving{`id = ?`, []any{account}, gone}); err != nil {
			return err
		}
		if err := s.remove(ctx, tx, forget(&r, `id = ?`, account)); err != nil {
			return err
		}
		if r.Accounts == 0 {
			return fmt.Errorf("%w: account %q", ErrNotFound, account)
		}
		return s.log(ctx, tx, Entry{Actor: actor, Action: ActionErase, Subject: s.Subject(account), Detail: r.String()})
	})
	if err != nil {
		return Removed{}, err
	}
	if s.dialect.rewrite != "" {
		if _, err := s.write.ExecContext(ctx, s.dialect.rewrite); err != nil {
			return r, s.failed("write the file anew", err)
		}
	}
	return r, s.shred(ctx)
}

// shred gets what was removed out of the files.
func (s *Store) shred(ctx context.Context) error {
	if s.dialect.shred == "" {
		return nil
	}
	_, err := s.write.ExecContext(ctx, s.dialect.shred)
	return s.failed("overwrite what was removed", err)
}
