package explain

import (
	"encoding/json"
	"errors"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
)

func TestMovementAddsUp(t *testing.T) {
	steep := testArtifact(t)
	steep.Points.PerDoubling = 45 // so that the cut takes part
	for name, s := range map[string]*score.Scorer{"plain": testScorer(t), "cut": scorerOf(t, steep)} {
		t.Run(name, func(t *testing.T) {
			pool := testInput(s, 60, 17)
			rapid.Check(t, func(t *rapid.T) {
				from, to := scoretest.Pair(t, pool)
				e, err := Explain(s, from, to, now)
				if err != nil {
					t.Fatal(err)
				}
				a, b := scoreAll(t, s, from)[0], scoreAll(t, s, to)[0]
				text, err := json.Marshal(e)
				if err != nil {
					t.Fatal(err)
				}
				var back Explanation
				if err := json.Unmarshal(text, &back); err != nil {
					t.Fatal(err)
				}
				logOdds := 0.0
				for _, bar := range back.Bars {
					logOdds += bar.LogOdds
				}
				checkExact(t, &back)
				const half = 0.5 / gridPerPoint
				if math.Abs(back.From.HealthScore-a.HealthScore) > half || math.Abs(back.To.HealthScore-b.HealthScore) > half {
					t.Fatalf("scores %v to %v, explained as %v to %v", a.HealthScore, b.HealthScore, back.From.HealthScore, back.To.HealthScore)
				}
				if z := models.Logit(b.ChurnProbability) - models.Logit(a.ChurnProbability); !(math.Abs(logOdds-z) <= 1e-9) {
					t.Fatalf("bars %v, log-odds moved by %v", logOdds, z)
				}
				if len(e.Reasons) > 4 {
					t.Fatalf("%+v", e)
				}
				checkOpposite(t, s, from, to, e)
				checkWaterfall(t, e)
			})
		})
	}
}

// checkExact: points are on the grid, and bars and themes sum to the change of
// the scores shown in any order, to the last bit.
func checkExact(t interface{ Fatalf(string, ...any) }, e *Explanation) {
	forth, back, themes := 0.0, 0.0, 0.0
	for i := range e.Bars {
		forth += e.Bars[i].Points
		back += e.Bars[len(e.Bars)-1-i].Points
		if p := e.Bars[i].Points; onGrid(p) != p {
			t.Fatalf("a bar of %v points is not on the grid", p)
		}
	}
	for _, theme := range e.Themes {
		themes += theme.Points
		shown := 0.0
		for _, i := range theme.Bars {
			shown += e.Bars[i].Shown
		}
		if math.Abs(shown-theme.Shown) > 1e-9 {
			t.Fatalf("theme %s shows %v, its bars %v", theme.Theme, theme.Shown, shown)
		}
	}
	if change := e.To.HealthScore - e.From.HealthScore; e.Change != change || forth != change || back != change || themes != change {
		t.Fatalf("bars %v, backwards %v, themes %v, change %v, scores moved by %v", forth, back, themes, e.Change, change)
	}
}

// checkOpposite: the way back has the same bars with the other sign.
func checkOpposite(t *rapid.T, s *score.Scorer, from, to *score.Input, e *Explanation) {
	back, err := Explain(s, to, from, now)
	if err != nil {
		t.Fatal(err)
	}
	turned := make([]Bar, len(back.Bars))
	if len(turned) != len(e.Bars) {
		t.Fatalf("%d bars, %d on the way back", len(e.Bars), len(turned))
	}
	for i, b := range back.Bars {
		b.From, b.To, b.Points, b.LogOdds = b.To, b.From, -b.Points+0, -b.LogOdds+0
		if b.Clusters != nil {
			b.Clusters = &[2]score.Cluster{b.Clusters[1], b.Clusters[0]}
		}
		b.Shown, b.Peers, b.Milestone = e.Bars[i].Shown, e.Bars[i].Peers, e.Bars[i].Milestone // of display, and of the later date
		turned[i] = b
	}
	options := cmpopts.IgnoreUnexported(Bar{})
	if diff := cmp.Diff(e.Bars, turned, options); diff != "" {
		t.Fatalf("the way back is not the opposite:\n%s", diff)
	}
}

// checkWaterfall: the numbers shown add up, rows and rest to their step, steps to
// the difference of the scores as shown.
func checkWaterfall(t interface{ Fatalf(string, ...any) }, e *Explanation) {
	w := e.Waterfall(4)
	tenths := func(v float64) int { return int(math.Round(v * 10)) }
	at := tenths(w.Before)
	low, high := w.Range()
	for _, s := range w.Steps {
		inside := 0
		for _, r := range s.Rows {
			inside += tenths(r.Bar.Shown)
			if tenths(r.To)-tenths(r.From) != tenths(r.Bar.Shown) || r.To < low || r.To > high {
				t.Fatalf("a row from %v to %v of %v points", r.From, r.To, r.Bar.Shown)
			}
		}
		if s.Rest != nil {
			inside += tenths(s.Rest.Points)
		}
		if tenths(s.From) != at || inside != tenths(s.Theme.Shown) || len(s.Rows) > 5 || s.Rest != nil && (len(s.Rows) != 4 || s.Rest.Bars < 2) {
			t.Fatalf("%s begins at %v, the steps before lead to %d tenths; its rows show %d of %v", s.Theme.Theme, s.From, at, inside, s.Theme.Shown)
		}
		at += inside
	}
	if at != tenths(w.After) {
		t.Fatalf("the steps lead to %d tenths, the score shown is %v", at, w.After)
	}
}

// TestKinds: each cause has its own kind of bar.
func TestKinds(t *testing.T) {
	s := linearScorer(t)
	e, err := Explain(s, linearThen(s), linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Kind{}
	for _, b := range e.Bars {
		got[b.Feature] = b.Kind
	}
	for feature, want := range map[string]Kind{
		"ticket.count_28d": KindFeature, "tenure_days": KindCalendar, "nps.last": KindDataQuality,
		"milestone:rollout": KindMilestone, score.OutlookCut: KindCut,
	} {
		if got[feature] != want {
			t.Errorf("%s is %q, want %q", feature, got[feature], want)
		}
	}
	if _, ok := got["cluster"]; ok {
		t.Error("a bar for a cluster that did not change")
	}
}

// TestFrozenAccount: where only time passed, only the calendar and overdue
// milestones move the score.
func TestFrozenAccount(t *testing.T) {
	s := testScorer(t)
	from := testInput(s, 1, 40)
	to := row(from, 0)
	to.Frame.Columns[8] = []float64{from.Frame.Columns[8][0] + 30}
	to.Frame.Columns[9] = []float64{from.Frame.Columns[9][0] - 30}
	to.Journey.Tenure = []float64{from.Journey.Tenure[0] + 30}
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 0, 30)}
	e, err := Explain(s, from, to, now)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bars) == 0 {
		t.Fatal("nothing moved")
	}
	for _, b := range e.Bars {
		if b.Kind != KindCalendar && b.Kind != KindMilestone {
			t.Errorf("%+v", b)
		}
	}
}

func TestNothingMoved(t *testing.T) {
	s := testScorer(t)
	in := testInput(s, 1, 41)
	e, err := Explain(s, in, row(in, 0), now)
	if err != nil {
		t.Fatal(err)
	}
	if e.Change != 0 || len(e.Bars) != 0 || len(e.Reasons) != 0 {
		t.Errorf("%+v", e)
	}
	if w := e.Waterfall(4); len(w.Steps) != 0 || w.Before != w.After {
		t.Errorf("%+v", w)
	}
}

// TestPathBeginsToBeMeasured: what cannot be told apart is one bar of data quality.
func TestPathBeginsToBeMeasured(t *testing.T) {
	s := linearScorer(t)
	from := linearThen(s)
	from.Journey = nil
	e, err := Explain(s, from, linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, b := range e.Bars {
		if b.Kind == KindMilestone {
			t.Errorf("a milestone moved from an unknown place: %+v", b)
		}
		if b.Feature == PathMeasured && b.Kind == KindDataQuality && b.From == false && b.To == true {
			found = true
		}
	}
	if !found {
		t.Errorf("no bar for the path: %+v", e.Bars)
	}
	if len(e.Warnings) != 1 || e.Warnings[0].Code != score.WarnPathNotMeasured {
		t.Errorf("warnings %v", e.Warnings)
	}
}

// TestClusterChange: an account measured with other peers has a bar for it.
func TestClusterChange(t *testing.T) {
	s := testScorer(t)
	if len(s.ClusterIDs()) < 2 {
		t.Fatal("the fixture has lost its second cluster")
	}
	pool := testInput(s, 60, 50)
	answers := scoreAll(t, s, pool)
	for i := range answers {
		if answers[i].Cluster.ID != answers[0].Cluster.ID {
			from, to := row(pool, 0), row(pool, i)
			to.AccountIDs = from.AccountIDs
			e, err := Explain(s, from, to, now)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range e.Bars {
				if b.Kind == KindCluster && b.From == answers[0].Cluster.ID && b.To == answers[i].Cluster.ID {
					return
				}
			}
			t.Fatalf("no bar for the cluster: %+v", e.Bars)
		}
	}
	t.Fatal("every account is in one cluster")
}

func TestExplainRefuses(t *testing.T) {
	s := testScorer(t)
	one, other := testInput(s, 1, 1), testInput(s, 1, 2)
	other.AccountIDs = []string{"b"}
	if _, err := Explain(s, one, other, now); !errors.Is(err, score.ErrInput) {
		t.Errorf("two accounts: %v", err)
	}
	if _, err := Explain(s, one, testInput(s, 2, 1), now); !errors.Is(err, score.ErrInput) {
		t.Errorf("two rows: %v", err)
	}
	if _, err := Explain(s, nil, one, now); !errors.Is(err, score.ErrInput) {
		t.Errorf("nothing: %v", err)
	}
}
