package artifact

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
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
			"catalog": {string(a.Catalog), string(back.Catalog)}, "report": {string(a.Report), string(back.Report)},
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
	for _, want := range []string{"\n  \"format\": 1,", "reports < 5 & more", "\"to\": \"2025-06-30\"", "\"levels\": null", "\"levels\": []"} {
		if !strings.Contains(text, want) {
			t.Errorf("the header lacks %q:\n%.2000s", want, text)
		}
	}
	indented := artifact(t)
	indented.Catalog = json.RawMessage("{\n \"definitions\" :" + strings.TrimPrefix(string(indented.Catalog), `{"definitions":`))
	if other, _ := Encode(indented); !bytes.Equal(other[0].Data, files[0].Data) {
		t.Error("white space in the catalogue changed the bytes")
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
		"broken report":   func(a *Artifact) { a.Report = json.RawMessage("{") },
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

// Whatever byte is changed, wherever a file is cut: an error, and never a panic.
func TestDamageIsFound(t *testing.T) {
	good, err := Encode(withEverything(t, artifact(t)))
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(i int, data []byte) []File {
		files := append([]File{}, good...)
		files[i].Data = data
		return files
	}
	for i, f := range good {
		step := max(1, len(f.Data)/150)
		for at := 0; at < len(f.Data); at += step {
			for _, flip := range []byte{1, 0x20, 0xff} {
				data := bytes.Clone(f.Data)
				data[at] ^= flip
				if _, err := Decode(damaged(i, data)); !errors.Is(err, ErrCorrupt) {
					t.Fatalf("%s, byte %d ^ %x: %v", f.Name, at, flip, err)
				}
			}
			if _, err := Decode(damaged(i, f.Data[:at])); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("%s cut to %d bytes: %v", f.Name, at, err)
			}
		}
		if _, err := Decode(damaged(i, append(bytes.Clone(f.Data), '\n'))); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s with a further byte: %v", f.Name, err)
		}
	}
	data := bytes.Clone(good[1].Data)
	data[7] ^= 1
	_, err = Decode(damaged(1, data))
	for _, want := range []string{arraysFile, digest(data), digest(good[1].Data)} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
	if _, err := Decode(good[:2]); !errors.Is(err, ErrCorrupt) {
		t.Errorf("two files: %v", err)
	}
}

// resealed decodes a header with the manifest that fits: what a hostile writer
// would send.
func resealed(header, arrays []byte) error {
	files := []File{{headerFile, header}, {arraysFile, arrays}}
	_, err := Decode(append(files, File{manifestFile, manifest(files)}))
	return err
}

func TestHostileHeaders(t *testing.T) {
	good, err := Encode(withEverything(t, artifact(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := resealed(good[0].Data, good[1].Data); err != nil {
		t.Fatal(err)
	}
	first := func(old, new string) func(string) string {
		return func(text string) string { return strings.Replace(text, old, new, 1) }
	}
	for name, change := range map[string]func(string) string{
		"empty":             func(string) string { return "" },
		"no object":         func(string) string { return "[]" },
		"no format":         first(`"format": 3`, `"format": 0`),
		"deep":              func(string) string { return `{"format":1,"report":` + strings.Repeat("[", 100000) },
		"a further key":     first(`"format": 3`, `"format": 3, "code": "rm"`),
		"text after it":     func(s string) string { return s + "{}" },
		"an exabyte":        first(`"offset": 0,`, `"offset": 0, "count": 1152921504606846976, "x":`),
		"minus one":         first(`"count": `, `"count": -`),
		"one more":          first(`"count": `, `"count": 9`),
		"overlapping":       first(`"offset": 0`, `"offset": 1`),
		"a part twice":      first(`"name": "clusters"`, `"name": "churn"`),
		"a part missing":    first(`"name": "clusters"`, `"name": "lusters"`),
		"a part too many":   first(`"name": "path"`, `"name": "plugin"`),
		"other peers":       first(`"kind": "peers/1"`, `"kind": "peers/2"`),
		"a target too few":  first(`"name": "target:expansion"`, `"name": "target:success"`),
		"a target twice":    first(`"name": "expansion"`, `"name": "contraction"`),
		"a target's path":   first(`"name": "expansion"`, `"name": "../x"`),
		"an unsure target":  first(`"auc": 0.7,`, `"auc": 7,`),
		"a far exemplar":    first(`"distance": 0.2`, `"distance": -1`),
		"an exemplar twice": first(`"account_id": "acme"`, `"account_id": "globex"`),
		"peers of another":  first(`"name": "region"`, `"name": "region"}, {"name": "more", "levels": null`),
		"another kind":      first(`"kind": "cluster/1"`, `"kind": "cluster/9"`),
		"a name less":       first(`"names": [`, `"names": [], "x": [`),
		"a path as a date":  first(`"to": "2025-06-30"`, `"to": "../../etc"`),
		"numbers as text":   first(`"points_per_doubling": 10`, `"points_per_doubling": "10"`),
		"an array as words": first(`"arrays": [`, `"arrays": ["cuts", `),
	} {
		if err := resealed([]byte(change(string(good[0].Data))), good[1].Data); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := resealed([]byte(first(`"format": 3`, `"format": 4, "new": true`)(string(good[0].Data))), nil); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer format: %v", err)
	}
	if err := resealed(good[0].Data, good[1].Data[:len(good[1].Data)-8]); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a number less: %v", err)
	}
	if err := resealed(good[0].Data, append(bytes.Clone(good[1].Data), make([]byte, 8)...)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a number more: %v", err)
	}
	if err := resealed(good[0].Data, good[1].Data[1:]); !errors.Is(err, ErrCorrupt) {
		t.Errorf("seven bytes: %v", err)
	}
}

// Random damage behind a manifest that fits must be an error or an artifact that
// can be written again; it never panics.
func TestRandomHeadersNeverPanic(t *testing.T) {
	good, err := Encode(withEverything(t, artifact(t)))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(9, 9))
	refused := 0
	for range 600 {
		header, arrays := bytes.Clone(good[0].Data), bytes.Clone(good[1].Data)
		for range 1 + rng.IntN(3) {
			switch at := rng.IntN(len(header)); rng.IntN(4) {
			case 0:
				header[at] = "0123456789-{}[],\"e"[rng.IntN(18)]
			case 1:
				header = append(header[:at], header[min(len(header), at+1+rng.IntN(20)):]...)
			case 2:
				arrays[rng.IntN(len(arrays))] ^= 1 << rng.IntN(8)
			default:
				from := rng.IntN(len(header))
				header = append(header[:at:at], header[from:min(len(header), from+30)]...)
			}
		}
		if resealed(header, arrays) != nil {
			refused++
		}
	}
	if refused < 300 {
		t.Errorf("only %d of 600 were refused", refused)
	}
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
