package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
)

// transaction is a writing transaction: the only one of the history.
type transaction struct {
	*sql.Tx
	conn *sql.Conn
}

// begin waits its turn and starts a writing transaction; ErrBusy where the
// turn does not come in time.
func (s *Store) begin(ctx context.Context) (*transaction, error) {
	if s.closed.Load() {
		return nil, ErrClosed
	}
	if s.reading {
		return nil, ErrReadOnly
	}
	turn, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	conn, err := s.write.Conn(turn)
	if err != nil && ctx.Err() == nil && turn.Err() != nil {
		return nil, fmt.Errorf("%w: no turn in %s", ErrBusy, s.wait)
	}
	if err != nil {
		return nil, err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	t := &transaction{tx, conn}
	if s.dialect.lock == "" {
		return t, nil
	}
	if _, err = tx.ExecContext(ctx, "SET LOCAL lock_timeout = "+strconv.FormatInt(s.wait.Milliseconds(), 10)); err == nil {
		_, err = tx.ExecContext(ctx, s.dialect.lock)
	}
	if err != nil {
		return nil, errors.Join(err, t.Rollback())
	}
	return t, nil
}

// Commit makes the transaction last.
func (t *transaction) Commit() error {
	return errors.Join(t.Tx.Commit(), t.conn.Close())
}

// Rollback undoes the transaction; after Commit it does nothing.
func (t *transaction) Rollback() error {
	err := t.Tx.Rollback()
	if errors.Is(err, sql.ErrTxDone) {
		err = nil
	}
	if closing := t.conn.Close(); !errors.Is(closing, sql.ErrConnDone) {
		err = errors.Join(err, closing)
	}
	return err
}

// change runs a short writing transaction.
func (s *Store) change(ctx context.Context, doing string, do func(*transaction) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return s.failed(doing, err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return s.failed(doing, err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE meta SET revision = revision + 1`); err != nil {
		return s.failed(doing, err)
	}
	return s.failed(doing, tx.Commit())
}
