package history

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"
)

// AccountAt returns what described an account at a date: what was written for that
// date or, where nothing was, for the last date before. Where only later dates are
// described, renewal, ARR and owner are unknown; where none is, it is Account. A date
// is past before the latest answer: the account had not left then. ErrNotFound where
// the account is unknown.
func (s *Store) AccountAt(ctx context.Context, id string, asOf time.Time) (a Account, past bool, err error) {
	at, err := midnight(asOf)
	if err != nil {
		return Account{}, false, err
	}
	now, err := s.Account(ctx, id)
	if err != nil {
		return Account{}, false, err
	}
	var key int64
	var latest, first sql.NullInt64
	err = s.read.QueryRowContext(ctx, s.sql(`SELECT a.k, a.as_of, (SELECT min(d.as_of) FROM description d WHERE d.account = a.k)
		FROM account a WHERE a.id = ?`), id).Scan(&key, &latest, &first)
	if err != nil {
		return Account{}, false, s.failed("read an account", err)
	}
	if past = int64(at) < latest.Int64; past {
		now.LeftOn = time.Time{}
	}
	switch {
	case !first.Valid:
		return now, past, nil
	case int64(at) < first.Int64:
		now.Owner, now.DueOn, now.ARR = "", time.Time{}, math.NaN()
		return now, past, nil
	}
	then, err := s.description(ctx, key, at)
	then.ID, then.LeftOn = id, now.LeftOn
	return then, past, err
}

// description reads the last description of an account up to a day.
func (s *Store) description(ctx context.Context, account int64, at day) (Account, error) {
	var r accountRow
	err := s.read.QueryRowContext(ctx, s.sql(`SELECT name, owner, parent, created_at, due_on, arr FROM description
		WHERE account = ? AND as_of <= ? ORDER BY as_of DESC LIMIT 1`), account, int64(at)).Scan(r.described()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, ErrNotFound
	}
	if err != nil {
		return Account{}, s.failed("read an account", err)
	}
	texts, err := s.texts(ctx, r.owner)
	return r.account(texts), err
}
