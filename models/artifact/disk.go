package artifact

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// disk is what the package needs of a file system when it writes. Tests put one
// in its place that dies at the n-th step and loses what was not synced.
type disk interface {
	// mkdirAll creates a folder and its parents.
	mkdirAll(dir string) error
	// mkdirTemp creates a new folder of a name that nobody else has.
	mkdirTemp(parent, pattern string) (string, error)
	// create creates a file that does not exist yet.
	create(path string) (file, error)
	// open opens a folder, to be synced.
	open(dir string) (file, error)
	// rename replaces to by from, at once.
	rename(from, to string) error
	// remove deletes a file or a folder with all it holds.
	remove(path string) error
}

// file is an open file or folder.
type file interface {
	io.WriteCloser
	// Sync waits until contents, or a folder's entries, are on the medium.
	Sync() error
}

// realDisk is the operating system's.
type realDisk struct{}

func (realDisk) mkdirAll(dir string) error { return os.MkdirAll(dir, 0o755) }
func (realDisk) mkdirTemp(parent, pattern string) (string, error) {
	return os.MkdirTemp(parent, pattern)
}
func (realDisk) rename(from, to string) error { return os.Rename(from, to) }
func (realDisk) remove(path string) error     { return os.RemoveAll(path) }
func (realDisk) open(dir string) (file, error) {
	return openFolder(dir)
}
func (realDisk) create(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// write creates a file with the given contents and waits until they are on the
// medium.
func write(d disk, path string, data []byte) error {
	f, err := d.create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncFolder waits until a folder's entries are on the medium.
func syncFolder(d disk, dir string) error {
	f, err := d.open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// makeFolder creates a folder where there is none, and waits until its name is on
// the medium.
func makeFolder(d disk, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := d.mkdirAll(dir); err != nil {
		return err
	}
	return syncFolder(d, filepath.Dir(dir))
}

// temporary is how the names of unfinished work begin. Readers pass it by,
// writers clear it away.
const temporary = ".tmp-"

// replace puts a file in the place of another so that a crash leaves one of the
// two, whole.
func replace(d disk, path string, data []byte) error {
	dir := filepath.Dir(path)
	room, err := d.mkdirTemp(dir, temporary)
	if err != nil {
		return err
	}
	fresh := filepath.Join(room, filepath.Base(path))
	err = write(d, fresh, data)
	if err == nil {
		err = d.rename(fresh, path)
	}
	if err == nil {
		err = syncFolder(d, dir)
	}
	return errors.Join(err, d.remove(room))
}
