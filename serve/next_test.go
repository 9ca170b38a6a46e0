package serve

import (
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/etappe/etappe/models/peers"
)

// onePeers learns peers of the simulated history, in one cluster.
var onePeers = sync.OnceValues(func() (*peers.Peers, error) {
	sample, journey := simulated(600, 7)
	c := &peers.Snapshots{Frame: sample.Frame, LogOdds: make([]float64, 600), Journey: journey}
	for i, churned := range sample.Churned {
		c.Account = append(c.Account, int32(i/2)) // two snapshots each
		c.Renewed = append(c.Renewed, !churned)
		c.LogOdds[i] = 0.3 * float64(i%7)
	}
	return peers.Fit(c, 1)
})

// withPeers gives the hand-made scorer peers.
func withPeers(t testing.TB, s *Scorer) *Scorer {
	t.Helper()
	p, err := onePeers()
	if err != nil {
		t.Fatal(err)
	}
	one := *s
	one.peers = p
	return &one
}

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
		m, err := s.measureOne(in)
		if err != nil {
			t.Fatal(err)
		}
		n := s.next(m)
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
		for j, name := range s.milestones {
			if name == row.want {
				in.Journey.Reached[j] = []float64{row.day}
			}
		}
		if a := scoreAll(t, s, in)[0]; math.Abs(a.HealthScore-m.rows[0].health-n.Points) > 1e-9 {
			t.Errorf("%s: worth %v, the score gains %v", row.name, n.Points, a.HealthScore-m.rows[0].health)
		}
	}
	in := linearNow(s)
	in.Journey = nil
	if m, err := s.measureOne(in); err != nil || s.next(m) != nil {
		t.Errorf("a next milestone without a path: %v", err)
	}
}

// Peers are counted where they are known, and the date follows from the as-of
// date and the tenure.
func TestNextMilestoneCountsPeers(t *testing.T) {
	plain := linearScorer(t)
	s := withPeers(t, plain)
	in := linearNow(s)
	in.Journey.Tenure[0], in.Journey.Reached = 300, [][]float64{{12}, {math.NaN()}}
	for _, one := range []*Scorer{plain, s} {
		m, err := one.measureOne(in)
		if err != nil {
			t.Fatal(err)
		}
		n := one.next(m)
		if (n.Of > 0) != (one == s) || n.Of > 0 && n.Share != float64(n.Had)/float64(n.Of) || n.ByDay != 300 {
			t.Errorf("%+v", n)
		}
		if n.DueOn != "2025-05-19" { // 286 days before 2026-03-01
			t.Errorf("due on %s", n.DueOn)
		}
		if one == s && !strings.Contains(n.Text, " renewed peers had it by day 300") {
			t.Error(n.Text)
		}
	}
	had, of := s.peers.Had(0, 1, 300)
	m, err := s.measureOne(in)
	if err != nil {
		t.Fatal(err)
	}
	if n := s.next(m); n.Had != had || n.Of != of || of == 0 {
		t.Errorf("%+v, counted %d of %d", n, had, of)
	}
}

// Bars and reasons say what the typical renewed account has; of time, nobody
// has anything typical.
func TestPeersBesideValues(t *testing.T) {
	s := withPeers(t, linearScorer(t))
	e, err := s.Explain(linearThen(s), linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range e.Bars {
		j, isFeature := s.index[b.Feature]
		switch {
		case !isFeature:
			continue
		case b.Theme == "calendar":
			if b.Peers != nil {
				t.Errorf("%s: %v", b.Feature, b.Peers)
			}
		case b.Peers != valueOf(&s.catalog.Definitions[j], s.peers.Typical(0, j)):
			t.Errorf("%s: %v", b.Feature, b.Peers)
		}
	}
	said := false
	for _, r := range e.Reasons {
		said = said || r.Peers != nil && strings.Contains(r.Text, "; renewed peers: ")
	}
	if !said {
		t.Errorf("no reason tells of peers: %+v", e.Reasons)
	}
}

func TestGoldenNext(t *testing.T) {
	s := withPeers(t, linearScorer(t))
	for _, language := range []Language{English, German} {
		then, to := linearThen(s), linearNow(s)
		to.Language, to.Journey.Reached = language, [][]float64{{12}, {math.NaN()}}
		e, err := s.Explain(then, to, now)
		if err != nil {
			t.Fatal(err)
		}
		text := e.NextMilestone.Text + "\n"
		for _, r := range e.Reasons {
			text += r.Text + "\n"
		}
		golden(t, "next."+string(language)+".txt", []byte(text))
	}
}
