package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFolder writes an encoded artifact as the folder dir, whose parent exists.
// The files are written and synced in a temporary folder beside it, which is then
// renamed: a crash leaves the whole artifact or none. Where the same artifact
// stands already, nothing is written; where something else does, that is an error.
func writeFolder(d disk, dir string, files []File) error {
	if _, err := os.Lstat(dir); err == nil {
		return sameFiles(dir, files)
	}
	parent := filepath.Dir(dir)
	room, err := d.mkdirTemp(parent, temporary)
	if err != nil {
		return err
	}
	if err := fill(d, room, dir, files); err != nil {
		return errors.Join(err, d.remove(room))
	}
	return syncFolder(d, parent)
}

func fill(d disk, room, dir string, files []File) error {
	// The room was made for its owner alone; what is published is for readers.
	inner := filepath.Join(room, filepath.Base(dir))
	if err := d.mkdirAll(inner); err != nil {
		return err
	}
	for _, f := range files {
		if err := write(d, filepath.Join(inner, f.Name), f.Data); err != nil {
			return err
		}
	}
	if err := syncFolder(d, inner); err != nil {
		return err
	}
	if err := d.rename(inner, dir); err != nil {
		return err
	}
	return d.remove(room)
}

// sameFiles compares what stands at dir with what would be written.
func sameFiles(dir string, files []File) error {
	found, err := readFolder(dir)
	if err != nil {
		return err
	}
	for i, f := range files {
		if !bytes.Equal(f.Data, found[i].Data) {
			return fmt.Errorf("%s holds another artifact, or a damaged one: %s differs", dir, f.Name)
		}
	}
	return nil
}

// Load reads and checks the artifact in the folder dir. ErrNotFound if there is
// no such folder, ErrCorrupt if a file is missing, too large or not what was
// written, ErrVersion if another version of the program wrote it.
func Load(dir string) (*Artifact, error) {
	a, _, err := load(dir)
	return a, err
}

// load is Load with the version, which the manifest gives.
func load(dir string) (*Artifact, string, error) {
	files, err := readFolder(dir)
	if err != nil {
		return nil, "", err
	}
	a, err := Decode(files)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", dir, err)
	}
	return a, a.version(files[2].Data), nil
}

func readFolder(dir string) ([]File, error) {
	if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, dir)
	} else if err != nil {
		return nil, err
	}
	files := []File{{Name: headerFile}, {Name: arraysFile}, {Name: manifestFile}}
	for i, limit := range []int64{maxHeader, maxArrays, maxManifest} {
		data, err := readCapped(filepath.Join(dir, files[i].Name), limit)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		files[i].Data = data
	}
	return files, nil
}

// readCapped reads a regular file of at most limit bytes; its size is known
// before anything is allocated.
func readCapped(path string, limit int64) ([]byte, error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, corrupt(name, "the file is missing")
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, corrupt(name, "not a file")
	case info.Size() > limit:
		return nil, corrupt(name, "%d bytes, at most %d allowed", info.Size(), limit)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, corrupt(name, "the file ends early: %w", err)
	}
	return data, nil
}

// readOrEmpty reads a file of the registry; no file is an empty one.
func readOrEmpty(path string) ([]byte, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return readCapped(path, maxHeader)
}
