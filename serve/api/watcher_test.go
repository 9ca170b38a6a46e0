package api

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
)

// What cannot be served leaves the model before in service and is logged once; a
// watcher of one version stays with it.
func TestWatcher(t *testing.T) {
	folder := t.TempDir()
	registry, err := artifact.OpenRegistry(folder)
	if err != nil {
		t.Fatal(err)
	}
	add := func(anchor float64) string {
		t.Helper()
		a := testArtifact(t)
		a.Points.Anchor += anchor
		entry, err := registry.Add(a, testMeta.TrainedAt, "")
		if err != nil {
			t.Fatal(err)
		}
		return entry.Version
	}
	promote := func(version string) {
		t.Helper()
		if err := registry.Promote(version, now); err != nil {
			t.Fatal(err)
		}
	}
	first := add(0)
	promote(first)
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	watcher := func(version string) *Watcher {
		return NewWatcher(folder, func() (*score.Scorer, error) {
			a, entry, err := registry.Get(version)
			if err != nil {
				return nil, err
			}
			return score.New(a, score.Meta{Version: entry.Version, TrainedAt: entry.TrainedAt}, score.Options{})
		})
	}
	champion, fixed := watcher("champion"), watcher(first)
	if champion.next(logger) != nil || log.Len() > 0 {
		t.Error("nothing changed, and a model was loaded")
	}
	second := add(0.1)
	promote(second)
	if s := champion.next(logger); s == nil || s.Info(now).Version != second {
		t.Error("the new champion was not loaded")
	}
	if s := fixed.next(logger); s == nil || s.Info(now).Version != first {
		t.Error("the version that was named was left")
	}
	if err := os.WriteFile(filepath.Join(folder, "champion.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // logged once
		if champion.next(logger) != nil {
			t.Error("a broken champion was put into service")
		}
	}
	if n := strings.Count(log.String(), "the one before stays in service"); n != 1 {
		t.Errorf("a broken champion is logged %d times: %s", n, log.String())
	}
}
