package columnar

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Pending is a file of columns that is being written under a temporary name in
// its own folder, and renamed when complete. A crash or an error leaves the old
// file or the new one, never half of one.
type Pending struct {
	file   *os.File
	format blockWriter
	path   string
	done   bool
}

// blockWriter writes a table block by block; every block has the same columns.
type blockWriter interface {
	write(block []Column) error
	close() error // finishes the format; the file itself stays open
}

// Create opens a file for a table whose blocks have the header's columns: their
// names and kinds, and in Parquet whether texts repeat, are taken from it. The
// path's ending decides the format.
func Create(path string, header []Column) (*Pending, error) {
	if err := checkColumns(header); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	ending, err := formatOf(path)
	if err != nil {
		return nil, err
	}
	file, err := CreateBeside(path)
	if err != nil {
		return nil, err
	}
	p := &Pending{file: file, path: path}
	if ending == ".parquet" {
		p.format = newParquetWriter(file, header)
		return p, nil
	}
	if p.format, err = newCSVWriter(file, ending == ".csv.gz", header); err != nil {
		p.Discard()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return p, nil
}

// CreateBeside makes a file under a temporary name in the folder of path, to be
// renamed to path. It has the mode of the file that it replaces or else that of any
// new file: the umask decides.
func CreateBeside(path string) (*os.File, error) {
	name, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(name.Close(), os.Remove(name.Name())); err != nil { // it was made for its owner alone
		return nil, err
	}
	file, err := os.OpenFile(name.Name(), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if old, err := os.Stat(path); err == nil && old.Mode().IsRegular() {
		if err := file.Chmod(old.Mode().Perm()); err != nil {
			return nil, errors.Join(err, file.Close(), os.Remove(name.Name()))
		}
	}
	return file, nil
}

// Write appends a block of rows.
func (p *Pending) Write(block []Column) error {
	if err := p.format.write(block); err != nil {
		return fmt.Errorf("write %s: %w", p.path, err)
	}
	return nil
}

// Finish completes the file and makes its bytes durable under the temporary name.
func (p *Pending) Finish() error {
	if err := p.format.close(); err != nil {
		return fmt.Errorf("write %s: %w", p.path, err)
	}
	if err := p.file.Sync(); err != nil {
		return err
	}
	return p.file.Close()
}

// Rename puts the finished file under its own name.
func (p *Pending) Rename() error {
	if err := os.Rename(p.file.Name(), p.path); err != nil {
		return err
	}
	p.done = true
	return nil
}

// Discard removes what was written, unless it was renamed. The errors do not
// matter: it runs after another error, or has nothing to do.
func (p *Pending) Discard() {
	if p.done {
		return
	}
	_ = p.file.Close()
	_ = os.Remove(p.file.Name())
}
