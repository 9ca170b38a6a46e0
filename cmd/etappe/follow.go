package main

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/etappe/etappe/serve"
)

// lookEvery is how long a server may not know what changed in its registry.
const lookEvery = 2 * time.Second

// sighting is what a look at a registry's folder saw.
type sighting [2]fs.FileInfo // of champion.json and of the folder of artifacts; nil: not there

// look sees what changes with the model that the flags name: promoting renames
// another champion.json into its place, erasing another artifact into the folder.
func (f *modelFlags) look() (s sighting) {
	for i, name := range []string{"champion.json", "artifacts"} {
		s[i], _ = os.Stat(filepath.Join(f.Registry, name))
	}
	return s
}

func (s sighting) same(other sighting) bool {
	for i, a := range s {
		b := other[i]
		if (a == nil) != (b == nil) || a != nil && !(os.SameFile(a, b) && a.ModTime().Equal(b.ModTime())) {
			return false
		}
	}
	return true
}

// follower keeps a server at what its registry holds: where an account was
// erased from the model in service, that is loaded again, and so is a new
// champion where the flags name no version.
type follower struct {
	flags *modelFlags
	seen  sighting // taken before the model in service was loaded
	log   *slog.Logger
}

// run looks again and again until ctx ends.
func (f *follower) run(ctx context.Context, swap func(*serve.Scorer)) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if next := f.next(); next != nil {
				swap(next)
			}
		}
	}
}

// next loads the model anew if something changed; nil if nothing did, or if what
// is there now cannot answer: then the one before goes on, and the next change is
// waited for.
func (f *follower) next() *serve.Scorer {
	seen := f.flags.look()
	if seen.same(f.seen) {
		return nil
	}
	f.seen = seen
	scorer, err := f.flags.scorer()
	if err != nil {
		f.log.Error("the registry changed, and its model cannot be served; the one before goes on", "error", err.Error())
		return nil
	}
	return scorer
}
