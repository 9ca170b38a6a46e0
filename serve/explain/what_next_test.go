package explain

import (
	"math"
	"slices"
	"testing"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
)

func whatNextOf(t testing.TB, s *score.Scorer, in *score.Input) (*score.Row, *WhatNext) {
	t.Helper()
	m, err := s.Row(in)
	if err != nil {
		t.Fatal(err)
	}
	n, err := WhatNextOf(s, m)
	if err != nil {
		t.Fatal(err)
	}
	return m, n
}

// What stands out is what the distance from renewed peers is made of: the sums of
// the groups of bars that lower the score, strongest first, time and missing values
// left out.
func TestStandOutsAreTheBars(t *testing.T) {
	s := scoretest.WithPeers(t)
	pool := testInput(s, 60, 31)
	found := 0
	for i := range pool.Frame.Rows() {
		in := row(pool, i)
		m, n := whatNextOf(t, s, in)
		if !hasPeers(s, m) {
			if n.Against != ReferenceCluster {
				t.Errorf("without peers held against %s", n.Against)
			}
			continue
		}
		e, err := Against(s, in, ReferenceRenewedPeers, now)
		if err != nil {
			t.Fatal(err)
		}
		sums := map[string]float64{}
		for j := range e.Bars {
			if b := &e.Bars[j]; (b.Kind == KindFeature || b.Kind == KindMilestone) && (b.Definition == nil || !b.Definition.OfTime()) {
				sums[b.group] += b.Points
			}
		}
		var want []float64
		for _, points := range sums {
			if points <= -score.QuietPoints {
				want = append(want, points)
			}
		}
		slices.Sort(want)
		want = want[:min(len(want), mostStandOuts)]
		if n.Against != ReferenceRenewedPeers || len(n.StandsOut) != len(want) {
			t.Fatalf("%d stand out against %s, want %d", len(n.StandsOut), n.Against, len(want))
		}
		for k, one := range n.StandsOut {
			if found++; math.Abs(one.Points-want[k]) > 1e-4 { // bars are on the grid
				t.Errorf("%s: %v points, the bars %v", one.Code, one.Points, want[k])
			}
			if j, ok := s.FeatureIndex(one.Bar.Feature); ok && !s.Definition(j).Categorical() {
				if low, high := s.Peers().Range(m.Cluster, j); one.Low == nil || *one.Low != low || *one.High != high {
					t.Errorf("%s: range %v to %v", one.Code, one.Low, one.High)
				}
			}
		}
	}
	if found == 0 {
		t.Error("nothing stands out anywhere")
	}
}

// A step reads as shown when the changed features are scored; it stays inside of what
// renewed peers do, to whole numbers of what is counted, to more use and not to less;
// the strongest comes first, one of each group.
func TestStepsAreScores(t *testing.T) {
	s := actionable(t, "ticket.count_28d", "report.trend", "nps.last")
	pool := testInput(s, 60, 32)
	steps, scored := 0, 0
	for i := range pool.Frame.Rows() {
		in := row(pool, i)
		before := scoreAll(t, s, in)[0]
		m, n := whatNextOf(t, s, in)
		groups := map[string]bool{}
		for k, one := range n.Steps {
			steps++
			j := at(s, one.Feature)
			from, to := one.From.(float64), one.To.(float64)
			if low, high := s.Peers().Range(m.Cluster, j); to < low || to > high || *one.Distance != to-from || from != in.Frame.Columns[j][0] {
				t.Errorf("%s: from %v to %v by %v, peers have %v to %v", one.Feature, from, to, *one.Distance, low, high)
			}
			if d := s.Definition(j); whole(d) && to != math.Trunc(to) || d.Theme == catalog.People && to < from {
				t.Errorf("%s leads to %v", one.Feature, to)
			}
			if k > 0 && one.Points > n.Steps[k-1].Points || one.Points < leastStep || groups[one.group] {
				t.Errorf("%s: %v points at place %d", one.Feature, one.Points, k)
			}
			groups[one.group] = true
			other := row(in, 0)
			other.Frame.Columns[j] = []float64{to}
			after := scoreAll(t, s, other)[0]
			if after.Cluster.ID != before.Cluster.ID {
				continue // a what-if keeps the cluster
			}
			if scored++; round1(round1(after.HealthScore)-round1(before.HealthScore)) != one.Points || after.HealthScore != one.HealthScore {
				t.Errorf("%s at %v: %v points, the score goes from %v to %v", one.Feature, to, one.Points, before.HealthScore, after.HealthScore)
			}
		}
	}
	if steps == 0 || scored == 0 {
		t.Errorf("%d steps, %d scored", steps, scored)
	}
}

// Without renewed peers there are no ranges for steps, so none are computed, and the
// level is compared with the cluster's average.
func TestWhatNextWithoutPeers(t *testing.T) {
	s := linearScorer(t)
	_, n := whatNextOf(t, s, linearNow(s))
	if n.Against != ReferenceCluster || len(n.Steps) != 0 || n.Steps == nil || n.StandsOut == nil {
		t.Errorf("%+v", n)
	}
	for _, one := range n.StandsOut {
		if one.Low != nil || one.Points >= 0 {
			t.Errorf("%+v", one)
		}
	}
}

// A nearer value with half of the gain is chosen over the best, and use never leads to
// less of it.
func TestStepIsTheNearestThatDoes(t *testing.T) {
	curve := func(d *catalog.Definition, now float64, health ...float64) *WhatIf {
		w := &WhatIf{Definition: d, Feature: d.Name, Value: now, HealthScore: health[int(now)]}
		for v, h := range health {
			w.Points = append(w.Points, WhatIfPoint{Value: float64(v), HealthScore: h})
		}
		return w
	}
	use := &catalog.Definition{Name: "use", Theme: catalog.Adoption, Measure: catalog.MeasureCount}
	idle := &catalog.Definition{Name: "idle", Theme: catalog.Adoption, Measure: catalog.MeasureRecency}
	tickets := &catalog.Definition{Name: "tickets", Theme: catalog.Support, Measure: catalog.MeasureCount}
	for _, c := range []struct {
		w    *WhatIf
		want any
	}{
		{curve(use, 0, 10, 12, 15, 19, 20), 2.},
		{curve(use, 4, 10, 12, 15, 19, 10), nil},
		{curve(use, 2, 30, 12, 10, 10.3, 10.4), 3.},
		{curve(idle, 3, 30, 25, 12, 10, 40), 1.},
		{curve(tickets, 3, 30, 25, 12, 10, 5), 1.},
		{curve(use, 0, 10, 10.04), nil},
	} {
		one := stepOf(c.w)
		if c.want == nil && one != nil || c.want != nil && (one == nil || one.To != c.want) {
			t.Errorf("%s from %v: %+v, want %v", c.w.Feature, c.w.Value, one, c.want)
		}
	}
}

// What another account does differently is what can be acted on and is associated with
// a higher score, with its own value; two accounts alike do nothing differently.
func TestDifferences(t *testing.T) {
	s := scoretest.WithPeers(t)
	pool := testInput(s, 30, 33)
	found := 0
	for i := 1; i < pool.Frame.Rows(); i++ {
		m, err := s.Row(row(pool, i-1))
		if err != nil {
			t.Fatal(err)
		}
		other, err := s.Row(row(pool, i))
		if err != nil {
			t.Fatal(err)
		}
		list, err := Differences(s, m, other)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			found++
			j := at(s, d.Feature)
			if !s.Definition(j).Actionable || d.Points < score.QuietPoints || d.Own != score.ValueOf(s.Definition(j), m.Frame.Columns[j][0]) ||
				d.Model != score.ValueOf(s.Definition(j), other.Frame.Columns[j][0]) {
				t.Errorf("%+v", d)
			}
		}
		if list, err := Differences(s, m, m); err != nil || len(list) != 0 {
			t.Errorf("an account differs from itself by %+v, %v", list, err)
		}
	}
	if found == 0 {
		t.Error("no two accounts differ")
	}
}
