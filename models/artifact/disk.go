package artifact

import (
	"errors"
	"os"
	"path/filepath"
)

// disk is what the package asks of a file system when it writes. Tests put one
// in its place that dies at the n-th step.
type disk interface {
	// mkdirAll creates a folder and its parents.
	mkdirAll(dir string) error
	// mkdirTemp creates a new folder of a name that nobody else has.
	mkdirTemp(parent, pattern string) (string, error)
	// write creates a file, writes it and waits until it is on the medium.
	write(path string, data []byte) error
	// sync waits until a folder's entries are on the medium.
	sync(dir string) error
	// rename replaces to by from, at once.
	rename(from, to string) error
	// remove deletes a file or a folder with all it holds.
	remove(path string) error
}

// realDisk is the operating system's.
type realDisk struct{}

func (realDisk) mkdirAll(dir string) error { return os.MkdirAll(dir, 0o755) }
func (realDisk) mkdirTemp(parent, pattern string) (string, error) {
	return os.MkdirTemp(parent, pattern)
}
func (realDisk) rename(from, to string) error { return os.Rename(from, to) }
func (realDisk) remove(path string) error     { return os.RemoveAll(path) }

func (realDisk) write(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func (realDisk) sync(dir string) error { return syncFolder(dir) }

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
	err = d.write(fresh, data)
	if err == nil {
		err = d.rename(fresh, path)
	}
	if err == nil {
		err = d.sync(dir)
	}
	return errors.Join(err, d.remove(room))
}
