package datasets

import (
	"os"
	"path/filepath"
)

// pendingFile is a file that is not there yet: written under a temporary name
// in its own folder, and renamed when complete. A crash or an error leaves the
// old file or the new one, never half of one.
type pendingFile struct {
	*os.File
	path string
	done bool
}

func createPending(path string) (*pendingFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, err
	}
	return &pendingFile{File: f, path: path}, nil
}

// finish makes the bytes durable under the temporary name.
func (p *pendingFile) finish() error {
	if err := p.Chmod(0o644); err != nil { // CreateTemp makes files for the owner alone
		return err
	}
	if err := p.Sync(); err != nil {
		return err
	}
	return p.Close()
}

// rename puts the finished file under its own name.
func (p *pendingFile) rename() error {
	if err := os.Rename(p.Name(), p.path); err != nil {
		return err
	}
	p.done = true
	return nil
}

func (p *pendingFile) publish() error {
	if err := p.finish(); err != nil {
		return err
	}
	return p.rename()
}

// discard removes what was written, unless it was renamed. The errors do not
// matter: it runs after another error, or has nothing to do.
func (p *pendingFile) discard() {
	if p.done {
		return
	}
	_ = p.Close()
	_ = os.Remove(p.Name())
}
