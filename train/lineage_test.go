package train

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/cluster"
)

// things are what accounts do; an outcome does every third of them most.
var things = []string{"report viewed", "mention sent", "workflow run", "export created", "call logged", "flow built",
	"chart drawn", "note shared", "rule set", "view saved", "team invited", "job planned"}

// doing is what so many accounts of each of three outcomes do, and whether each
// churned. One thing is dropped: who did it most does it no more than the others.
func doing(dropped string, rows [3]int) (f *models.Frame, churned []bool) {
	rng := rand.New(rand.NewPCG(3, 3))
	f = &models.Frame{Columns: make([][]float64, len(things))}
	for _, thing := range things {
		f.Fields = append(f.Fields, models.Field{Name: strings.ReplaceAll(thing, " ", "_") + ".count"})
	}
	for g, n := range rows {
		for i := range n {
			for j := range f.Columns {
				often := 5
				if j%3 == g && things[j] != dropped {
					often = 60
				}
				f.Columns[j] = append(f.Columns[j], float64(often+rng.IntN(8)))
			}
			churned = append(churned, i%2 == 0)
		}
	}
	return f, churned
}

// outcomes clusters so many accounts of each of three outcomes, with a thing
// dropped.
func outcomes(t *testing.T, dropped string, rows [3]int) *cluster.Model {
	t.Helper()
	f, churned := doing(dropped, rows)
	var shares []string
	for _, field := range f.Fields {
		shares = append(shares, field.Name)
	}
	m, _, err := cluster.Fit(context.Background(), f, cluster.Space{Shares: shares}, churned, cluster.Options{MaxK: 3, Bootstraps: 3, MinEvents: 5, Seed: 1})
	if err != nil || m.K() != 3 {
		t.Fatalf("%d clusters: %v", m.K(), err)
	}
	return m
}

// named is as much of an artifact as a line of names needs.
func named(t *testing.T, clusters *cluster.Model, o Options) *artifact.Artifact {
	t.Helper()
	r := &artifact.Report{}
	clusters, err := descend(r, clusters, o)
	if err != nil {
		t.Fatal(err)
	}
	return &artifact.Artifact{Clusters: clusters, Names: names(clusters, r.Lineage, o), Lineage: r.Lineage}
}

func nameOf(a *artifact.Artifact, id string) string {
	return a.Names[slices.Index(a.Clusters.IDs(), id)]
}

// A retrain keeps the names that were given, and the learned ones that are still
// true; one that is true no more is learned anew, and the line says what it was.
func TestNamesLiveOn(t *testing.T) {
	first := named(t, outcomes(t, "", [3]int{60, 50, 40}), Options{Config: Config{Names: map[string]string{"c2": "Six-pack"}}})
	if !slices.Equal(first.Clusters.IDs(), []string{"c1", "c2", "c3"}) || first.Names[1] != "Six-pack" {
		t.Fatalf("%v %q", first.Clusters.IDs(), first.Names)
	}
	stays, goes, _ := strings.Cut(first.Names[0], " and ")
	for _, word := range []string{stays, goes} {
		if slices.Index(things, word)%3 != 0 {
			t.Fatalf("%q is called %q", "c1", first.Names[0])
		}
	}
	second := named(t, outcomes(t, goes, [3]int{40, 50, 60}), Options{Previous: first, PreviousVersion: "v1"})
	if !slices.Equal(second.Clusters.IDs(), []string{"c3", "c2", "c1"}) {
		t.Fatal(second.Clusters.IDs())
	}
	want := &artifact.Lineage{Previous: "v1", Last: 3, Clusters: []artifact.Descent{{ID: "c3", Continues: true},
		{ID: "c2", Continues: true, Given: true}, {ID: "c1", Continues: true, Was: first.Names[0]}}}
	if diff := cmp.Diff(want, second.Lineage); diff != "" {
		t.Error(diff)
	}
	if nameOf(second, "c3") != first.Names[2] || nameOf(second, "c2") != "Six-pack" || strings.Contains(nameOf(second, "c1"), goes) {
		t.Errorf("%q after %q", second.Names, first.Names)
	}
	// The configuration has the last word; a name that it gives to another
	// cluster is nobody else's.
	third := named(t, outcomes(t, goes, [3]int{40, 50, 60}), Options{Previous: second, PreviousVersion: "v2",
		Config: Config{Names: map[string]string{"c1": "Six-pack", "c9": "nobody"}}})
	if nameOf(third, "c1") != "Six-pack" || nameOf(third, "c2") == "Six-pack" || third.GivenName(slices.Index(third.Clusters.IDs(), "c2")) != "" {
		t.Errorf("%v %q %+v", third.Clusters.IDs(), third.Names, third.Lineage)
	}
	r := &artifact.Report{Warnings: []artifact.Warning{{Code: "earlier"}}}
	Config{Names: map[string]string{"c1": "x", "c9": "nobody", "c8": ""}}.warnNames(r, third.Clusters.IDs())
	if len(r.Warnings) != 2 || r.Warnings[0].Code != "earlier" || !strings.Contains(r.Warnings[1].Text, "no cluster is c9, of c3, c2, c1") ||
		r.Warnings[1].Code != artifact.WarnClusterName || cmp.Diff([]string{"c9", "c3, c2, c1", "nobody"}, r.Warnings[1].Values) != "" {
		t.Errorf("warnings %+v", r.Warnings)
	}
}

// A name that people gave the old model goes on even where one was learned that
// says the same.
func TestALearnedNameStepsAside(t *testing.T) {
	learned := named(t, outcomes(t, "", [3]int{60, 50, 40}), Options{}).Names[0]
	first := named(t, outcomes(t, "", [3]int{60, 50, 40}), Options{Config: Config{Names: map[string]string{"c3": learned}}})
	second := named(t, outcomes(t, "", [3]int{50, 60, 40}), Options{Previous: first, PreviousVersion: "v1"})
	for _, a := range []*artifact.Artifact{first, second} {
		if nameOf(a, "c3") != learned || nameOf(a, "c1") == learned || a.Names[0] == a.Names[1] {
			t.Errorf("%v %q", a.Clusters.IDs(), a.Names)
		}
	}
}

// A run that follows another notes it in artifact and report, and is as
// repeatable; the first of a line notes that it is.
func TestRunFollowsTheOneBefore(t *testing.T) {
	d := dataOf(t, 450, 31)
	o := Options{Seed: 1, Config: Config{Bags: 2, MaxClusters: 1, Names: map[string]string{"c1": "everybody"}}}
	first, r, err := Run(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&artifact.Lineage{Last: 1, Clusters: []artifact.Descent{{ID: "c1", Given: true}}}, first.Lineage); diff != "" || r.Lineage.String() != "" {
		t.Errorf("%s, %q", diff, r.Lineage)
	}
	o.Config.Names, o.Previous = nil, first
	if o.PreviousVersion, err = artifact.Version(first); err != nil {
		t.Fatal(err)
	}
	second, r, err := Run(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Overlap != nil { // one cluster each
		t.Errorf("overlap %v", r.Overlap)
	}
	if got, want := r.Lineage.String(), "c1 continues that of "+o.PreviousVersion; got != want || second.Names[0] != "everybody" {
		t.Errorf("%q, want %q; called %q", got, want, second.Names[0])
	}
	if back := stored(t, second); cmp.Diff(back.Lineage, second.Lineage) != "" {
		t.Errorf("the report read back has the lineage %+v", back.Lineage)
	}
	again, _, err := Run(t.Context(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := artifact.Version(second)
	if other, err := artifact.Version(again); err != nil || one != other || one == o.PreviousVersion {
		t.Errorf("versions %q and %q after %q (%v)", one, other, o.PreviousVersion, err)
	}
}
