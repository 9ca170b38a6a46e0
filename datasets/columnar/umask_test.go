//go:build unix

package columnar

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A new file has the mode that the umask gives, whatever its format; one that is replaced
// keeps its own.
func TestFilesKeepTheUmask(t *testing.T) {
	before := syscall.Umask(0o027)
	defer syscall.Umask(before)
	dir, columns := t.TempDir(), []Column{{Name: "x", Numbers: []float64{1}}}
	for _, name := range []string{"a.csv", "a.csv.gz", "a.parquet"} {
		path := filepath.Join(dir, name)
		for _, want := range []fs.FileMode{0o640, 0o604} {
			if err := Write(path, columns); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: mode %v, %v, want %v", name, info.Mode(), err, want)
			}
			if err := os.Chmod(path, 0o604); err != nil {
				t.Fatal(err)
			}
		}
	}
}
