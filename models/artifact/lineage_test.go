package artifact

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/cluster"
)

// outcomes fits clusters of accounts that do one of four things, each of the
// given ones so many times.
func outcomes(t *testing.T, rows [4]int) *cluster.Model {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 3))
	f := &models.Frame{Columns: make([][]float64, 4)}
	var churned []bool
	for _, name := range []string{"report_viewed", "mention_sent", "workflow_run", "audit_run"} {
		f.Fields = append(f.Fields, models.Field{Name: name})
	}
	groups := 0
	for g, n := range rows {
		groups += min(n, 1)
		for i := range n {
			for j := range f.Columns {
				often := 4
				if j == g {
					often = 80
				}
				f.Columns[j] = append(f.Columns[j], float64(often+rng.IntN(5)))
			}
			churned = append(churned, i%2 == 0)
		}
	}
	m, _, err := cluster.Fit(context.Background(), f, cluster.Space{Shares: []string{"report_viewed", "mention_sent", "workflow_run", "audit_run"}},
		churned, cluster.Options{MaxK: 4, Bootstraps: 3, MinEvents: 5, Seed: 1})
	if err != nil || m.K() != groups {
		t.Fatalf("%d clusters of %d outcomes: %v", m.K(), groups, err)
	}
	return m
}

// follows is an artifact with such clusters in the line of another.
func follows(t *testing.T, previous *Artifact, rows [4]int) *Artifact {
	t.Helper()
	version := ""
	if previous != nil {
		version, _ = Version(previous)
	}
	clusters, lineage, err := Descend(previous, version, outcomes(t, rows))
	if err != nil {
		t.Fatal(err)
	}
	a := artifact(t)
	a.Clusters, a.Lineage, a.Names = clusters, lineage, clusters.Names(nil)
	if _, err := Encode(a); err != nil {
		t.Fatal(err)
	}
	return a
}

// idOf is the id of the cluster that does one thing most.
func (a *Artifact) idOf(outcome string) string {
	for k, traits := range a.Clusters.Profile() {
		if traits[0].Column == outcome && traits[0].Lift > 0 {
			return a.Clusters.IDs()[k]
		}
	}
	return ""
}

// Through four trainings a group keeps its id however large it is, one that
// comes gets an id that nobody had, and one that comes back is a new one.
func TestIDsAreNeverUsedAgain(t *testing.T) {
	first := follows(t, nil, [4]int{60, 50, 40, 0})
	second := follows(t, first, [4]int{30, 0, 40, 50}) // mentions gone, audits come
	third := follows(t, second, [4]int{0, 40, 60, 50}) // reports gone, mentions back
	fourth := follows(t, third, [4]int{50, 60, 40, 0}) // reports back, audits gone
	for what, c := range map[string]struct {
		a    *Artifact
		want [4]string
	}{
		"first":  {first, [4]string{"c1", "c2", "c3", ""}},
		"second": {second, [4]string{"c1", "", "c3", "c4"}},
		"third":  {third, [4]string{"", "c5", "c3", "c4"}},
		"fourth": {fourth, [4]string{"c6", "c5", "c3", ""}},
	} {
		for g, outcome := range []string{"report_viewed", "mention_sent", "workflow_run", "audit_run"} {
			if got := c.a.idOf(outcome); got != c.want[g] {
				t.Errorf("%s: %s is %q, want %q", what, outcome, got, c.want[g])
			}
		}
	}
	if diff := cmp.Diff(third.Lineage.Gone, []Group{{"c1", second.Names[slices.Index(second.Clusters.IDs(), "c1")]}}); diff != "" {
		t.Error(diff)
	}
	if v, _ := Version(first); second.Lineage.Previous != v || third.Lineage.Last != 5 || fourth.Lineage.Last != 6 {
		t.Errorf("%+v, %+v, %+v", second.Lineage, third.Lineage, fourth.Lineage)
	}
}

// An artifact of an older program has no lineage, and can be continued.
func TestAnArtifactWithoutALineageIsContinued(t *testing.T) {
	old := follows(t, nil, [4]int{60, 50, 40, 0})
	old.Lineage = nil
	next := follows(t, old, [4]int{40, 50, 60, 70})
	want := []string{"c4", "c3", "c2", "c1"}
	if !slices.Equal(next.Clusters.IDs(), want) || next.Lineage.Last != 4 {
		t.Errorf("%v, %+v", next.Clusters.IDs(), next.Lineage)
	}
	if old.GivenName(0) != "" || next.GivenName(0) != "" {
		t.Error("a learned name counts as given")
	}
}

func TestLineageAsASentence(t *testing.T) {
	l := &Lineage{Previous: "v1", Clusters: []Descent{{ID: "c3", Continues: true}, {ID: "c1", Continues: true, Was: "reports"}, {ID: "c5"}, {ID: "c6"}},
		Gone: []Group{{"c2", "mention sent"}}}
	want := `c3 and c1 (there "reports") continue those of v1; c5 and c6 are new; c2 ("mention sent") is gone`
	if got := l.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	l = &Lineage{Previous: "v1", Clusters: []Descent{{ID: "c2"}}}
	if got := l.String(); got != "no cluster continues one of v1; c2 is new" {
		t.Error(got)
	}
	for _, l := range []*Lineage{nil, {Last: 2, Clusters: []Descent{{ID: "c1"}, {ID: "c2"}}}} {
		if got := l.String(); got != "" {
			t.Error(got)
		}
	}
}

// Two that follow the same model have given one new id to two groups; and a
// model without a line counts anew.
func TestClashesAreFound(t *testing.T) {
	root := follows(t, nil, [4]int{60, 50, 0, 0})
	left, right := follows(t, root, [4]int{60, 50, 40, 0}), follows(t, root, [4]int{60, 50, 0, 40})
	again := follows(t, nil, [4]int{50, 60, 40, 0})
	version := func(a *Artifact) string { v, _ := Version(a); return v }
	for what, c := range map[string]struct {
		now, next *Artifact
		want      []string
	}{
		"the next":       {root, left, nil},
		"the one before": {left, root, nil},
		"itself":         {left, left, nil},
		"a sister":       {left, right, []string{`c3 ("` + right.Names[2] + `") is another group than c3 in ` + version(left)}},
		"a new line": {left, again, []string{`c1 ("` + again.Names[0] + `") is the group that is c2 in ` + version(left),
			`c2 ("` + again.Names[1] + `") is the group that is c1 in ` + version(left)}},
	} {
		if diff := cmp.Diff(c.want, Clashes(c.now, version(c.now), c.next, version(c.next))); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
}

func TestLineagesThatCannotBe(t *testing.T) {
	for name, change := range map[string]func(a *Artifact){
		"none, with other ids":  func(a *Artifact) { a.Lineage = nil },
		"another id":            func(a *Artifact) { a.Lineage.Clusters[0].ID = "c3" },
		"too few clusters":      func(a *Artifact) { a.Lineage.Clusters = a.Lineage.Clusters[:1] },
		"an id beyond the last": func(a *Artifact) { a.Lineage.Last = 3 },
		"too many ids":          func(a *Artifact) { a.Lineage.Last = 1 << 40 },
		"no version":            func(a *Artifact) { a.Lineage.Previous = "../../etc" },
		"continues nothing":     func(a *Artifact) { a.Lineage.Previous, a.Lineage.Gone = "", nil },
		"gone from nothing":     func(a *Artifact) { a.Lineage.Previous, a.Lineage.Clusters[0].Continues = "", false },
		"gone and there":        func(a *Artifact) { a.Lineage.Gone[0].ID = "c4" },
		"gone and no id":        func(a *Artifact) { a.Lineage.Gone[0].ID = "acme" },
	} {
		a := withEverything(t, artifact(t))
		if _, err := Encode(a); err != nil {
			t.Fatal(err)
		}
		change(a)
		if _, err := Encode(a); err == nil || !strings.Contains(err.Error(), "lineage") {
			t.Errorf("%s: %v", name, err)
		}
	}
	files, err := Encode(withEverything(t, artifact(t)))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(files[0].Data), `"last": 5`, `"last": 3`, 1)
	if err := resealed([]byte(text), files[1].Data); !errors.Is(err, ErrCorrupt) {
		t.Errorf("in a file: %v", err)
	}
	back, err := Decode(files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withEverything(t, artifact(t)).Lineage, back.Lineage); diff != "" {
		t.Error(diff)
	}
	if got := back.GivenName(0); got != back.Names[0] || back.GivenName(1) != "" {
		t.Errorf("given: %q", got)
	}
}
