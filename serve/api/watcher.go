package api

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/etappe/etappe/serve/score"
)

// watchInterval is the time between two looks at a registry's folder.
const watchInterval = 2 * time.Second

// Watcher keeps a server at what its registry holds: when the registry changes,
// it loads the model anew, so that a new champion and the erasure of an account
// from the model in service take effect.
type Watcher struct {
	folder string
	load   func() (*score.Scorer, error)
	files  registryFiles // as they were before the model in service was loaded
}

// NewWatcher makes a watcher of a registry's folder as it is now; load returns
// the model to serve from it. Make it before the first model is loaded: then no
// change is missed.
func NewWatcher(folder string, load func() (*score.Scorer, error)) *Watcher {
	return &Watcher{folder: folder, load: load, files: statRegistry(folder)}
}

// Run looks every two seconds until ctx ends, and puts every model that it loads
// into service.
func (w *Watcher) Run(ctx context.Context, s *Server) {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if next := w.next(s.log); next != nil {
				s.Swap(next)
				s.log.Info("model in service", "version", next.Info(s.now()).Version)
			}
		}
	}
}

// next loads the model if the registry has changed since the last call. nil if it
// has not, or if its model cannot be served: that is logged once, the model in
// service stays, and the next change is waited for.
func (w *Watcher) next(log *slog.Logger) *score.Scorer {
	files := statRegistry(w.folder)
	if files.same(w.files) {
		return nil
	}
	w.files = files
	scorer, err := w.load()
	if err != nil {
		log.Error("the registry changed, and its model cannot be served; the one before stays in service", "error", err.Error())
		return nil
	}
	return scorer
}

// registryFiles describe champion.json and the folder of artifacts; nil: not
// there. Promoting renames another champion.json into its place, erasing another
// artifact into the folder.
type registryFiles [2]fs.FileInfo

func statRegistry(folder string) (f registryFiles) {
	for i, name := range []string{"champion.json", "artifacts"} {
		f[i], _ = os.Stat(filepath.Join(folder, name))
	}
	return f
}

// same reports whether both describe the same files, unchanged.
func (f registryFiles) same(other registryFiles) bool {
	for i, a := range f {
		b := other[i]
		if (a == nil) != (b == nil) || a != nil && !(os.SameFile(a, b) && a.ModTime().Equal(b.ModTime())) {
			return false
		}
	}
	return true
}
