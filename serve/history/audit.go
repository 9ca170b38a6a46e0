package history

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// The actions that are audited.
const (
	ActionWrite        = "write"
	ActionOverride     = "override"
	ActionIntervention = "intervention"
	ActionRevoke       = "revoke_override"
	ActionKeep         = "keep"
	ActionErase        = "erase"
)

// Entry is a line of the audit log.
type Entry struct {
	At        time.Time
	Actor     string
	Action    string // one of the Action… constants
	AccountID string // "" where the action is about no account, or it was erased
	Subject   string // Store.Subject of the account's id, which outlives its erasure; "" where about none
	Detail    string // "" once the account was erased
}

// Subject is the salted hash that stands for an account in the audit log after
// its erasure: whoever has an id can find what was done, no one can read ids.
func (s *Store) Subject(id string) string {
	mac := hmac.New(sha256.New, s.salt)
	mac.Write([]byte("account:" + id))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// log writes a line of the audit log in a transaction.
func (s *Store) log(ctx context.Context, tx querier, e Entry) error {
	if e.AccountID != "" {
		e.Subject = s.Subject(e.AccountID)
	}
	_, err := tx.ExecContext(ctx, s.sql(`INSERT INTO audit (k, at, actor, action, account, subject, detail)
		SELECT coalesce(max(k), 0) + 1, CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT) FROM audit`),
		s.clock().UnixMicro(), e.Actor, e.Action, e.AccountID, e.Subject, e.Detail)
	return err
}

// Audit lists the last lines of the audit log, newest first.
func (s *Store) Audit(ctx context.Context, limit int) ([]Entry, error) {
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT at, actor, action, account, subject, detail FROM audit ORDER BY k DESC LIMIT ?`), limit)
	if err != nil {
		return nil, s.failed("read the audit log", err)
	}
	var list []Entry
	err = each(rows, func(scan func(...any) error) error {
		var e Entry
		var at int64
		err := scan(&at, &e.Actor, &e.Action, &e.AccountID, &e.Subject, &e.Detail)
		e.At = time.UnixMicro(at).UTC()
		list = append(list, e)
		return err
	})
	return list, s.failed("read the audit log", err)
}

// Erased reports whether the account of an id was erased and has not come back
// since: who has it from elsewhere must not pass it on.
func (s *Store) Erased(ctx context.Context, id string) (bool, error) {
	var erased bool
	err := s.read.QueryRowContext(ctx, s.sql(`SELECT EXISTS (SELECT 1 FROM audit WHERE action = ? AND subject = ?) AND NOT EXISTS (SELECT 1 FROM account WHERE id = ?)`),
		ActionErase, s.Subject(id), id).Scan(&erased)
	return erased, s.failed("read the audit log", err)
}

// ErasedAmong lists those of ids whose accounts were erased and have not come back
// since, in their order.
func (s *Store) ErasedAmong(ctx context.Context, ids []string) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT DISTINCT subject FROM audit WHERE action = ?`), ActionErase)
	if err != nil {
		return nil, s.failed("read the audit log", err)
	}
	subjects := map[string]bool{}
	err = each(rows, func(scan func(...any) error) error {
		var subject string
		err := scan(&subject)
		subjects[subject] = true
		return err
	})
	if err != nil || len(subjects) == 0 {
		return nil, s.failed("read the audit log", err)
	}
	var erased []string
	for _, id := range ids {
		if !subjects[s.Subject(id)] {
			continue
		}
		gone, err := s.Erased(ctx, id)
		if err != nil {
			return nil, err
		}
		if gone {
			erased = append(erased, id)
		}
	}
	return erased, nil
}
