package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/models/artifact"
)

// A team's name for a cluster is a version of its own with the same answers, on
// record; a retrain keeps it, and says that it is the same group.
func TestATeamNamesACluster(t *testing.T) {
	d := newDesk(t)
	champion, old := d.load("champion")
	hostile := `Six-pack <script>&"`
	_, stderr := d.run(exitOK, "model", "name", "c1", "  "+hostile+" ", "--registry", d.registry, "--by", "Ada")
	m := regexp.MustCompile(`stored (\S+) in `).FindStringSubmatch(stderr)
	if m == nil || strings.Contains(stderr, "champion") {
		t.Fatal(stderr)
	}
	if _, now := d.load("champion"); now.Version != old.Version {
		t.Errorf("a name promoted %s", now.Version)
	}
	d.run(exitOK, "promote", "--registry", d.registry, m[1])
	named, entry := d.load("champion")
	want := []artifact.Edit{{Term: "c1", Action: artifact.Named, By: "Ada", Name: hostile}}
	if diff := cmp.Diff(want, named.Edits); diff != "" || named.Names[0] != hostile || !entry.TrainedAt.Equal(old.TrainedAt) || entry.Clusters[0] != hostile {
		t.Errorf("%s, %+v", diff, entry)
	}
	before, _ := champion.Churn.State()
	after, _ := named.Churn.State()
	if diff := cmp.Diff(before, after); diff != "" || len(named.Metrics) == 0 || cmp.Diff(champion.Metrics, named.Metrics) != "" {
		t.Errorf("a name changed the model: %s", diff)
	}
	if stdout, _ := d.run(exitOK, "model", "show", "--registry", d.registry); !strings.Contains(stdout, `edited by hand: c1 named "Six-pack <script>&\"" by Ada`) {
		t.Errorf("show says\n%s", stdout[:400])
	}

	stdout, _ := d.run(exitOK, "train", "--table", d.table, "--target", "y", "--positive", "1", "--id", "id", "--registry", d.registry, "--bags", "2", "--seed", "2", "--promote")
	next, _ := d.load("champion")
	if next.GivenName(0) != hostile || next.Lineage.Previous != entry.Version || len(next.Edits) != 0 ||
		!strings.Contains(stdout, "Clusters: c1 and c2 continue those of "+entry.Version) || !strings.Contains(stdout, " c1       "+hostile) {
		t.Errorf("%q, %+v\n%s", next.Names, next.Lineage, stdout)
	}

	for _, refused := range [][]string{{"c3", "x"}, {"reports", "x"}, {"c1", " "}, {"c1", strings.Repeat("x", 81)}, {"c1", "a\u202eb"}} {
		d.run(exitUsage, append([]string{"model", "name", "--registry", d.registry, "--by", "Ada"}, refused...)...)
	}
	d.run(exitUsage, "model", "name", "--registry", d.registry, "c1", "x")
}

// A name is no way around the gate.
func TestANameIsNoWayAroundTheGate(t *testing.T) {
	d := newDesk(t)
	blind := d.edit("--remove", "noise")
	_, stderr := d.run(exitGate, "model", "name", "c1", "Six-pack", "--registry", d.registry, "--model", blind, "--by", "Ada", "--promote")
	if !strings.Contains(stderr, "noise was not measured") {
		t.Error(stderr)
	}
	if a, _ := d.load("champion"); len(a.Edits) != 0 {
		t.Errorf("promoted: %+v", a.Edits)
	}
	d.run(exitOK, "model", "name", "c1", "Six-pack", "--registry", d.registry, "--by", "Ada", "--promote")
	if a, _ := d.load("champion"); a.GivenName(0) != "Six-pack" {
		t.Errorf("%q", a.Names)
	}
}
