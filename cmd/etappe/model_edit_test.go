package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/reading"
)

// desk is a registry with one champion, trained on a table of its own.
type desk struct {
	*testing.T
	table, registry string
}

func newDesk(t *testing.T, more ...string) *desk {
	t.Helper()
	d := &desk{t, filepath.Join(t.TempDir(), "t.csv"), filepath.Join(t.TempDir(), "r")}
	rng := rand.New(rand.NewPCG(7, 7))
	var text bytes.Buffer
	text.WriteString("id,x,noise,plan,y\n")
	for i := range 400 {
		x, y := rng.NormFloat64(), 0
		if rng.NormFloat64() > 0.6-1.5*x {
			y = 1
		}
		fmt.Fprintf(&text, "a%d,%.3f,%.3f,%s,%d\n", i, x, rng.NormFloat64(), []string{"basic", "pro"}[rng.IntN(2)], y)
	}
	if err := os.WriteFile(d.table, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	d.run(exitOK, append([]string{"train", "--table", d.table, "--target", "y", "--positive", "1", "--id", "id",
		"--registry", d.registry, "--bags", "2", "--promote"}, more...)...)
	return d
}

// run wants an exit code and returns what was printed.
func (d *desk) run(want int, args ...string) (stdout, stderr string) {
	d.Helper()
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, width: 80, now: func() time.Time { return present }}
	if code := a.run(d.Context(), args); code != want {
		d.Fatalf("etappe %s: exited %d, want %d\n%s", strings.Join(args, " "), code, want, errs.String())
	}
	return out.String(), errs.String()
}

// edit runs model edit on the champion and returns the new version.
func (d *desk) edit(args ...string) string {
	d.Helper()
	_, stderr := d.run(exitOK, append([]string{"model", "edit", "--registry", d.registry, "--by", "Ada", "--reason", "a  test"}, args...)...)
	m := regexp.MustCompile(`stored (\S+) in .*, not promoted`).FindStringSubmatch(stderr)
	if m == nil {
		d.Fatalf("nothing was stored:\n%s", stderr)
	}
	return m[1]
}

func (d *desk) load(version string) (*artifact.Artifact, artifact.Entry) {
	d.Helper()
	r, err := artifact.OpenRegistry(d.registry)
	if err != nil {
		d.Fatal(err)
	}
	a, e, err := r.Get(version)
	if err != nil {
		d.Fatal(err)
	}
	return a, e
}

// An edit is a new version on the record, which the gate holds back until it
// was measured and found worth its cost.
func TestEditIsGated(t *testing.T) {
	d := newDesk(t)
	judged := []string{"--table", d.table, "--target", "y", "--positive", "1", "--id", "id"}
	champion, old := d.load("champion")

	blind := d.edit("--remove", "noise")
	_, stderr := d.run(exitGate, "promote", "--registry", d.registry, blind)
	if !strings.Contains(stderr, "noise was not measured") {
		t.Errorf("the gate says %s", stderr)
	}
	harmful := d.edit(append(judged, "--remove", "x")...)
	if _, stderr = d.run(exitGate, "promote", "--registry", d.registry, harmful); !strings.Contains(stderr, "worth its edits") {
		t.Errorf("the gate says %s", stderr)
	}
	harmless := d.edit(append(judged, "--remove", "noise")...)
	d.run(exitOK, "promote", "--registry", d.registry, harmless)

	a, e := d.load("champion")
	want := []artifact.Edit{{Term: "noise", Action: artifact.Removed, Reason: "a test", By: "Ada"}}
	if diff := cmp.Diff(want, a.Edits); diff != "" || len(a.Churn.Terms()) != len(champion.Churn.Terms())-1 {
		t.Errorf("%d terms, %s", len(a.Churn.Terms()), diff)
	}
	if note := "2026-01-15: noise removed by Ada: a test (from " + old.Version + ")"; e.Note != note || !e.TrainedAt.Equal(old.TrainedAt) {
		t.Errorf("%+v, want the note %q", e, note)
	}
	if again, _ := d.load(old.Version); len(again.Churn.Terms()) != len(champion.Churn.Terms()) {
		t.Error("the model that was edited changed")
	}
	if stdout, _ := d.run(exitOK, "model", "show", "--registry", d.registry); !strings.Contains(stdout, "edited by hand: noise removed by Ada: a test") {
		t.Errorf("show does not say that the model was edited:\n%s", stdout)
	}
}

// What show prints, given back untouched, is refused: nothing would change. Values that
// are changed are the values that show prints then, less their mean.
func TestShownValuesCanBeSet(t *testing.T) {
	d := newDesk(t)
	refused := func(term, file, want string) {
		t.Helper()
		_, stderr := d.run(exitUsage, "model", "edit", "--registry", d.registry, "--by", "Ada", "--reason", "x", "--set", term, "--from", file)
		if !strings.Contains(stderr, filepath.Base(file)) || !strings.Contains(stderr, want) {
			t.Errorf("%s: no %q in the error: %s", file, want, stderr)
		}
	}
	for _, term := range []string{"x", "plan"} {
		shown, _ := d.run(exitOK, "model", "show", term, "--json", "--registry", d.registry)
		file := filepath.Join(t.TempDir(), "term.json")
		if err := os.WriteFile(file, []byte(shown), 0o644); err != nil {
			t.Fatal(err)
		}
		refused(term, file, "nothing would change")
		refused(map[string]string{"x": "plan", "plan": "x"}[term], file, "they are of term")

		var p reading.Detail
		if err := json.Unmarshal([]byte(shown), &p); err != nil {
			t.Fatal(err)
		}
		p.Value[1] += 0.5
		text, _ := json.Marshal(p)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		version := d.edit("--set", term, "--from", file)
		shown, _ = d.run(exitOK, "model", "show", term, "--json", "--registry", d.registry, "--model", version)
		var q reading.Detail
		if err := json.Unmarshal([]byte(shown), &q); err != nil {
			t.Fatal(err)
		}
		if rise := (q.Value[1] - q.Value[0]) - (p.Value[1] - p.Value[0]); rise > 1e-9 || rise < -1e-9 || q.Edits[0].Action != artifact.Set {
			t.Errorf("%s: set %v, shown %v, %+v", term, p.Value[:2], q.Value[:2], q.Edits)
		}

		p.Value = p.Value[1:]
		less, _ := json.Marshal(p)
		p.Version = "2024-01-01-0123456789"
		older, _ := json.Marshal(p)
		null := regexp.MustCompile(`"value":\[[^,\]]*`).ReplaceAll(text, []byte(`"value":[null`))
		for file, c := range map[string]struct {
			content []byte
			want    string
		}{"less.json": {less, "values for the"}, "broken.json": {less[1:], "do not fit"}, "bare.json": {[]byte(`{"value":[1,2]}`), "of model"},
			"older.json": {older, "of model"}, "null.json": {null, "null"}} {
			path := filepath.Join(t.TempDir(), file)
			if err := os.WriteFile(path, c.content, 0o644); err != nil {
				t.Fatal(err)
			}
			refused(term, path, c.want)
		}
	}
	if r, _ := os.ReadDir(filepath.Join(d.registry, "entries")); slices.IndexFunc(r, func(e os.DirEntry) bool { return e.IsDir() }) >= 0 || len(r) != 3 {
		t.Errorf("%d entries, want the champion and two edits", len(r))
	}
}

// A direction that the configuration asked for holds for edits of the model too.
func TestEditsKeepDirections(t *testing.T) {
	file := filepath.Join(t.TempDir(), "etappe.yaml")
	if err := os.WriteFile(file, []byte("features: {monotone: {x: increasing}}\ntrain: {max_clusters: 1}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, "--config", file)
	shown, _ := d.run(exitOK, "model", "show", "x", "--json", "--registry", d.registry)
	var p reading.Detail
	if err := json.Unmarshal([]byte(shown), &p); err != nil {
		t.Fatal(err)
	}
	set := func(last float64) []string {
		p.Value[len(p.Value)-1] = last
		text, _ := json.Marshal(p)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return []string{"model", "edit", "--registry", d.registry, "--by", "Ada", "--reason", "x", "--set", "x", "--from", file}
	}
	before := p.Value[len(p.Value)-2]
	d.run(exitOK, set(before)...)
	_, stderr := d.run(exitUsage, set(before-0.1)...)
	if want := fmt.Sprintf("churn may only rise with x, and value %d of x is", len(p.Value)-1); !strings.Contains(stderr, want) {
		t.Errorf("the error does not say %q: %s", want, stderr)
	}
}
