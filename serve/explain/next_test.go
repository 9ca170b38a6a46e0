package explain

import (
	"math"
	"testing"

	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
)

// The hand-made path has first_report (weight .4, due on day 7) and rollout
// (.6, due on day 14).
func TestNextMilestone(t *testing.T) {
	s := linearScorer(t)
	missing := math.NaN()
	for _, row := range []struct {
		name             string
		day, first, roll float64
		want             string
		overdue          bool
		due              float64
	}{
		{"the overdue one that costs most", 20, missing, missing, "rollout", true, 14},
		{"the one overdue", 8, missing, missing, "first_report", true, 7},
		{"the next on the way", 3, missing, missing, "first_report", false, 7},
		{"the one that is left", 3, 2, missing, "rollout", false, 14},
		{"none is left", 20, 2, 19, "", false, 0},
	} {
		in := linearNow(s)
		in.Journey.Tenure[0], in.Journey.Reached = row.day, [][]float64{{row.first}, {row.roll}}
		m, err := s.Row(in)
		if err != nil {
			t.Fatal(err)
		}
		n := Next(s, m)
		if row.want == "" {
			if n != nil {
				t.Errorf("%s: %+v", row.name, n)
			}
			continue
		}
		if n == nil || n.Milestone != row.want || n.Overdue != row.overdue || n.DueDay != row.due {
			t.Errorf("%s: %+v", row.name, n)
			continue
		}
		// Points is what the score gains if it is reached today.
		for j, name := range s.Milestones() {
			if name == row.want {
				in.Journey.Reached[j] = []float64{row.day}
			}
		}
		if a := scoreAll(t, s, in)[0]; math.Abs(a.HealthScore-m.Health-n.Points) > 1e-9 {
			t.Errorf("%s: worth %v, the score gains %v", row.name, n.Points, a.HealthScore-m.Health)
		}
	}
	in := linearNow(s)
	in.Journey = nil
	if m, err := s.Row(in); err != nil || Next(s, m) != nil {
		t.Errorf("a next milestone without a path: %v", err)
	}
}

// Peers are counted where they are known, and the date follows from the as-of
// date and the tenure.
func TestNextMilestoneCountsPeers(t *testing.T) {
	plain := linearScorer(t)
	s := scoretest.LinearPeers(t)
	in := linearNow(s)
	in.Journey.Tenure[0], in.Journey.Reached = 300, [][]float64{{12}, {math.NaN()}}
	for _, one := range []*score.Scorer{plain, s} {
		m, err := one.Row(in)
		if err != nil {
			t.Fatal(err)
		}
		n := Next(one, m)
		if (n.Of > 0) != (one == s) || n.Of > 0 && n.Share != float64(n.Had)/float64(n.Of) || n.ByDay != 300 {
			t.Errorf("%+v", n)
		}
		if n.DueOn != "2025-05-19" { // 286 days before 2026-03-01
			t.Errorf("due on %s", n.DueOn)
		}
	}
	had, of := s.Peers().Had(0, 1, 300)
	m, err := s.Row(in)
	if err != nil {
		t.Fatal(err)
	}
	if n := Next(s, m); n.Had != had || n.Of != of || of == 0 {
		t.Errorf("%+v, counted %d of %d", n, had, of)
	}
}

// Bars and reasons hold what the typical renewed account has; of time, nobody
// has anything typical.
func TestPeersBesideValues(t *testing.T) {
	s := scoretest.LinearPeers(t)
	e, err := Explain(s, linearThen(s), linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range e.Bars {
		j, isFeature := s.FeatureIndex(b.Feature)
		switch {
		case !isFeature:
			continue
		case b.Theme == "calendar":
			if b.Peers != nil {
				t.Errorf("%s: %v", b.Feature, b.Peers)
			}
		case b.Peers != score.ValueOf(s.Definition(j), s.Peers().Typical(0, j)):
			t.Errorf("%s: %v", b.Feature, b.Peers)
		}
	}
	found := false
	for _, r := range e.Reasons {
		found = found || r.Peers != nil
	}
	if !found {
		t.Errorf("no reason has the value of peers: %+v", e.Reasons)
	}
}
