package score

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/models/cluster"
)

// young hides from row i what the usage pattern is made of.
func young(s *Scorer, in *Input, i int) {
	for _, name := range s.clusters.Space().Shares {
		in.Frame.Columns[s.index[name]][i] = math.NaN()
	}
}

// An account that cannot be placed has no cluster, no path points and no second
// cluster; its answer adds up all the same, and is null where a cluster would be.
func TestTooEarlyForACluster(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 3, 11)
	young(s, in, 0)
	for n, name := range s.clusters.Space().Shares {
		in.Frame.Columns[s.index[name]][1] = float64(n) * (cluster.MinEvents - 1)
	}
	answers := scoreAll(t, s, in)
	for i, why := range []string{WhyTooEarly, WhyTooQuiet} {
		a := answers[i]
		if !a.Cluster.None() || a.Second != nil || a.check() != nil {
			t.Errorf("row %d: cluster %+v, second %+v, %v", i, a.Cluster, a.Second, a.check())
		}
		if slices.ContainsFunc(a.Contributions, func(c Contribution) bool { return c.Theme == ThemePath }) {
			t.Errorf("row %d has path points", i)
		}
		text, err := json.Marshal(a)
		if err != nil || !strings.Contains(string(text), `"cluster":null`) {
			t.Errorf("row %d: %s, %v", i, text, err)
		}
		at := slices.IndexFunc(a.Warnings, func(w Warning) bool { return w.Code == WarnNoCluster })
		if at < 0 || a.Warnings[at].Args.Why != why || a.Warnings[at].Args.Limit != cluster.MinEvents {
			t.Errorf("row %d: %+v", i, a.Warnings)
		}
		at = slices.IndexFunc(a.Warnings, func(w Warning) bool { return w.Code == WarnPathNotMeasured })
		if at < 0 || a.Warnings[at].Args.Why != WhyNoOwnCluster {
			t.Errorf("row %d: %+v", i, a.Warnings)
		}
	}
	if a := answers[2]; a.Cluster.None() || hasWarning(a, WarnNoCluster) {
		t.Errorf("a well-known account: %+v, %v", a.Cluster, a.Warnings)
	}
	if answers[0].Baseline.LogOdds != answers[1].Baseline.LogOdds {
		t.Error("without a cluster there is one baseline")
	}
}

// With one cluster there is nothing to place.
func TestOneClusterNeedsNoUsage(t *testing.T) {
	s := linearScorer(t)
	in := testInput(s, 1, 11)
	for _, column := range in.Frame.Columns {
		column[0] = math.NaN()
	}
	if a := scoreAll(t, s, in)[0]; a.Cluster.ID != "c1" || hasWarning(a, WarnNoCluster) {
		t.Errorf("%+v, %v", a.Cluster, a.Warnings)
	}
}

// A journey that lacks a milestone of the path is no sign of it, which is not
// "not reached": the path is not measured, and health is the outlook alone.
func TestUnknownMilestonesAreNotOverdue(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 1, 11)
	for _, names := range [][]string{{}, s.milestones[:1]} {
		in.Journey.Milestones, in.Journey.Reached = names, in.Journey.Reached[:len(names)]
		a := scoreAll(t, s, in)[0]
		if !hasWarning(a, WarnPathNotMeasured) || slices.ContainsFunc(a.Contributions, func(c Contribution) bool { return c.Theme == ThemePath }) {
			t.Errorf("%d milestones: %v, %v", len(names), a.Warnings, a.Contributions)
		}
	}
}

// Of what is missing no reason is made, and where most of a score rests on it the
// answer states so.
func TestTooLittleKnown(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 2, 11)
	for j := range in.Frame.Columns {
		if j != s.tenure {
			in.Frame.Columns[j][0] = math.NaN()
		}
	}
	answers := scoreAll(t, s, in)
	at := slices.IndexFunc(answers[0].Warnings, func(w Warning) bool { return w.Code == WarnTooLittleKnown })
	if at < 0 {
		t.Fatalf("one feature of eleven: %v", answers[0].Warnings)
	}
	if args := answers[0].Warnings[at].Args; args.Known != 1 || args.Features != 11 || !(args.Share > .5 && args.Share < 1) {
		t.Errorf("%+v", args)
	}
	for _, r := range answers[0].Reasons {
		if r.Subject.Milestone == "" && r.Subject.Value == nil {
			t.Errorf("a reason that is missing: %+v", r)
		}
	}
	if hasWarning(answers[1], WarnTooLittleKnown) {
		t.Errorf("all is known of it: %v", answers[1].Warnings)
	}
	sum := 0.0
	for _, spread := range s.spreads {
		sum += spread
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the parts of the spread add up to %v", sum)
	}
}
