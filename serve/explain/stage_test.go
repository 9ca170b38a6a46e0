package explain

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
)

// stageOf is StageOf of a one-row input.
func stageOf(t *testing.T, s *score.Scorer, in *score.Input, k int) (*Stage, error) {
	t.Helper()
	m, err := s.Row(in)
	if err != nil {
		t.Fatal(err)
	}
	return StageOf(s, m, k)
}

// The stage of the hand-made path: its weights, days and shares are known.
func TestStage(t *testing.T) {
	s := linearScorer(t)
	in := linearNow(s)
	in.Journey.Tenure[0], in.Journey.Reached = 15, [][]float64{{12}, {math.NaN()}}
	stage, err := stageOf(t, s, in, -1)
	if err != nil {
		t.Fatal(err)
	}
	first, rollout := stage.Milestones[0], stage.Milestones[1]
	if first.Milestone != "first_report" || *first.ReachedOn != 12 || first.Overdue || *first.DueDay != 7 {
		t.Errorf("%+v", first)
	}
	if rollout.ReachedOn != nil || !rollout.Overdue || *rollout.DueDay != 14 || rollout.Share != 0.75 || rollout.Of != 0 {
		t.Errorf("%+v", rollout)
	}
	if want := in.AsOf[0].AddDate(0, 0, -1).Format(time.DateOnly); rollout.DueOn != want {
		t.Errorf("due on %s, want %s", rollout.DueOn, want)
	}
	if stage.Own != 0.4 || math.Abs(stage.Peers-(0.4*0.9+0.6*0.75)) > 1e-12 {
		t.Errorf("own %v, peers %v", stage.Own, stage.Peers)
	}
	if stage.PeersDay == nil || *stage.PeersDay != 14 { // .32 on day 7, .81 on day 14
		t.Errorf("peers' day %v", stage.PeersDay)
	}
	for _, one := range stage.Milestones {
		for i, p := range one.Curve {
			if i > 0 && (p.Day <= one.Curve[i-1].Day || p.Share < one.Curve[i-1].Share) {
				t.Errorf("%s: the curve falls at %v", one.Milestone, p)
			}
		}
		if last := one.Curve[len(one.Curve)-1].Day; last < stage.Day {
			t.Errorf("the curve ends on day %v, before the account's", last)
		}
	}
	in.Journey.Reached = [][]float64{{1}, {2}}
	if ahead, err := stageOf(t, s, in, 0); err != nil || ahead.PeersDay != nil || ahead.Own != 1 {
		t.Errorf("%+v, %v", ahead, err)
	}
}

// A milestone that is to be reached again lapses and returns: it is part of how much
// of the path the account has, and of no day on which the peers were where it is.
func TestStageOfALapsedMilestone(t *testing.T) {
	s := linearScorer(t)
	in := linearNow(s)
	in.Journey.Tenure[0], in.Journey.Reached = 400, [][]float64{{12}, {math.NaN()}}
	before, err := stageOf(t, s, in, -1)
	if err != nil || before.PeersDay == nil || *before.PeersDay != 14 {
		t.Fatalf("%+v, %v: 386 days behind for a milestone that is reached once", before, err)
	}
	shared := s.Catalog().Milestones
	t.Cleanup(func() { s.Catalog().Milestones = shared })
	s.Catalog().Milestones = append(slices.Clone(shared), catalog.MilestoneRule{Name: "rollout", Of: "first_report", Times: 1})
	stage, err := stageOf(t, s, in, -1)
	if err != nil || stage.PeersDay != nil || stage.Own != before.Own || stage.Peers != before.Peers {
		t.Errorf("%+v, %v: behind, though all that is reached once is reached", stage, err)
	}
	if !stage.Milestones[1].Repeats || stage.Milestones[0].Repeats {
		t.Errorf("%+v", stage.Milestones)
	}
	in.Journey.Reached = [][]float64{{math.NaN()}, {390}}
	if stage, err = stageOf(t, s, in, -1); err != nil || stage.PeersDay == nil || *stage.PeersDay != 0 {
		t.Errorf("%+v, %v: what was reached again hides what never was", stage, err)
	}
}

// What is overdue on the stage is what the next milestone is chosen from, and
// the account's place on the path is its path score.
func TestStageIsThePath(t *testing.T) {
	s := scoretest.WithPeers(t)
	pool := testInput(s, 40, 27)
	for i := range pool.Frame.Rows() {
		in := row(pool, i)
		m, err := s.Row(in)
		if err != nil {
			t.Fatal(err)
		}
		stage, err := StageOf(s, m, -1)
		if err != nil {
			t.Fatal(err)
		}
		if path := 50 + 50*(stage.Own-stage.Peers); math.Abs(path-m.Path.Path) > 1e-9 {
			t.Errorf("%v and %v behind them: a path of %v, it is %v", stage.Own, stage.Peers, path, m.Path.Path)
		}
		overdue := map[string]bool{}
		for _, one := range stage.Milestones {
			overdue[one.Milestone] = one.Overdue
		}
		if n := Next(s, m); n != nil && n.Overdue != overdue[n.Milestone] {
			t.Errorf("%+v", n)
		}
	}
}

func TestStageRefuses(t *testing.T) {
	s := linearScorer(t)
	without := linearNow(s)
	without.Journey = nil
	if _, err := stageOf(t, s, without, -1); !errors.Is(err, score.ErrInput) {
		t.Errorf("without milestones: %v", err)
	}
	if _, err := stageOf(t, s, linearNow(s), 7); !errors.Is(err, score.ErrInput) {
		t.Errorf("in an eighth cluster: %v", err)
	}
	unborn := linearNow(s)
	unborn.Journey.Tenure[0] = math.NaN()
	if _, err := stageOf(t, s, unborn, -1); !errors.Is(err, score.ErrInput) {
		t.Errorf("without tenure: %v", err)
	}
}
