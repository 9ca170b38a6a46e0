package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var errCrash = errors.New("the machine is off")

// loss is what a power cut leaves of what was not synced. File systems differ,
// and a program must bear each: names may outlive the contents they stand for.
type loss string

const (
	loseNothing  loss = "nothing is lost"
	loseContents loss = "unsynced contents are lost, names are kept" // a journal of metadata
	loseAll      loss = "unsynced contents and names are lost"
)

// crashDisk is a disk over a real folder that remembers what of it was synced,
// as the strict in-memory file system of pebble does (cockroachdb/pebble,
// vfs/mem_fs.go). It does its steps until one kills it; from then on nothing
// happens any more, and die takes from the folder what the medium did not hold.
type crashDisk struct {
	real  realDisk
	loss  loss
	root  string
	top   *node
	steps int // that still succeed
	dead  bool
}

// unsyncedDisk is the real disk without waiting for its medium: for what a test
// does beside a crash.
type unsyncedDisk struct{ realDisk }

// unsyncedFile is a file whose Sync does nothing.
type unsyncedFile struct{ file }

func (unsyncedFile) Sync() error { return nil }

func (d unsyncedDisk) create(path string) (file, error) {
	f, err := d.realDisk.create(path)
	return unsyncedFile{f}, err
}

func (d unsyncedDisk) open(dir string) (file, error) {
	f, err := d.realDisk.open(dir)
	return unsyncedFile{f}, err
}

// node is a file or a folder, as programs see it and as the medium holds it.
type node struct {
	entries, syncedEntries map[string]*node // nil: a file
	data, syncedData       []byte
}

// over puts the disk over a folder, all of which is on the medium.
func (d *crashDisk) over(t testing.TB, root string) *crashDisk {
	t.Helper()
	top, err := nodeOf(root)
	if err != nil {
		t.Fatal(err)
	}
	d.root, d.top = root, top
	return d
}

func nodeOf(path string) (*node, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		data, err := os.ReadFile(path)
		return &node{data: data, syncedData: data}, err
	}
	list, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	n := newFolder()
	for _, e := range list {
		if n.entries[e.Name()], err = nodeOf(filepath.Join(path, e.Name())); err != nil {
			return nil, err
		}
	}
	n.syncedEntries = maps.Clone(n.entries)
	return n, nil
}

func newFolder() *node { return &node{entries: map[string]*node{}, syncedEntries: map[string]*node{}} }

// at returns the node of a path below the root; nil if there is none.
func (d *crashDisk) at(path string) *node {
	rest, err := filepath.Rel(d.root, path)
	if err != nil || strings.HasPrefix(rest, "..") {
		panic("outside of the crash disk: " + path)
	}
	n := d.top
	if rest == "." {
		return n
	}
	for _, name := range strings.Split(rest, string(filepath.Separator)) {
		if n = n.entries[name]; n == nil {
			return nil
		}
	}
	return n
}

// put gives a folder an entry.
func (d *crashDisk) put(path string, n *node) {
	d.at(filepath.Dir(path)).entries[filepath.Base(path)] = n
}

func (d *crashDisk) step(do, half func() error) error {
	if d.dead {
		return errCrash
	}
	if d.steps--; d.steps >= 0 {
		return do()
	}
	d.dead = true
	if half != nil {
		_ = half()
	}
	return errCrash
}

func (d *crashDisk) mkdirAll(dir string) error {
	return d.step(func() error {
		for p := dir; len(p) > len(d.root); p = filepath.Dir(p) {
			if d.at(p) == nil {
				defer func() { d.put(p, newFolder()) }() // parents first
			}
		}
		return d.real.mkdirAll(dir)
	}, nil)
}

func (d *crashDisk) mkdirTemp(parent, pattern string) (name string, err error) {
	err = d.step(func() error {
		if name, err = d.real.mkdirTemp(parent, pattern); err == nil {
			d.put(name, newFolder())
		}
		return err
	}, nil)
	return name, err
}

func (d *crashDisk) rename(from, to string) error {
	return d.step(func() error {
		if err := d.real.rename(from, to); err != nil {
			return err
		}
		d.put(to, d.at(from))
		delete(d.at(filepath.Dir(from)).entries, filepath.Base(from))
		return nil
	}, nil)
}

func (d *crashDisk) remove(path string) error {
	return d.step(func() error {
		if dir := d.at(filepath.Dir(path)); dir != nil {
			delete(dir.entries, filepath.Base(path))
		}
		return d.real.remove(path)
	}, nil)
}

func (d *crashDisk) create(path string) (file, error) {
	f := &crashFile{disk: d, n: &node{}}
	return f, d.step(func() (err error) {
		if f.file, err = d.real.create(path); err == nil {
			d.put(path, f.n)
		}
		return err
	}, nil)
}

func (d *crashDisk) open(dir string) (file, error) {
	if d.dead {
		return nil, errCrash
	}
	f, err := d.real.open(dir)
	return &crashFile{f, d, d.at(dir)}, err
}

// crashFile is an open file or folder of a crashDisk.
type crashFile struct {
	file
	disk *crashDisk
	n    *node
}

func (f *crashFile) Write(data []byte) (n int, err error) {
	write := func(part []byte) error {
		n, err = f.file.Write(part)
		f.n.data = append(f.n.data, part[:n]...)
		return err
	}
	err = f.disk.step(func() error { return write(data) }, func() error { return write(data[:len(data)/2]) })
	return n, err
}

func (f *crashFile) Sync() error {
	return f.disk.step(func() error {
		f.n.syncedData = append([]byte(nil), f.n.data...)
		f.n.syncedEntries = maps.Clone(f.n.entries)
		return nil // the real disk need not wait for its medium
	}, nil)
}

// die cuts the power, if it is still on: the folder is left with what the medium
// holds.
func (d *crashDisk) die(t testing.TB) {
	t.Helper()
	d.dead = true
	if d.loss == loseNothing {
		return
	}
	left, err := os.ReadDir(d.root)
	for _, e := range left {
		err = errors.Join(err, os.RemoveAll(filepath.Join(d.root, e.Name())))
	}
	if err = errors.Join(err, d.write(d.top, d.root)); err != nil {
		t.Fatal(err)
	}
}

// write writes what the medium holds of a node.
func (d *crashDisk) write(n *node, path string) error {
	if n.entries == nil {
		return os.WriteFile(path, n.syncedData, 0o644)
	}
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	kept := n.syncedEntries
	if d.loss == loseContents {
		kept = n.entries
	}
	for name, inner := range kept {
		if err := d.write(inner, filepath.Join(path, name)); err != nil {
			return err
		}
	}
	return nil
}

// everyCrash runs a scenario once for each step at which the disk can die and for
// each kind of loss, until one run comes to its end; there the power is cut, too,
// and check is called with done: what was reported as done must be there.
func everyCrash(t *testing.T, run func(t *testing.T, d *crashDisk) (check func(done bool), err error)) {
	t.Helper()
	for _, lost := range []loss{loseNothing, loseContents, loseAll} {
		died := 0
		for n, done := 0, false; !done; n++ {
			name := fmt.Sprintf("step %d, %s", n+1, lost)
			if !t.Run(name, func(t *testing.T) {
				d := &crashDisk{steps: n, loss: lost}
				check, err := run(t, d)
				done = !d.dead
				d.die(t)
				check(done)
				if done && err != nil {
					t.Fatal(err)
				}
				if !done {
					died++
					if err == nil {
						t.Error("a step failed, and no error came of it")
					}
				}
			}) {
				done = done || n > 200
			}
		}
		if died < 5 {
			t.Fatalf("only %d steps: the disk is not in use", died)
		}
	}
}

// The control of the disk: a file that was never synced loses its contents, and
// one in a folder that was never synced its name.
func TestCrashDiskForgets(t *testing.T) {
	for _, c := range []struct {
		lost             loss
		syncFile, syncIt bool
		want             string // contents; "-": no such file
	}{
		{loseNothing, false, false, "text"},
		{loseContents, false, false, ""}, {loseContents, true, false, "text"}, {loseContents, false, true, ""},
		{loseAll, false, false, "-"}, {loseAll, true, false, "-"}, {loseAll, false, true, ""}, {loseAll, true, true, "text"},
	} {
		d := (&crashDisk{steps: 100, loss: c.lost}).over(t, t.TempDir())
		path := filepath.Join(d.root, "x")
		f, err := d.create(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Write([]byte("text"))
		if c.syncFile {
			err = errors.Join(err, f.Sync())
		}
		if err = errors.Join(err, f.Close()); c.syncIt {
			err = errors.Join(err, syncFolder(d, d.root))
		}
		if err != nil {
			t.Fatal(err)
		}
		d.die(t)
		got, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			got = []byte("-")
		}
		if string(got) != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
