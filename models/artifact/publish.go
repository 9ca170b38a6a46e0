package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// upcoming is how the name of a folder begins that is whole, and about to take
// the place of the version that the rest of its name is.
const upcoming = ".next-"

// publish renames pending folders into their place: the old folder goes aside, the
// new one takes its name. A reader in between finds the new one under its upcoming name.
func (r *Registry) publish() error {
	stored, err := os.ReadDir(r.path("artifacts"))
	if err != nil {
		return err
	}
	for _, next := range stored {
		version, waiting := strings.CutPrefix(next.Name(), upcoming)
		if !waiting || !versionPattern.MatchString(version) {
			continue
		}
		room, err := r.disk.mkdirTemp(r.path("artifacts"), temporary)
		if err != nil {
			return err
		}
		place := r.path("artifacts", version)
		if _, missing := os.Lstat(place); missing == nil {
			if err := r.disk.rename(place, filepath.Join(room, version)); err != nil {
				return err
			}
		}
		if err := r.disk.rename(r.path("artifacts", next.Name()), place); err != nil {
			return err
		}
		if err := errors.Join(syncFolder(r.disk, r.path("artifacts")), r.disk.remove(room)); err != nil {
			return err
		}
	}
	return nil
}

// open loads a version, also while it is being rewritten.
func (r *Registry) open(version string) (*Artifact, string, error) {
	a, found, err := load(r.path("artifacts", version))
	if err == nil {
		return a, found, nil
	}
	if a, found, err := load(r.path("artifacts", upcoming+version)); err == nil {
		return a, found, nil
	}
	return load(r.path("artifacts", version)) // it may be over by now
}

// erased reports whether the version is stored, with an account erased from it.
func (r *Registry) erased(version string) bool {
	a, _, err := load(r.path("artifacts", version))
	return err == nil && a.Original == version
}
