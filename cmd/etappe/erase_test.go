package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// An account that a model names as one to copy is erased from there too; a note
// that names it is pointed at, and an account that the history does not hold is
// an error that comes after the work.
func TestEraseReachesTheModels(t *testing.T) {
	d := newDesk(t)
	model, entry := d.load("champion")
	if len(model.Exemplars[0]) == 0 {
		t.Fatal("the model names no account")
	}
	account, store := model.Exemplars[0][0].AccountID, filepath.Join(t.TempDir(), "h.db")
	d.run(exitOK, "score", "--registry", d.registry, "--table", d.table, "--id", "id", "--history", store)
	d.run(exitOK, "model", "name", "c1", "Six-pack", "--registry", d.registry, "--by", "Ada", "--reason", "like "+account)
	args := []string{"erase", "--account", account, "--history", store, "--registry", d.registry, "--by", "dpo"}
	_, stderr := d.run(exitOK, args...)
	if !strings.Contains(stderr, "erased "+account+" from the model accounts of 2 versions") || !strings.Contains(stderr, "erased "+account+": snapshots=1") ||
		!strings.Contains(stderr, "warning: "+filepath.Join(d.registry, "entries")) {
		t.Error(stderr)
	}
	after, now := d.load("champion")
	if now.Version != entry.Version || len(after.Exemplars[0]) != len(model.Exemplars[0])-1 || after.Exemplars[0][0].AccountID == account || after.Edits[0].By != "dpo" {
		t.Errorf("%+v, %+v, %+v", now, after.Exemplars, after.Edits)
	}
	d.run(exitOK, "score", "--registry", d.registry, "--table", d.table, "--id", "id", "--out", filepath.Join(t.TempDir(), "s.csv"))
	if _, stderr := d.run(exitUsage, args...); !strings.Contains(stderr, "of 0 versions") || !strings.Contains(stderr, "not in the history") {
		t.Error(stderr)
	}
}
