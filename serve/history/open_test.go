package history_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

func tryOpen(dsn string) error {
	s, err := history.Open(ctx, dsn, history.Options{Clock: clock})
	if err != nil {
		return err
	}
	return s.Close()
}

func TestNamesOfHistories(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"plain.db", "with blank & ?query#.db", "ümlaut%20.db", "sqlite:" + "scheme.db"} {
		path := filepath.Join(dir, strings.TrimPrefix(name, "sqlite:"))
		dsn := path
		if strings.HasPrefix(name, "sqlite:") {
			dsn = "sqlite:" + path
		}
		if err := tryOpen(dsn); err != nil {
			t.Errorf("%s: %v", dsn, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	for _, dsn := range []string{"", "sqlite:", ":memory:", "sqlite::memory:", "mysql://host/db", "postgres://user:secret@host:notaport/db"} {
		err := tryOpen(dsn)
		if !errors.Is(err, history.ErrDSN) {
			t.Errorf("%q: %v, want ErrDSN", dsn, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error repeats the password: %v", err)
		}
	}
	if _, err := history.Open(ctx, filepath.Join(dir, "x.db"), history.Options{}); !errors.Is(err, history.ErrInput) {
		t.Errorf("without a clock: %v", err)
	}
	if err := tryOpen(filepath.Join(dir, "no", "such", "folder.db")); err == nil {
		t.Error("a file in no folder was opened")
	}
}

func TestANewerHistoryIsLeftAlone(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		s := open(t, dsn)
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}})
		db := openSQL(t, map[string]string{"sqlite": "sqlite", "postgres": "pgx"}[p.name], dsn)
		execSQL(t, db, "INSERT INTO history_version (version_id, is_applied) VALUES (99, "+map[string]string{"sqlite": "1", "postgres": "true"}[p.name]+")")
		if err := tryOpen(dsn); !errors.Is(err, history.ErrNewer) {
			t.Errorf("%v, want ErrNewer", err)
		}
		if _, err := s.Latest(ctx, "a"); err != nil {
			t.Errorf("it was changed: %v", err)
		}
	})
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	execSQL(t, openSQL(t, "sqlite", other), "CREATE TABLE account (id TEXT)")
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("these are notes, not a database\n", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{other, text} {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := tryOpen(path); !errors.Is(err, history.ErrForeign) {
			t.Errorf("%s: %v, want ErrForeign", path, err)
		}
		after, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if path == text && string(before) != string(after) {
			t.Errorf("%s was changed", path)
		}
	}
}

// Who opens a new history at the same time as others finds it made.
func TestManyOpenANewHistoryAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		var wait sync.WaitGroup
		for i := range 6 {
			wait.Go(func() {
				s, err := history.Open(ctx, dsn, history.Options{Clock: clock})
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				if _, err := s.Write(ctx, history.Batch{Snapshots: []history.Snapshot{snap(fmt.Sprint("a", i), on(1, 1), 50)}}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		page, err := open(t, dsn).List(ctx, history.Query{})
		if err != nil || len(page.Rows) != 6 {
			t.Errorf("%d accounts, want 6: %v", len(page.Rows), err)
		}
	})
}

func TestAClosedHistorySaysSo(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s, err := history.Open(ctx, p.dsn(t), history.Options{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.List(ctx, history.Query{}); !errors.Is(err, history.ErrClosed) {
			t.Errorf("list: %v", err)
		}
		if _, err := s.Latest(ctx, "a"); !errors.Is(err, history.ErrClosed) {
			t.Errorf("latest: %v", err)
		}
		if _, err := s.Begin(ctx, ""); !errors.Is(err, history.ErrClosed) {
			t.Errorf("begin: %v", err)
		}
	})
}

// What a Store does not see through its own eyes it does not believe: a stored
// byte that changed is an error, never a number.
func TestAChangedByteIsFound(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		dsn := p.dsn(t)
		s := open(t, dsn)
		write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), snap("b", on(1, 1), 50)}})
		db := openSQL(t, map[string]string{"sqlite": "sqlite", "postgres": "pgx"}[p.name], dsn)
		var record []byte
		if err := db.QueryRow(`SELECT record FROM snapshot WHERE account = 1`).Scan(&record); err != nil {
			t.Fatal(err)
		}
		parameters := map[string]string{"sqlite": "?", "postgres": "$1"}[p.name]
		for i := range record {
			changed := append([]byte{}, record...)
			changed[i] ^= 0x10
			execSQL(t, db, `UPDATE snapshot SET record = `+parameters+` WHERE account = 1`, changed)
			if _, err := s.Latest(ctx, "a"); !errors.Is(err, history.ErrCorrupt) {
				t.Errorf("byte %d changed: %v, want ErrCorrupt", i, err)
			}
		}
		for _, short := range [][]byte{{}, record[:3], record[:len(record)-1]} {
			execSQL(t, db, `UPDATE snapshot SET record = `+parameters+` WHERE account = 1`, short)
			if _, err := s.Latest(ctx, "a"); !errors.Is(err, history.ErrCorrupt) {
				t.Errorf("%d bytes left: %v, want ErrCorrupt", len(short), err)
			}
		}
		if _, err := s.Latest(ctx, "b"); err != nil {
			t.Error(err)
		}
	})
}

// A disk that is full is stood in for by a limit on the pages of the file.
func TestAFullDiskKeepsWhatWasThere(t *testing.T) {
	path := sqliteFile(t)
	s := open(t, path)
	write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}})
	before := everything(t, s)
	history.LimitPages(t, s, 80)
	batch := history.Batch{}
	for i := range 3000 {
		batch.Snapshots = append(batch.Snapshots, snap(fmt.Sprint("b", i), on(1, 2), 50))
	}
	if _, err := s.Write(ctx, batch); !errors.Is(err, history.ErrFull) {
		t.Fatalf("%v, want ErrFull", err)
	}
	equal(t, "after a full disk", everything(t, s), before)
	history.LimitPages(t, s, math.MaxInt32)
	equal(t, "with room again", write(t, s, batch), history.Written{Inserted: 3000, Accounts: 3000})
}

// A process that dies in the middle of a write leaves the state before it: the
// copy of the files taken then is what a restart would find.
func TestACrashInAWriteLeavesTheStateBefore(t *testing.T) {
	path := sqliteFile(t)
	s := open(t, path)
	write(t, s, history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}})
	before := everything(t, s)
	w, err := s.Begin(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	history.SpillAtOnce(t, w) // so that pages of the open transaction reach the files
	for i := range 3000 {
		sn := snap(fmt.Sprint("b", i), on(1, 2), 50)
		if err := w.Snapshot(&sn); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if suffix == "-wal" && len(data) < 100_000 {
			t.Fatalf("the log holds only %d bytes: nothing of the write is in it", len(data))
		}
		if err := os.WriteFile(copied+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "after the crash", everything(t, open(t, copied)), before)
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	page, err := s.List(ctx, history.Query{Limit: history.MaxLimit})
	if err != nil || len(page.Rows) != history.MaxLimit {
		t.Errorf("the write itself: %d rows, %v", len(page.Rows), err)
	}
}

// The file is sound after all that the tests do to it.
func checkFile(t *testing.T, path string) {
	t.Helper()
	var verdict string
	if err := openSQL(t, "sqlite", path).QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	if verdict != "ok" {
		t.Errorf("integrity_check: %s", verdict)
	}
}
