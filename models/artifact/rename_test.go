package artifact

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models/cluster"
)

// A name given to a cluster is on record, and nothing else of the artifact has
// changed; it may hold anything that can be seen.
func TestARenamedClusterIsOnRecord(t *testing.T) {
	hostile := `Six-pack & <b>"Ö"</b>`
	for what, a := range map[string]*Artifact{"with a line": withEverything(t, artifact(t)), "of an older program": artifact(t)} {
		was, err := Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		id := a.Clusters.IDs()[1]
		next, err := Rename(a, Edit{Term: id, Name: hostile, By: "Ada"})
		if err != nil {
			t.Fatal(err)
		}
		files, err := Encode(next)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(files)
		if err != nil {
			t.Fatal(err)
		}
		if back.Names[1] != hostile || back.GivenName(1) != hostile || back.Names[0] != a.Names[0] || back.Lineage.Clusters[0] != next.Lineage.Clusters[0] {
			t.Errorf("%s: %q, %+v", what, back.Names, back.Lineage)
		}
		if diff := cmp.Diff([]Edit{{Term: id, Action: Named, Name: hostile, By: "Ada"}}, back.Edits); diff != "" {
			t.Error(diff)
		}
		if got := back.Edits[0].String(); got != id+` named "Six-pack & <b>\"Ö\"</b>" by Ada` {
			t.Error(got)
		}
		if again, err := Encode(a); err != nil || !slices.EqualFunc(was, again, func(x, y File) bool { return string(x.Data) == string(y.Data) }) {
			t.Errorf("%s: the artifact itself was changed (%v)", what, err)
		}
		if !slices.Equal(files[1].Data, was[1].Data) {
			t.Errorf("%s: the numbers changed", what)
		}
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	a := withEverything(t, artifact(t))
	for what, e := range map[string]Edit{
		"no such cluster": {Term: "c1", Name: "x", By: "Ada"},
		"no cluster":      {Term: "seats", Name: "x", By: "Ada"},
		"nobody":          {Term: "c2", Name: "x"},
		"nothing":         {Term: "c2", Name: " ", By: "Ada"},
		"too long":        {Term: "c2", Name: strings.Repeat("x", 81), By: "Ada"},
		"a line break":    {Term: "c2", Name: "Six\npack", By: "Ada"},
		"another's":       {Term: "c2", Name: a.Names[1], By: "Ada"},
	} {
		if _, err := Rename(a, e); !errors.Is(err, cluster.ErrName) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Rename(a, Edit{Term: "c2", Name: a.Names[0], By: "Ada"}); err != nil {
		t.Errorf("the learned name, given by a person: %v", err)
	}
}
