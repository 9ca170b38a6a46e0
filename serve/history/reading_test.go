package history_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/etappe/etappe/serve/history"
)

// A file that may not be written is read, and a write names the cause.
func TestAHistoryThatMayOnlyBeRead(t *testing.T) {
	dsn := sqliteFile(t)
	s := open(t, dsn)
	write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}, Accounts: []history.Account{{ID: "a", Name: "Acme"}}})
	look := func(name string) {
		t.Helper()
		r, err := history.OpenReading(ctx, dsn, clock)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer r.Close()
		if page, err := r.List(ctx, history.Query{Search: "acme"}); err != nil || ids(page) != "a" {
			t.Errorf("%s: %q, %v", name, ids(page), err)
		}
		if _, err := r.Write(ctx, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 2), 50)}}); !errors.Is(err, history.ErrReadOnly) {
			t.Errorf("%s: written: %v, want ErrReadOnly", name, err)
		}
	}
	look("with a log beside it")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	look("alone")
	if err := os.WriteFile(dsn, []byte("account_id,as_of\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := history.OpenReading(ctx, dsn, clock); err == nil {
		t.Error("a file of another program was opened")
		r.Close()
	}
}

// The mode of a file is what users take away; nobody can take it from root.
func TestAFileWithoutTheRightToWrite(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write every file")
	}
	dsn := sqliteFile(t)
	if err := tryOpen(dsn); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dsn, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := tryOpen(dsn); err != nil {
		t.Error(err)
	}
}

func TestARoleWithoutARight(t *testing.T) {
	for code, want := range map[string]error{"42501": history.ErrDenied, "3F000": history.ErrDenied, "53100": history.ErrFull, "42601": nil} {
		if got := history.PostgresError(fmt.Errorf("make the tables: %w", &pgconn.PgError{Code: code})); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}
