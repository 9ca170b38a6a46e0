package api

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/score"
)

// A watcher loads the model anew when an artifact is renamed into the folder, as
// an erasure does, although the champion's pointer is as it was.
func TestWatcherSeesAnErasure(t *testing.T) {
	folder, loads := t.TempDir(), 0
	artifacts := filepath.Join(folder, "artifacts")
	if err := errors.Join(os.WriteFile(filepath.Join(folder, "champion.json"), []byte("{}"), 0o644), os.Mkdir(artifacts, 0o755)); err != nil {
		t.Fatal(err)
	}
	w := NewWatcher(folder, func() (*score.Scorer, error) { loads++; return nil, errors.New("none") })
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	if w.next(log); loads != 0 {
		t.Error("a model was loaded, and nothing had changed")
	}
	if err := os.Chtimes(artifacts, time.Time{}, time.Unix(2e9, 0)); err != nil {
		t.Fatal(err)
	}
	if w.next(log); loads != 1 {
		t.Errorf("%d loads after an artifact was replaced, want 1", loads)
	}
}
