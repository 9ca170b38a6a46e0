package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var errCrash = errors.New("the machine is off")

// dyingDisk does its steps until one kills it; from then on nothing happens any
// more, as after a power cut.
type dyingDisk struct {
	real  realDisk
	steps int  // that still succeed
	after bool // the deadly step is done before it kills; else not at all, or half
	dead  bool
}

func (d *dyingDisk) step(do, half func() error) error {
	if d.dead {
		return errCrash
	}
	if d.steps--; d.steps >= 0 {
		return do()
	}
	d.dead = true
	if d.after {
		half = do
	}
	if half != nil {
		_ = half()
	}
	return errCrash
}

func (d *dyingDisk) mkdirAll(dir string) error {
	return d.step(func() error { return d.real.mkdirAll(dir) }, nil)
}

func (d *dyingDisk) mkdirTemp(parent, pattern string) (name string, err error) {
	err = d.step(func() error { name, err = d.real.mkdirTemp(parent, pattern); return err }, nil)
	return name, err
}

func (d *dyingDisk) write(path string, data []byte) error {
	return d.step(func() error { return d.real.write(path, data) },
		func() error { return d.real.write(path, data[:len(data)/2]) })
}

func (d *dyingDisk) sync(dir string) error {
	return d.step(func() error { return d.real.sync(dir) }, nil)
}

func (d *dyingDisk) rename(from, to string) error {
	return d.step(func() error { return d.real.rename(from, to) }, nil)
}

func (d *dyingDisk) remove(path string) error {
	return d.step(func() error { return d.real.remove(path) }, nil)
}

// everyCrash runs a scenario once for each step at which the disk can die and
// for both sides of the step, until one run lives to its end.
func everyCrash(t *testing.T, run func(d *dyingDisk) (check func(what string), err error)) {
	t.Helper()
	for _, after := range []bool{false, true} {
		died := 0
		for n := 0; ; n++ {
			d := &dyingDisk{steps: n, after: after}
			check, err := run(d)
			side := map[bool]string{false: "before", true: "after"}[after]
			check("death " + side + " step " + string(rune('a'+n)))
			if !d.dead {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			died++
			if err == nil {
				t.Errorf("step %d failed and nobody was told", n)
			}
		}
		if died < 5 {
			t.Fatalf("only %d steps: the disk is not in use", died)
		}
	}
}

func TestCrashInSaveLeavesAllOrNothing(t *testing.T) {
	files, err := Encode(artifact(t))
	if err != nil {
		t.Fatal(err)
	}
	everyCrash(t, func(d *dyingDisk) (func(string), error) {
		dir := filepath.Join(t.TempDir(), "a")
		err := writeFolder(d, dir, files)
		return func(what string) {
			if _, err := Load(dir); err != nil && !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
			if err := writeFolder(realDisk{}, dir, files); err != nil {
				t.Errorf("%s, then once more: %v", what, err)
			}
			if _, err := Load(dir); err != nil {
				t.Errorf("%s, then once more: %v", what, err)
			}
		}, err
	})
}

// begun is a registry with a champion.
func begun(t *testing.T) (*Registry, Entry) {
	t.Helper()
	r := registry(t)
	old, err := r.Add(artifact(t), day, "first")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Promote(old.Version, day); err != nil {
		t.Fatal(err)
	}
	return r, old
}

// whole checks that everything a reader can see is complete, and returns the
// champion's version.
func whole(t *testing.T, r *Registry, what string) string {
	t.Helper()
	fresh, err := OpenRegistry(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := fresh.List()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	for _, e := range list {
		if _, _, err := fresh.Get(e.Version); err != nil {
			t.Errorf("%s: %s is listed and does not load: %v", what, e.Version, err)
		}
	}
	_, e, err := fresh.Champion()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	past, err := fresh.History()
	if err != nil || past[len(past)-1].Version != e.Version {
		t.Errorf("%s: the champion is %s, the history ends with %+v, %v", what, e.Version, past, err)
	}
	return e.Version
}

func temporaries(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(path), temporary) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCrashInAddKeepsTheOldState(t *testing.T) {
	next := another(t)
	leftover := false
	everyCrash(t, func(d *dyingDisk) (func(string), error) {
		r, old := begun(t)
		r.disk = d
		_, err := r.Add(next, day.Add(time.Hour), "second")
		return func(what string) {
			leftover = leftover || len(temporaries(t, r.dir)) > 0
			if v := whole(t, r, what); v != old.Version {
				t.Errorf("%s: the champion became %s", what, v)
			}
			r.disk = realDisk{}
			if _, err := r.Add(next, day.Add(time.Hour), "second"); err != nil {
				t.Errorf("%s, then once more: %v", what, err)
			}
			if list, err := r.List(); len(list) != 2 || err != nil {
				t.Errorf("%s: %d entries, %v", what, len(list), err)
			}
			if left := temporaries(t, r.dir); len(left) > 0 {
				t.Errorf("%s: left behind: %v", what, left)
			}
		}, err
	})
	if !leftover {
		t.Error("the control is none: no crash left anything behind")
	}
}

func TestCrashInPromoteLeavesOldOrNew(t *testing.T) {
	next := another(t)
	seen := map[string]int{}
	everyCrash(t, func(d *dyingDisk) (func(string), error) {
		r, old := begun(t)
		e, err := r.Add(next, day.Add(time.Hour), "second")
		if err != nil {
			t.Fatal(err)
		}
		r.disk = d
		err = r.Promote(e.Version, day.Add(2*time.Hour))
		return func(what string) {
			v := whole(t, r, what)
			if v != old.Version && v != e.Version {
				t.Errorf("%s: the champion is %s", what, v)
			}
			seen[v]++
			r.disk = realDisk{}
			if err := r.Promote(e.Version, day.Add(2*time.Hour)); err != nil {
				t.Errorf("%s, then once more: %v", what, err)
			}
			past, err := r.recorded()
			if err != nil || len(past) != 2 || past[0].Version != old.Version || past[1].Version != e.Version {
				t.Errorf("%s: history %+v, %v", what, past, err)
			}
		}, err
	})
	if len(seen) != 2 {
		t.Errorf("both states must occur: %v", seen)
	}
}
