package history

import (
	"context"
	"fmt"
	"time"
)

// AddIntervention stores one intervention of an account, audited under its owner.
// One that is stored already changes nothing. ErrInput without a kind or an owner,
// or past the clock; ErrNotFound for an unknown account.
func (s *Store) AddIntervention(ctx context.Context, i Intervention) error {
	for _, text := range []string{i.Kind, i.Owner} {
		if err := checkText("the text of an intervention", text); err != nil {
			return err
		}
		if text == "" {
			return fmt.Errorf("%w: an intervention has a kind and an owner", ErrInput)
		}
	}
	if i.At.After(s.clock()) {
		return fmt.Errorf("%w: an intervention that has not happened yet", ErrInput)
	}
	return s.change(ctx, "add an intervention", func(tx *transaction) error {
		k, err := s.keyOf(ctx, tx, i.AccountID)
		if err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, s.sql(`INSERT INTO intervention (account, at, kind, owner) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`),
			k, i.At.UnixMicro(), i.Kind, i.Owner)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.log(ctx, tx, Entry{Actor: i.Owner, Action: ActionIntervention, AccountID: i.AccountID,
			Detail: "at=" + i.At.UTC().Format(time.DateOnly) + " kind=" + i.Kind})
	})
}
