package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCrashInSaveLeavesAllOrNothing(t *testing.T) {
	files, err := Encode(artifact(t))
	if err != nil {
		t.Fatal(err)
	}
	everyCrash(t, func(t *testing.T, d *crashDisk) (func(bool), error) {
		root := t.TempDir()
		dir := filepath.Join(root, "a")
		err := writeFolder(d.over(t, root), dir, files)
		return func(done bool) {
			if _, err := Load(dir); err != nil && (done || !errors.Is(err, ErrNotFound)) {
				t.Error(err)
			}
			if err := writeFolder(unsyncedDisk{}, dir, files); err != nil {
				t.Errorf("once more: %v", err)
			}
			if _, err := Load(dir); err != nil {
				t.Errorf("once more: %v", err)
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

// copyOf is a copy of a registry.
func copyOf(t *testing.T, r *Registry) *Registry {
	t.Helper()
	c := registry(t)
	if err := os.CopyFS(c.dir, os.DirFS(r.dir)); err != nil {
		t.Fatal(err)
	}
	return c
}

// whole checks that everything a reader can see is complete, and returns the
// champion's version.
func whole(t *testing.T, r *Registry) string {
	t.Helper()
	fresh, err := OpenRegistry(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := fresh.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if _, _, err := fresh.Get(e.Version); err != nil {
			t.Errorf("%s is listed and does not load: %v", e.Version, err)
		}
	}
	_, e, err := fresh.Champion()
	if err != nil {
		t.Fatal(err)
	}
	past, err := fresh.History()
	if err != nil || past[len(past)-1].Version != e.Version {
		t.Errorf("the champion is %s, the history ends with %+v, %v", e.Version, past, err)
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
	first, old := begun(t)
	everyCrash(t, func(t *testing.T, d *crashDisk) (func(bool), error) {
		r := copyOf(t, first)
		r.disk = d.over(t, r.dir)
		added, err := r.Add(next, day.Add(time.Hour), "second")
		return func(done bool) {
			leftover = leftover || len(temporaries(t, r.dir)) > 0
			if v := whole(t, r); v != old.Version {
				t.Errorf("the champion became %s", v)
			}
			if _, _, err := r.Get(added.Version); done && err != nil {
				t.Errorf("what was added is lost: %v", err)
			}
			r.disk = unsyncedDisk{}
			if _, err := r.Add(next, day.Add(time.Hour), "second"); err != nil {
				t.Errorf("once more: %v", err)
			}
			if list, err := r.List(); len(list) != 2 || err != nil {
				t.Errorf("%d entries, %v", len(list), err)
			}
			if left := temporaries(t, r.dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		}, err
	})
	if !leftover {
		t.Error("the control is none: no crash left anything behind")
	}
}

// The first version of a registry makes its folders; their names must be on the
// medium, too.
func TestCrashInTheFirstAdd(t *testing.T) {
	a := artifact(t)
	everyCrash(t, func(t *testing.T, d *crashDisk) (func(bool), error) {
		root := t.TempDir()
		r := &Registry{filepath.Join(root, "registry"), d.over(t, root)}
		added, err := r.Add(a, day, "first")
		if err == nil {
			err = r.Promote(added.Version, day)
		}
		return func(done bool) {
			if _, _, err := r.Champion(); err != nil && (done || !errors.Is(err, ErrNoChampion)) {
				t.Errorf("the champion is lost: %v", err)
			}
			r.disk = unsyncedDisk{}
			if _, err := r.Add(a, day, "first"); err != nil {
				t.Errorf("once more: %v", err)
			}
			if list, err := r.List(); len(list) != 1 || err != nil {
				t.Errorf("%d entries, %v", len(list), err)
			}
		}, err
	})
}

func TestCrashInPromoteLeavesOldOrNew(t *testing.T) {
	next := another(t)
	seen := map[string]int{}
	first, old := begun(t)
	e, err := first.Add(next, day.Add(time.Hour), "second")
	if err != nil {
		t.Fatal(err)
	}
	everyCrash(t, func(t *testing.T, d *crashDisk) (func(bool), error) {
		r := copyOf(t, first)
		r.disk = d.over(t, r.dir)
		err := r.Promote(e.Version, day.Add(2*time.Hour))
		return func(done bool) {
			v := whole(t, r)
			if v != old.Version && v != e.Version || done && v != e.Version {
				t.Errorf("the champion is %s", v)
			}
			seen[v]++
			r.disk = unsyncedDisk{}
			if err := r.Promote(e.Version, day.Add(2*time.Hour)); err != nil {
				t.Errorf("once more: %v", err)
			}
			past, err := r.recorded()
			if err != nil || len(past) != 2 || past[0].Version != old.Version || past[1].Version != e.Version {
				t.Errorf("history %+v, %v", past, err)
			}
		}, err
	})
	if len(seen) != 2 {
		t.Errorf("both states must occur: %v", seen)
	}
}
