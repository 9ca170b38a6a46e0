package explain

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
)

// actionable is the scorer with peers and further features marked actionable.
func actionable(t testing.TB, names ...string) *score.Scorer {
	t.Helper()
	a := scoretest.PeersArtifact(t)
	list := *a.Catalog
	list.Definitions = slices.Clone(list.Definitions)
	for _, name := range names {
		list.Definitions[list.Index(name)].Actionable = true
	}
	a.Catalog = &list
	a.Fingerprint = list.Fingerprint()
	return scorerOf(t, a)
}

// Every point of a what-if is the score of the account with that value and
// nothing else changed; the present value is among them; none is outside what
// was observed, but for it.
func TestWhatIfIsTheScore(t *testing.T) {
	s := actionable(t, "ticket.count_28d", "report.trend", "plan", "nps.last")
	pool := testInput(s, 12, 25)
	for i := range pool.Frame.Rows() {
		in := row(pool, i)
		before := scoreAll(t, s, in)[0]
		for _, feature := range []string{"active_users_28d", "ticket.count_28d", "report.trend", "plan", "nps.last"} {
			w, err := WhatIfOf(s, in, feature)
			if err != nil {
				t.Fatal(err)
			}
			j, present := at(s, feature), false
			d := &s.Catalog().Definitions[j]
			low, high := observed(s, s.ClusterIndex(before.Cluster.ID), j)
			for _, p := range w.Points {
				other := row(in, 0)
				x, isNumber := p.Value.(float64)
				if !isNumber {
					x = float64(slices.Index(d.Levels, p.Value.(string)))
				} else if p.Value != w.Value && (x < low || x > high) {
					t.Errorf("%s: %v is outside %v to %v", feature, x, low, high)
				}
				other.Frame.Columns[j] = []float64{x}
				if after := scoreAll(t, s, other)[0]; after.Cluster.ID == before.Cluster.ID &&
					(after.HealthScore != p.HealthScore || after.ChurnProbability != p.ChurnProbability) {
					t.Errorf("%s at %v: %v, the score is %v", feature, p.Value, p.HealthScore, after.HealthScore)
				}
				if p.Value == w.Value {
					present = math.Abs(p.HealthScore-w.HealthScore) < 1e-9
				}
			}
			if !present && w.Value != nil {
				t.Errorf("%s: the present value %v and score %v are not on the curve", feature, w.Value, w.HealthScore)
			}
			if w.HealthScore != before.HealthScore || len(w.Points) > whatIfSteps+3 || len(w.Points) < 2 {
				t.Errorf("%s: %d points, %v", feature, len(w.Points), w.HealthScore)
			}
		}
	}
}

// Without peers, the model's own cuts bound what was observed.
func TestWhatIfWithoutPeers(t *testing.T) {
	s := testScorer(t)
	w, err := WhatIfOf(s, testInput(s, 1, 26), "active_users_28d")
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Points) < 5 || w.Peers != nil {
		t.Errorf("%+v", w)
	}
}

func TestWhatIfRefuses(t *testing.T) {
	s := linearScorer(t) // neither peers nor tables
	for _, feature := range []string{"active_users_28d", "ticket.count_28d", "no_such_feature", "milestone:rollout"} {
		if _, err := WhatIfOf(s, linearNow(s), feature); !errors.Is(err, score.ErrInput) {
			t.Errorf("%s: %v", feature, err)
		}
	}
}

func TestLadder(t *testing.T) {
	if got := ladder(0, 41); len(got) != 22 || got[1] != 2 || got[20] != 40 {
		t.Errorf("%v", got)
	}
	if got := ladder(3, 3); !slices.Equal(got, []float64{3, 3}) {
		t.Errorf("%v", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e6, 1e6).Draw(t, "low")
		high := low + rapid.Float64Range(0, 1e6).Draw(t, "width")
		values := ladder(low, high)
		if len(values) > whatIfSteps+3 || values[0] != low || values[len(values)-1] != high || !slices.IsSorted(values) {
			t.Fatalf("%v to %v: %v", low, high, values)
		}
	})
}
