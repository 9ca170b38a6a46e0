package serve

import (
	"strings"
	"testing"

	"github.com/etappe/etappe/models/artifact"
)

// What a cluster learned to be called is said in the reader's language, on the
// waterfall too; what a person called it stays as it is, whatever it says.
func TestClusterNamesAreSaidInBothLanguages(t *testing.T) {
	a := *testArtifact(t)
	learned := a.Clusters.Names(nil)
	if learned[0] == learned[1] || a.Clusters.Parts(0, learned[0]) == nil {
		t.Fatalf("%q", learned)
	}
	of := func(names []string, line *artifact.Lineage) *Scorer {
		t.Helper()
		b := a
		b.Names, b.Lineage = names, line
		s, err := NewScorer(&b, testMeta, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	both := learned[0] + " and " + a.Clusters.Parts(0, learned[0])[0].Word
	for _, c := range []struct {
		name, german string
		given        bool
	}{
		{learned[0], strings.ReplaceAll(learned[0], " and ", " und "), false},
		{both, strings.ReplaceAll(both, " and ", " und "), false},
		{both, both, true},
		{"storage and backup", "storage and backup", false}, // learned by an older program, from what is not known any more
	} {
		s := of([]string{c.name, "x"}, &artifact.Lineage{Last: 2, Clusters: []artifact.Descent{{ID: "c1", Given: c.given}, {ID: "c2", Given: true}}})
		if en, de := s.ClusterText(c.name, English), s.ClusterText(c.name, German); en != c.name || de != c.german {
			t.Errorf("%q: %q, %q", c.name, en, de)
		}
		in := testInput(s, 40, 5)
		in.Language = German
		for i := range 40 {
			e, err := s.Against(in.row(i), ReferenceCluster, now)
			if err != nil {
				t.Fatal(err)
			}
			if e.To.Cluster.ID != "c1" {
				continue
			}
			if e.To.Cluster.Name != c.name || !strings.Contains(e.start(), c.german) || !strings.Contains(e.Sentence, c.german) {
				t.Errorf("%q, %q, %q", e.To.Cluster.Name, e.start(), e.Sentence)
			}
			break
		}
	}
	if (*Scorer)(nil).ClusterText("a and b", German) != "a and b" {
		t.Error("no model, and a name was learned")
	}
}
