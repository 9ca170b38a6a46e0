package artifact

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRegistryFromEmptyToChampion(t *testing.T) {
	r := registry(t)
	if list, err := r.List(); len(list) != 0 || err != nil {
		t.Fatalf("%v, %v", list, err)
	}
	if _, _, err := r.Champion(); !errors.Is(err, ErrNoChampion) {
		t.Fatalf("no champion yet: %v", err)
	}
	if _, err := os.Stat(r.dir); err == nil {
		t.Fatal("reading made a folder")
	}
	a, b := artifact(t), another(t)
	later, err := r.Add(b, day.Add(time.Hour), "autumn")
	if err != nil {
		t.Fatal(err)
	}
	sooner, err := r.Add(a, day, "spring")
	if err != nil {
		t.Fatal(err)
	}
	if sooner.Champion || !sooner.TrainedAt.Equal(day) || sooner.Note != "spring" || sooner.Metrics["auc"] != .79 || sooner.Training.Churned != 70 {
		t.Errorf("%+v", sooner)
	}
	if err := r.Promote(later.Version, day.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	list, err := r.List()
	if err != nil || len(list) != 2 || list[0].Version != sooner.Version || list[0].Champion || !list[1].Champion || !list[1].PromotedAt.Equal(day.Add(2*time.Hour)) {
		t.Errorf("%+v, %v", list, err)
	}
	for _, name := range []string{"champion", later.Version} {
		got, e, err := r.Get(name)
		if err != nil || e.Version != later.Version || !e.Champion || got.Training.To != b.Training.To {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	if err := r.Promote(sooner.Version, day.Add(3*time.Hour)); err != nil { // and back
		t.Fatal(err)
	}
	past, err := r.History()
	want := []Promotion{{Version: later.Version, At: day.Add(2 * time.Hour)}, {Version: sooner.Version, At: day.Add(3 * time.Hour)}}
	if diff := cmp.Diff(want, past); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestAddAndPromoteTwiceChangeNothing(t *testing.T) {
	r, e := begun(t)
	snapshot := func() map[string]string {
		all := map[string]string{}
		err := filepath.WalkDir(r.dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				all[path] = string(read(t, path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := snapshot()
	again, err := r.Add(artifact(t), day.Add(time.Hour), "another note")
	if err != nil || again.Note != "first" || !again.TrainedAt.Equal(day) || !again.Champion {
		t.Errorf("%+v, %v", again, err)
	}
	if err := r.Promote(e.Version, day.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, snapshot()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatDoesNotLoadIsNotPromoted(t *testing.T) {
	r, old := begun(t)
	next, err := r.Add(another(t), day, "")
	if err != nil {
		t.Fatal(err)
	}
	path := r.path("artifacts", next.Version, arraysFile)
	data := read(t, path)
	data[len(data)/2] ^= 4
	overwrite(t, path, data)
	if err := r.Promote(next.Version, day); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), arraysFile) {
		t.Errorf("a flipped bit: %v", err)
	}
	for _, version := range []string{"2020-01-01-0123456789", "", "champion", "../../etc/passwd", "table-0123456789/../x"} {
		if err := r.Promote(version, day); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", version, err)
		}
	}
	for _, version := range []string{"2020-01-01-0123456789", "", "../artifacts"} {
		if _, _, err := r.Get(version); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", version, err)
		}
	}
	if _, e, err := r.Champion(); err != nil || e.Version != old.Version {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := r.Add(another(t), day, ""); err == nil {
		t.Error("added over a damaged artifact")
	}
}

// An artifact that is whole but not the one its folder names.
func TestSwappedArtifactsAreFound(t *testing.T) {
	r, old := begun(t)
	next, err := r.Add(another(t), day, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{headerFile, arraysFile, manifestFile} {
		overwrite(t, r.path("artifacts", old.Version, name), read(t, r.path("artifacts", next.Version, name)))
	}
	if _, _, err := r.Champion(); !errors.Is(err, ErrCorrupt) {
		t.Errorf("%v", err)
	}
}

func TestDamagedRecordsAreErrors(t *testing.T) {
	for name, text := range map[string]string{
		"champion.json": `{"version":`, "champion.json ": `{"version":"../x"}`, "history.jsonl": "{}\nnonsense\n",
		"entry": `{`, "entry ": `{"version":"table-0000000000"}`,
	} {
		r, e := begun(t)
		file := strings.TrimSpace(name)
		if file == "entry" {
			file = filepath.Join("entries", e.Version+".json")
		}
		overwrite(t, r.path(file), []byte(text))
		_, _, got := r.Champion()
		_, list := r.List()
		_, past := r.History()
		if !errors.Is(errors.Join(got, list, past), ErrCorrupt) {
			t.Errorf("%s: %v, %v, %v", name, got, list, past)
		}
		if err := r.Promote(e.Version, day); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: promoted, %v", name, err)
		}
	}
}

func TestOddFilesInARegistryAreIgnored(t *testing.T) {
	r, e := begun(t)
	overwrite(t, r.path("entries", "README.txt"), []byte("hello"))
	overwrite(t, r.path("entries", "notes.json"), []byte("{"))
	if err := os.MkdirAll(r.path("artifacts", temporary+"123", "half"), 0o755); err != nil {
		t.Fatal(err)
	}
	if list, err := r.List(); err != nil || len(list) != 1 || list[0].Version != e.Version {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := r.Add(another(t), day, ""); err != nil {
		t.Fatal(err)
	}
	if left := temporaries(t, r.dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	file := filepath.Join(t.TempDir(), "file")
	overwrite(t, file, []byte("x"))
	if _, err := OpenRegistry(file); err == nil {
		t.Error("a file was opened as a registry")
	}
	if _, err := (&Registry{filepath.Join(file, "x"), realDisk{}}).Add(another(t), day, ""); err == nil {
		t.Error("added below a file")
	}
}

func TestManyWritersAtOnce(t *testing.T) {
	r := registry(t)
	var versions [6]string
	var group sync.WaitGroup
	for i := range versions {
		group.Go(func() {
			a := artifact(t)
			a.Training.Seed = uint64(i / 2) // each artifact by two writers
			own, err := OpenRegistry(r.dir)
			if err != nil {
				t.Error(err)
				return
			}
			e, err := own.Add(a, day.Add(time.Duration(i/2)*time.Hour), "")
			if err != nil {
				t.Error(err)
				return
			}
			versions[i] = e.Version
			if err := own.Promote(e.Version, day.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	list, err := r.List()
	if err != nil || len(list) != 3 {
		t.Fatalf("%d entries, %v", len(list), err)
	}
	whole(t, r)
	past, err := r.recorded()
	if err != nil || len(past) < 3 || len(past) > len(versions) {
		t.Errorf("%+v, %v", past, err)
	}
	for i := 1; i < len(past); i++ {
		if past[i].Version == past[i-1].Version {
			t.Errorf("promoted twice in a row: %+v", past)
		}
	}
	if text := read(t, r.path("history.jsonl")); bytes.Count(text, []byte("\n")) != len(past) {
		t.Errorf("%s", text)
	}
}

// The record repeats figures of the artifact: one that says something else is
// refused, though it is sound JSON.
func TestRecordMustAgreeWithItsArtifact(t *testing.T) {
	for name, change := range map[string][2]string{
		"metrics":  {`"auc": 0.79`, `"auc": 0.99`},
		"training": {`"churned": 7`, `"churned": 8`},
		"clusters": {`"clusters": [`, `"clusters": ["more", `},
	} {
		t.Run(name, func(t *testing.T) {
			r := registry(t)
			e, err := r.Add(artifact(t), day, "")
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(r.dir, "entries", e.Version+".json")
			text := read(t, path)
			changed := bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)
			if bytes.Equal(text, changed) {
				t.Fatalf("no %s in %s", change[0], text)
			}
			overwrite(t, path, changed)
			if _, _, err := r.Get(e.Version); !errors.Is(err, ErrCorrupt) {
				t.Errorf("Get: %v", err)
			}
			if err := r.Promote(e.Version, day); !errors.Is(err, ErrCorrupt) {
				t.Errorf("Promote: %v", err)
			}
		})
	}
}
