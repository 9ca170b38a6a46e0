package history

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// LimitPages lets a SQLite file grow to so many pages and no further.
func LimitPages(t *testing.T, s *Store, pages int) {
	t.Helper()
	if _, err := s.write.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
		t.Fatal(err)
	}
}

// DoNotSync spares a test of many small writes to a SQLite file the wait for
// the disk.
func DoNotSync(t *testing.T, s *Store) {
	t.Helper()
	if !s.dialect.embedded {
		return
	}
	if _, err := s.write.Exec("PRAGMA synchronous = OFF"); err != nil {
		t.Fatal(err)
	}
}

// ForgetWholes takes away that whole portfolios were written, which no erasure of
// accounts does.
func ForgetWholes(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.write.Exec("DELETE FROM whole"); err != nil {
		t.Fatal(err)
	}
}

// SpillAtOnce lets a write reach the files before its commit.
func SpillAtOnce(t *testing.T, w *Writer) {
	t.Helper()
	if _, err := w.tx.Exec("PRAGMA cache_size = 10"); err != nil {
		t.Fatal(err)
	}
}

// OpenReading opens a history as one whose file may not be written.
func OpenReading(ctx context.Context, dsn string, clock func() time.Time) (*Store, error) {
	s := &Store{clock: clock, wait: time.Second}
	if err := s.connect(dsn); err != nil {
		return nil, err
	}
	return s, s.reopenReading(ctx, nil)
}

// PostgresError is the sentinel of an error of Postgres.
func PostgresError(err error) error { return postgresError(err) }
