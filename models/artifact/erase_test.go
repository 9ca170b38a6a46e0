package artifact

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// holding lists the files below a folder that hold some bytes.
func holding(t *testing.T, dir, bytesOf string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, file fs.DirEntry, err error) error {
		if err == nil && file.Type().IsRegular() && bytes.Contains(read(t, path), []byte(bytesOf)) {
			name, _ := filepath.Rel(dir, path)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// filled is a registry of three versions: the champion and one that nobody listed
// name acme-7 among their model accounts, the third has none.
func filled(t *testing.T) (r *Registry, champion, unlisted, other Entry) {
	t.Helper()
	r = registry(t)
	add := func(a *Artifact, seed uint64) Entry {
		a.Training.Seed = seed
		for i := range a.Exemplars {
			for j := range a.Exemplars[i] {
				if a.Exemplars[i][j].AccountID == "acme" {
					a.Exemplars[i][j].AccountID = "acme-7"
				}
			}
		}
		e, err := r.Add(a, day, "a note")
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	champion, unlisted, other = add(withEverything(t, artifact(t)), 1), add(withEverything(t, artifact(t)), 2), add(artifact(t), 3)
	if err := r.Promote(champion.Version, day); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(r.path("entries", unlisted.Version+".json")); err != nil { // as if its writer had died
		t.Fatal(err)
	}
	return r, champion, unlisted, other
}

// No byte of an erased account is left below the registry; versions keep their
// names and their answers, and say that somebody erased.
func TestErasedAccountsLeaveNoTrace(t *testing.T) {
	r, champion, unlisted, other := filled(t)
	if got := holding(t, r.dir, "acme-7"); len(got) != 2 {
		t.Fatalf("the control is none: %v", got)
	}
	numbers := read(t, r.path("artifacts", champion.Version, arraysFile))
	plain := read(t, r.path("artifacts", other.Version, headerFile))
	got, err := r.Erase("acme-7", "Ada")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{champion.Version, unlisted.Version}
	slices.Sort(want)
	if diff := cmp.Diff(&Erasure{Versions: want}, got); diff != "" {
		t.Error(diff)
	}
	if got := holding(t, r.dir, "acme"); got != nil {
		t.Errorf("it still stands in %v", got)
	}
	if !bytes.Equal(plain, read(t, r.path("artifacts", other.Version, headerFile))) {
		t.Error("a version that did not name it was rewritten")
	}
	after, entry, err := r.Champion()
	if err != nil || entry.Version != champion.Version {
		t.Fatalf("%+v (%v)", entry, err)
	}
	if v, err := Version(after); err != nil || v != champion.Version || after.Original != v {
		t.Errorf("version %q, original %q (%v)", v, after.Original, err)
	}
	if diff := cmp.Diff([][]Exemplar{{{"globex", true, false, .1}}, nil}, after.Exemplars); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Edit{{Term: "model account", Action: Erased, By: "Ada"}}, after.Edits); diff != "" || after.Edits[0].String() != "model account erased by Ada" {
		t.Errorf("%s %s", diff, after.Edits[0])
	}
	if !bytes.Equal(numbers, read(t, r.path("artifacts", champion.Version, arraysFile))) {
		t.Error("the numbers changed")
	}
	// What is done needs no doing.
	bytesNow := read(t, r.path("artifacts", champion.Version, headerFile))
	if got, err := r.Erase("acme-7", "Ada"); err != nil || got.Versions != nil || !bytes.Equal(bytesNow, read(t, r.path("artifacts", champion.Version, headerFile))) {
		t.Errorf("again: %+v (%v)", got, err)
	}
	// Another account goes the same way, and stands beside it.
	if _, err := r.Erase("globex", "Bo"); err != nil || holding(t, r.dir, "globex") != nil {
		t.Errorf("%v %v", holding(t, r.dir, "globex"), err)
	}
	if a, _, err := r.Champion(); err != nil || len(a.Edits) != 2 || a.Original != champion.Version {
		t.Errorf("%v", err)
	}
}

// The same artifact trained again does not bring the account back; one edited
// after it is a version of its own.
func TestWhatIsErasedDoesNotComeBack(t *testing.T) {
	r, champion, _, _ := filled(t)
	same, _, err := r.Champion()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Erase("acme-7", "Ada"); err != nil {
		t.Fatal(err)
	}
	if e, err := r.Add(same, day.Add(time.Hour), "again"); err != nil || e.Version != champion.Version || holding(t, r.dir, "acme") != nil {
		t.Errorf("%+v, %v (%v)", e, holding(t, r.dir, "acme"), err)
	}
	now, _, _ := r.Champion()
	named, err := Rename(now, Edit{Term: "c2", Name: "Six-pack", By: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := r.Add(named, day, ""); err != nil || e.Version == champion.Version {
		t.Errorf("%+v (%v)", e, err)
	}
}

// What people wrote is theirs to change: it is pointed at. A word that holds the
// id as a part is another one.
func TestNotesThatNameAnErasedAccount(t *testing.T) {
	r, _, _, _ := filled(t)
	e, err := r.Add(another(t), day, `without <acme-7>, "acme-7"`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Erase("acme-7", "Ada")
	if err != nil || len(got.Versions) != 2 || !slices.Equal(got.Left, []string{"entries/" + e.Version + ".json"}) {
		t.Errorf("%+v (%v)", got, err)
	}
	for account, want := range map[string]int{"acme": 0, "cme-7": 0, "without": 1, "globex": 0, "nobody": 0} {
		if got, err := r.Erase(account, "Ada"); err != nil || len(got.Left) != want {
			t.Errorf("%s: %+v (%v)", account, got, err)
		}
	}
	for _, half := range [][2]string{{"", "Ada"}, {"acme-7", ""}} {
		if _, err := r.Erase(half[0], half[1]); err == nil {
			t.Errorf("%q", half)
		}
	}
	empty := registry(t)
	if got, err := empty.Erase("acme-7", "Ada"); err != nil || got.Versions != nil {
		t.Errorf("%+v (%v)", got, err)
	}
	if _, err := os.Stat(empty.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("erasing made a registry")
	}
}

// A damaged version is named, and is in nobody's way.
func TestEraseWithADamagedVersion(t *testing.T) {
	r, champion, unlisted, _ := filled(t)
	overwrite(t, r.path("artifacts", unlisted.Version, arraysFile), []byte("x"))
	got, err := r.Erase("acme-7", "Ada")
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), unlisted.Version+" may still name") || !slices.Equal(got.Versions, []string{champion.Version}) {
		t.Errorf("%+v (%v)", got, err)
	}
	if want := []string{"artifacts/" + unlisted.Version + "/" + headerFile}; !slices.Equal(got.Left, want) {
		t.Errorf("left %v", got.Left)
	}
}

// Wherever the machine dies, every version is there, as it was or done; the next
// try does the rest and leaves nothing behind.
func TestCrashInEraseLeavesOldOrNew(t *testing.T) {
	states, gaps := map[int]int{}, 0
	begun, champion, unlisted, _ := filled(t)
	everyCrash(t, func(t *testing.T, d *crashDisk) (func(bool), error) {
		r := copyOf(t, begun)
		r.disk = d.over(t, r.dir)
		_, err := r.Erase("acme-7", "Ada")
		return func(done bool) {
			if v := whole(t, r); v != champion.Version {
				t.Errorf("the champion is %s", v)
			}
			if _, err := os.Stat(r.path("artifacts", champion.Version)); err != nil {
				gaps++
			}
			a, _, err := r.Champion()
			if err != nil {
				t.Fatal(err)
			}
			states[len(a.Exemplars[0])]++
			if done && len(a.Exemplars[0]) != 1 {
				t.Errorf("the erasure is lost: %+v", a.Exemplars)
			}
			r.disk = unsyncedDisk{}
			if _, err := r.Erase("acme-7", "Ada"); err != nil {
				t.Errorf("once more: %v", err)
			}
			if got := holding(t, r.dir, "acme"); got != nil {
				t.Errorf("once more: it stands in %v", got)
			}
			a, _, err = r.Champion()
			if err != nil || len(a.Edits) != 1 {
				t.Errorf("once more: %v", err)
			}
			folders, _ := os.ReadDir(r.path("artifacts"))
			if _, err := os.Stat(r.path("artifacts", unlisted.Version)); err != nil || len(folders) != 3 {
				t.Errorf("once more: %v (%v)", folders, err)
			}
		}, err
	})
	if states[1] == 0 || states[2] == 0 || gaps == 0 {
		t.Errorf("old, new and in between must all occur: %v, %d", states, gaps)
	}
}
