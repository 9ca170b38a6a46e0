package artifact

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edited is an artifact that a person changed.
func edited(t *testing.T) *Artifact {
	t.Helper()
	a := artifact(t)
	churn, err := a.Churn.Without("seats")
	if err != nil {
		t.Fatal(err)
	}
	a.Churn = churn
	a.Edits = []Edit{{Term: "seats", Action: Removed, Reason: "follows the price list", By: "Ada <ada@example.com>"},
		{Term: "trend × plan", Action: Set, Reason: "flat below 0", By: "Bo"}}
	return a
}

func TestEditsAreKept(t *testing.T) {
	a := edited(t)
	files, err := Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Edits, back.Edits); diff != "" {
		t.Error(diff)
	}
	again, err := Encode(back)
	if err != nil || !bytes.Equal(again[0].Data, files[0].Data) || !bytes.Equal(again[1].Data, files[1].Data) {
		t.Errorf("another artifact after a round trip (%v)", err)
	}
	before, _ := Version(artifact(t))
	if after, err := Version(a); err != nil || after == before {
		t.Errorf("version %q before and %q after the edit (%v)", before, after, err)
	}
}

// There is one format: whatever an artifact holds, it is written in it.
func TestEveryArtifactIsOfOneFormat(t *testing.T) {
	for _, a := range []*Artifact{artifact(t), edited(t), withPeers(t, artifact(t)), withPeers(t, edited(t)), withEverything(t, artifact(t))} {
		files, err := Encode(a)
		if err != nil || !strings.Contains(string(files[0].Data), "\"format\": 5,") {
			t.Errorf("%d edits: the header is of another format (%v)", len(a.Edits), err)
		}
	}
}

func TestHalfARecordIsRefused(t *testing.T) {
	for name, change := range map[string]func(e *Edit){
		"no term":               func(e *Edit) { e.Term = "" },
		"no action":             func(e *Edit) { e.Action = "" },
		"another":               func(e *Edit) { e.Action = "improved" },
		"no reason":             func(e *Edit) { e.Reason = "" },
		"no author":             func(e *Edit) { e.By = "" },
		"a name":                func(e *Edit) { e.Name = "Six-pack" },
		"named, and no cluster": func(e *Edit) { *e = Edit{Term: "seats", Action: Named, Name: "x", By: "Ada"} },
		"named, and no name":    func(e *Edit) { *e = Edit{Term: "c1", Action: Named, By: "Ada"} },
		"named by nobody":       func(e *Edit) { *e = Edit{Term: "c1", Action: Named, Name: "x"} },
	} {
		a := edited(t)
		change(&a.Edits[1])
		if _, err := Encode(a); err == nil || !strings.Contains(err.Error(), "edit 2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	files, err := Encode(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(files[0].Data), `"action": "set"`, `"action": "sold"`, 1)
	if err := resealed([]byte(text), files[1].Data); !errors.Is(err, ErrCorrupt) {
		t.Errorf("an unknown action in a file: %v", err)
	}
}
