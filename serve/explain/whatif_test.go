package explain

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"testing"

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
			w := whatIfOf(t, s, in, feature)
			j, present := at(s, feature), false
			d := &s.Catalog().Definitions[j]
			ladder := s.Ladder(s.ClusterIndex(before.Cluster.ID), j).Values
			low, high := ladder[0], ladder[len(ladder)-1]
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
			if w.HealthScore != before.HealthScore || len(w.Points) > 40+3 || len(w.Points) < 2 {
				t.Errorf("%s: %d points, %v", feature, len(w.Points), w.HealthScore)
			}
		}
	}
}

// Without peers, the model's own cuts bound what was observed.
func TestWhatIfWithoutPeers(t *testing.T) {
	s := testScorer(t)
	w := whatIfOf(t, s, testInput(s, 1, 26), "active_users_28d")
	if len(w.Points) < 5 || w.Peers != nil {
		t.Errorf("%+v", w)
	}
}

// A feature of which nothing was observed, that is not actionable or that the model
// does not read has no what-if.
func TestNoWhatIf(t *testing.T) {
	s := linearScorer(t) // neither peers nor tables
	m, err := s.Row(linearNow(s))
	if err != nil {
		t.Fatal(err)
	}
	list, err := WhatIfs(s, m, len(s.Fields()), 0)
	if err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	for _, w := range everyWhatIf(t, testScorer(t), testInput(testScorer(t), 1, 26)) {
		if !w.Definition.Actionable {
			t.Errorf("%s is not actionable", w.Feature)
		}
	}
}

// Of all curves, WhatIfs computes those that move the score most, to the bit.
func TestWhatIfsAreTheStrongest(t *testing.T) {
	s := actionable(t, "ticket.count_28d", "report.trend", "plan", "nps.last")
	pool := testInput(s, 40, 25)
	for i := range pool.Frame.Rows() {
		in := row(pool, i)
		m, err := s.Row(in)
		if err != nil {
			t.Fatal(err)
		}
		all := everyWhatIf(t, s, in)
		slices.SortStableFunc(all, func(a, b *WhatIf) int { return cmp.Compare(reachOf(b), reachOf(a)) })
		for n := 1; n <= len(all); n++ {
			list, err := WhatIfs(s, m, n, 0.1)
			if err != nil {
				t.Fatal(err)
			}
			slices.SortStableFunc(list, func(a, b *WhatIf) int { return cmp.Compare(reachOf(b), reachOf(a)) })
			for at, want := range all[:n] {
				if reachOf(want) < 0.1 {
					break
				}
				if at >= len(list) || !reflect.DeepEqual(list[at], want) {
					t.Fatalf("row %d: number %d of %d is not %s", i, at+1, n, want.Feature)
				}
			}
		}
	}
}

// reachOf is how far the score moves over the values.
func reachOf(w *WhatIf) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range w.Points {
		low, high = min(low, p.HealthScore), max(high, p.HealthScore)
	}
	return high - low
}

// everyWhatIf computes the curves of all actionable features.
func everyWhatIf(t testing.TB, s *score.Scorer, in *score.Input) []*WhatIf {
	t.Helper()
	m, err := s.Row(in)
	if err != nil {
		t.Fatal(err)
	}
	list, err := whatIfs(s, m, curvesOf(s, m, whatIfFields(s)))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// whatIfOf computes the curve of one actionable feature.
func whatIfOf(t testing.TB, s *score.Scorer, in *score.Input, feature string) *WhatIf {
	t.Helper()
	for _, w := range everyWhatIf(t, s, in) {
		if w.Feature == feature {
			return w
		}
	}
	t.Fatalf("%s has no what-if", feature)
	return nil
}
