package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Override is a person's "I know better": a band displayed beside the health
// score, never instead of it.
type Override struct {
	ID        int64 // given by AddOverride
	AccountID string
	Band      string
	Reason    string
	Owner     string    // who set it
	AddedAt   time.Time // given by AddOverride
	Expires   time.Time // from then on it no longer holds; zero: never
	RevokedAt time.Time // zero: not revoked
	RevokedBy string
}

// Active reports whether an override holds at a moment.
func (o *Override) Active(now time.Time) bool {
	return o.RevokedAt.IsZero() && (o.Expires.IsZero() || now.Before(o.Expires))
}

// ActiveOn reports whether an override held at the end of a day.
func (o *Override) ActiveOn(date time.Time) bool {
	end := date.AddDate(0, 0, 1)
	return o.AddedAt.Before(end) && (o.RevokedAt.IsZero() || !o.RevokedAt.Before(end)) && (o.Expires.IsZero() || !o.Expires.Before(end))
}

// AddOverride stores an override of an account, stamped and audited, and
// returns it with its ID. The newest that is active is the one displayed.
func (s *Store) AddOverride(ctx context.Context, o Override) (Override, error) {
	for _, text := range []string{o.Band, o.Reason, o.Owner} {
		if err := checkText("the text of an override", text); err != nil {
			return Override{}, err
		}
		if text == "" {
			return Override{}, fmt.Errorf("%w: an override has a band, a reason and an owner", ErrInput)
		}
	}
	now := s.clock()
	if !o.Expires.IsZero() && !o.Expires.After(now) {
		return Override{}, fmt.Errorf("%w: an override that has expired before it was added", ErrInput)
	}
	o.AddedAt, o.RevokedAt, o.RevokedBy = now.UTC().Truncate(time.Microsecond), time.Time{}, ""
	o.Expires = momentOf(micros(o.Expires))
	err := s.change(ctx, "add an override", func(tx *transaction) error {
		k, err := s.keyOf(ctx, tx, o.AccountID)
		if err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(k), 0) + 1 FROM band_override`).Scan(&o.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, s.sql(`INSERT INTO band_override (k, account, band, reason, owner, added_at, expires, revoked_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, '')`), o.ID, k, o.Band, o.Reason, o.Owner, o.AddedAt.UnixMicro(), micros(o.Expires)); err != nil {
			return err
		}
		return s.log(ctx, tx, Entry{Actor: o.Owner, Action: ActionOverride, AccountID: o.AccountID,
			Detail: "id=" + strconv.FormatInt(o.ID, 10) + " band=" + o.Band + " reason=" + o.Reason})
	})
	if err != nil {
		return Override{}, err
	}
	return o, nil
}

// RevokeOverride ends an override of an account, audited; one that was revoked
// before stays as it is.
func (s *Store) RevokeOverride(ctx context.Context, account string, id int64, actor string) error {
	if err := checkText("actor", actor); err != nil {
		return err
	}
	return s.change(ctx, "revoke an override", func(tx *transaction) error {
		k, err := s.keyOf(ctx, tx, account)
		if err != nil {
			return err
		}
		var revoked sql.NullInt64
		err = tx.QueryRowContext(ctx, s.sql(`SELECT revoked_at FROM band_override WHERE k = ? AND account = ?`), id, k).Scan(&revoked)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: override %d of account %q", ErrNotFound, id, account)
		}
		if err != nil || revoked.Valid {
			return err
		}
		if _, err := tx.ExecContext(ctx, s.sql(`UPDATE band_override SET revoked_at = ?, revoked_by = ? WHERE k = ?`),
			s.clock().UnixMicro(), actor, id); err != nil {
			return err
		}
		return s.log(ctx, tx, Entry{Actor: actor, Action: ActionRevoke, AccountID: account, Detail: "id=" + strconv.FormatInt(id, 10)})
	})
}

const selectOverrides = `SELECT o.k, a.id, o.band, o.reason, o.owner, o.added_at, o.expires, o.revoked_at, o.revoked_by
	FROM band_override o JOIN account a ON a.k = o.account WHERE `

// Overrides lists all overrides of an account, newest first, also those that
// no longer hold.
func (s *Store) Overrides(ctx context.Context, account string) ([]Override, error) {
	return s.overrides(ctx, `a.id = ? ORDER BY o.k DESC`, account)
}

// active returns the newest override of each account that holds now.
func (s *Store) active(ctx context.Context, accounts []any) (map[string]*Override, error) {
	newest := map[string]*Override{}
	for chunk := range slices.Chunk(accounts, chunkRows) {
		list, err := s.overrides(ctx, `o.account IN (`+marks(len(chunk))+`) ORDER BY o.k`, chunk...)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].Active(s.clock()) {
				newest[list[i].AccountID] = &list[i]
			}
		}
	}
	return newest, nil
}

func (s *Store) overrides(ctx context.Context, condition string, args ...any) ([]Override, error) {
	rows, err := s.read.QueryContext(ctx, s.sql(selectOverrides+condition), args...)
	if err != nil {
		return nil, s.failed("read overrides", err)
	}
	var list []Override
	err = each(rows, func(scan func(...any) error) error {
		var o Override
		var added, expires, revoked sql.NullInt64
		err := scan(&o.ID, &o.AccountID, &o.Band, &o.Reason, &o.Owner, &added, &expires, &revoked, &o.RevokedBy)
		o.AddedAt, o.Expires, o.RevokedAt = momentOf(added), momentOf(expires), momentOf(revoked)
		list = append(list, o)
		return err
	})
	return list, s.failed("read overrides", err)
}
