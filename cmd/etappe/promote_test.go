package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/etappe/etappe/models/artifact"
)

// A person may promote what the gate refuses: with a reason and a name, which
// stay on record and are shown. The gate's own word is kept beside them.
func TestThePersonOverTheGate(t *testing.T) {
	d := newDesk(t)
	_, old := d.load("champion")
	blind := d.edit("--remove", "noise")
	for _, half := range [][]string{{"--override"}, {"--override", "--reason", "why"}, {"--override", "--owner", "Ada"},
		{"--override", "--owner", "Ada", "--reason", " "}, {"--owner", "Ada"}, {"--reason", "why"}} {
		d.run(exitUsage, append([]string{"promote", "--registry", d.registry, blind}, half...)...)
	}
	if _, stderr := d.run(exitGate, "promote", "--registry", d.registry, blind); strings.Contains(stderr, "champion is now") {
		t.Error(stderr)
	}
	_, stderr := d.run(exitOK, "promote", "--registry", d.registry, blind, "--override", "--reason", "noise  is noise", "--owner", "Ada")
	if !strings.Contains(stderr, "noise was not measured") || !strings.Contains(stderr, "Ada overrides it\nchampion is now "+blind) {
		t.Error(stderr)
	}
	_, e := d.load("champion")
	if e.Version != blind || e.Override == nil || e.Override.Owner != "Ada" || e.Override.Reason != "noise is noise" || !strings.Contains(e.Override.Refused, "noise was not measured") {
		t.Fatalf("%+v", e)
	}
	sentence := "promoted by Ada against the gate: noise is noise (the gate refused the model: not met: worth its edits (noise was not measured"
	for _, args := range [][]string{{"models"}, {"model", "show"}} {
		stdout, _ := d.run(exitOK, append(args, "--registry", d.registry)...)
		if !strings.Contains(stdout, sentence) {
			t.Errorf("%v says\n%s", args, stdout)
		}
		asJSON, _ := d.run(exitOK, append(args, "--registry", d.registry, "--json")...)
		if !json.Valid([]byte(asJSON)) || !strings.Contains(asJSON, `"reason": "noise is noise"`) {
			t.Errorf("%v --json says\n%s", args, asJSON)
		}
	}
	// Where the gate has nothing against it, nothing is overridden.
	d.run(exitOK, "promote", "--registry", d.registry, old.Version, "--override", "--reason", "to be sure", "--owner", "Ada")
	if _, e := d.load("champion"); e.Version != old.Version || e.Override != nil {
		t.Errorf("%+v", e)
	}
	r, err := artifact.OpenRegistry(d.registry)
	if err != nil {
		t.Fatal(err)
	}
	if past, err := r.History(); err != nil || len(past) != 3 || past[0].Override != nil || past[1].Override == nil || past[2].Override != nil {
		t.Errorf("%+v (%v)", past, err)
	}
}
