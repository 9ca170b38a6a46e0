package artifact

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
)

func TestSaveAndLoadGiveTheSameArtifact(t *testing.T) {
	for name, a := range map[string]*Artifact{"without path": artifact(t), "with path": withPath(t, artifact(t)), "with everything": withEverything(t, artifact(t))} {
		dir := filepath.Join(t.TempDir(), "a", "b")
		version, err := Save(dir, a)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Encode(back)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range again {
			if !bytes.Equal(f.Data, read(t, filepath.Join(dir, f.Name))) {
				t.Errorf("%s: %s differs after a round trip", name, f.Name)
			}
		}
		if v, _ := Version(back); v != version || !strings.HasPrefix(v, "2025-06-30-") || !versionPattern.MatchString(v) {
			t.Errorf("%s: version %q, then %q", name, version, v)
		}
		for what, pair := range map[string][2]any{
			"catalog": {a.Catalog, back.Catalog}, "report": {a.Report, back.Report},
			"fields": {a.Fields, back.Fields}, "points": {a.Points, back.Points}, "names": {a.Names, back.Names},
			"training": {a.Training, back.Training}, "metrics": {a.Metrics, back.Metrics}, "fingerprint": {a.Fingerprint, back.Fingerprint},
			"exemplars": {a.Exemplars, back.Exemplars}, "targets": {figures(a), figures(back)},
		} {
			if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
				t.Errorf("%s, %s: %s", name, what, diff)
			}
		}
		s := sample()
		want, _ := a.Clusters.Assign(s.Frame)
		got, err := back.Clusters.Assign(s.Frame)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		s.Frame = &models.Frame{Fields: s.Fields[:5], Columns: s.Columns[:5], Cluster: want.Cluster}
		before, _ := a.Churn.LogOdds(s.Frame)
		after, err := back.Churn.LogOdds(s.Frame)
		if diff := cmp.Diff(before, after); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		if (a.Path == nil) != (back.Path == nil) || a.Path != nil && back.Path.Expected(0, 0, 30) != a.Path.Expected(0, 0, 30) {
			t.Errorf("%s: another path", name)
		}
		if (a.Peers == nil) != (back.Peers == nil) || a.Peers != nil && back.Peers.Typical(0, 0) != a.Peers.Typical(0, 0) {
			t.Errorf("%s: other peers", name)
		}
	}
}

func figures(a *Artifact) (list []TargetFigures) {
	for _, t := range a.Targets {
		list = append(list, t.TargetFigures)
	}
	return list
}

func TestHeaderIsForReading(t *testing.T) {
	files, err := Encode(artifact(t))
	if err != nil {
		t.Fatal(err)
	}
	text := string(files[0].Data)
	for _, want := range []string{"\n  \"format\": 5,", "reports < 5 & more", "\"to\": \"2025-06-30\"", "\"levels\": null", "\"levels\": []"} {
		if !strings.Contains(text, want) {
			t.Errorf("the header lacks %q:\n%.2000s", want, text)
		}
	}
}

func TestSaveTwice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	one, err := Save(dir, artifact(t))
	if err != nil {
		t.Fatal(err)
	}
	if two, err := Save(dir, artifact(t)); err != nil || one != two {
		t.Errorf("%s, %s, %v", one, two, err)
	}
	if _, err := Save(dir, another(t)); err == nil || !strings.Contains(err.Error(), "differs") {
		t.Errorf("another artifact in its place: %v", err)
	}
	table := artifact(t)
	table.Training.From, table.Training.To = "", ""
	if v, err := Version(table); err != nil || !strings.HasPrefix(v, "table-") {
		t.Errorf("%s, %v", v, err)
	}
}

func TestEncodeRefusesHalfAnArtifact(t *testing.T) {
	for name, change := range map[string]func(a *Artifact){
		"no churn model":  func(a *Artifact) { a.Churn = nil },
		"no clusters":     func(a *Artifact) { a.Clusters = nil },
		"no outliers":     func(a *Artifact) { a.Outliers = nil },
		"a name too many": func(a *Artifact) { a.Names = append([]string{"x"}, a.Names...) },
		"a path as date":  func(a *Artifact) { a.Training.To = "../../x" },
		"no such day":     func(a *Artifact) { a.Training.From = "2025-02-30" },
		"broken report":   func(a *Artifact) { a.Report = &Report{Importance: []Importance{{"users", math.NaN()}}} },
		"no number":       func(a *Artifact) { a.Points.Anchor = math.NaN() },
	} {
		a := artifact(t)
		change(a)
		dir := filepath.Join(t.TempDir(), "a")
		if _, err := Save(dir, a); err == nil {
			t.Errorf("%s: saved", name)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: something was left behind", name)
		}
		if _, err := Version(a); err == nil {
			t.Errorf("%s: has a version", name)
		}
	}
}

func TestTargetsAndExemplarsThatCannotBe(t *testing.T) {
	for name, change := range map[string]func(a *Artifact){
		"no model":             func(a *Artifact) { a.Targets[0].Model = nil },
		"more than all":        func(a *Artifact) { a.Targets[1].Events = 240 },
		"no name":              func(a *Artifact) { a.Targets[0].Name = "" },
		"no number":            func(a *Artifact) { a.Targets[0].LogLoss = math.NaN() },
		"a cluster too few":    func(a *Artifact) { a.Exemplars = a.Exemplars[1:] },
		"no account":           func(a *Artifact) { a.Exemplars[0][0].AccountID = "" },
		"endlessly far":        func(a *Artifact) { a.Exemplars[0][0].Distance = math.Inf(1) },
		"eleven of one sample": func(a *Artifact) { a.Exemplars[0] = slices.Repeat(a.Exemplars[0][:1], 11) },
	} {
		a := withEverything(t, artifact(t))
		change(a)
		if _, err := Encode(a); err == nil {
			t.Errorf("%s: encoded", name)
		}
	}
}

// An artifact's peers must be those of its own clusters, fields and milestones.
func TestPeersOfAnotherArtifactAreRefused(t *testing.T) {
	for name, change := range map[string]func(a *Artifact){
		"no path":         func(a *Artifact) { a.Path = nil },
		"a field less":    func(a *Artifact) { a.Fields = a.Fields[:5] },
		"levels too few":  func(a *Artifact) { a.Fields = swapped(a.Fields, 4, []string{}) },
		"levels too many": func(a *Artifact) { a.Fields = swapped(a.Fields, 0, []string{"x"}) },
		"now a number":    func(a *Artifact) { a.Fields = swapped(a.Fields, 4, nil) },
	} {
		a := withPeers(t, artifact(t))
		if _, err := Encode(a); err != nil {
			t.Fatal(err)
		}
		change(a)
		if _, err := Encode(a); err == nil || !strings.Contains(err.Error(), "peers") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// swapped returns the fields with other levels for one.
func swapped(fields []models.Field, at int, levels []string) []models.Field {
	fields = slices.Clone(fields)
	fields[at].Levels = levels
	return fields
}

func TestLoadOfWhatIsNoArtifact(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	if _, err := Load(dir); !errors.Is(err, ErrNotFound) {
		t.Errorf("no folder: %v", err)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); !errors.Is(err, ErrCorrupt) {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Save(dir, artifact(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(filepath.Join(dir, headerFile)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a file: %v", err)
	}
	if err := os.Truncate(filepath.Join(dir, manifestFile), maxManifest+1); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "at most") {
		t.Errorf("a manifest of 4 KiB and a byte: %v", err)
	}
	for _, name := range []string{headerFile, arraysFile} { // sparse: no such file is ever read
		path := filepath.Join(dir, name)
		size := map[string]int64{headerFile: maxHeader + 1, arraysFile: maxArrays + 1}[name]
		if err := os.Truncate(path, size); err != nil {
			t.Skipf("this file system makes no file of %d bytes: %v", size, err)
		}
		if _, err := readCapped(path, size-1); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s of %d bytes: %v", name, size, err)
		}
	}
	if err := os.Remove(filepath.Join(dir, arraysFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, arraysFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := readCapped(filepath.Join(dir, arraysFile), 10); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a folder as a file: %v", err)
	}
}
