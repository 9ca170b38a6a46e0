//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// lockFile creates the lock and fails where it exists: without kernel locks
// only a person can distinguish a busy writer from a dead one.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("another writer is at work; if there is none, delete %s", path)
	} else if err != nil {
		return nil, err
	}
	return func() { f.Close(); os.Remove(path) }, nil
}

// openFolder returns a folder whose Sync does nothing: these systems cannot sync
// a folder.
func openFolder(string) (file, error) { return unsynced{}, nil }

// unsynced is a folder that cannot be written to or synced.
type unsynced struct{}

// Write returns errors.ErrUnsupported.
func (unsynced) Write(p []byte) (int, error) { return 0, errors.ErrUnsupported }

// Sync returns nil.
func (unsynced) Sync() error { return nil }

// Close returns nil.
func (unsynced) Close() error { return nil }
