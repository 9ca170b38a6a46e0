package history_test

import (
	"os"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

func TestContentsAreCounted(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		c, err := s.Contents(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "of a new one", c, history.Contents{Bytes: c.Bytes})
		other := snap("b", on(2, 1), 50)
		other.Model = "v2"
		write(t, s, history.Batch{Accounts: []history.Account{{ID: "never answered"}}, Whole: on(2, 1),
			Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), snap("b", on(1, 1), 50), snap("b", on(2, 1), 50), other}})
		before := c.Bytes
		if c, err = s.Contents(ctx); err != nil {
			t.Fatal(err)
		}
		equal(t, "contents", c, history.Contents{Accounts: 1, Left: 1, Answers: 4, Bytes: c.Bytes,
			Dates: []history.Dated{{on(1, 1), "v1", 2}, {on(2, 1), "v1", 1}, {on(2, 1), "v2", 1}}})
		if before < 4096 || c.Bytes < before {
			t.Errorf("%d bytes, then %d", before, c.Bytes)
		}
	})
}

// The answers are about people's business: only the owner of the file reads
// them. What somebody has opened to others stays open.
func TestAFileIsItsOwners(t *testing.T) {
	path := sqliteFile(t)
	mode := func(name string, want os.FileMode) {
		t.Helper()
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
	write(t, open(t, path), history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}})
	for _, suffix := range []string{"", "-wal", "-shm"} {
		mode(path+suffix, 0o600)
	}
	shared := sqliteFile(t)
	if err := os.WriteFile(shared, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(shared, 0o640); err != nil {
		t.Fatal(err)
	}
	write(t, open(t, shared), history.Batch{Snapshots: []history.Snapshot{snap("a", on(1, 1), 50)}})
	mode(shared, 0o640)
}
