package explain

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
)

// What sets an account apart from its cluster or from renewed peers adds up
// exactly, path measured or not, values missing or not.
func TestAgainstAddsUp(t *testing.T) {
	s := scoretest.WithPeers(t)
	pool := testInput(s, 60, 23)
	rapid.Check(t, func(t *rapid.T) {
		_, in := scoretest.Pair(t, pool)
		for _, r := range []Reference{ReferenceCluster, ReferenceRenewedPeers} {
			e, err := Against(s, in, r, now)
			if r == ReferenceRenewedPeers && groupAt(t, s, in) == "" {
				if !errors.Is(err, score.ErrInput) {
					t.Fatalf("no cluster, and peers all the same: %v", err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			checkExact(t, e)
			checkWaterfall(t, e)
			logOdds := 0.0
			for _, b := range e.Bars {
				logOdds += b.LogOdds
			}
			if z := models.Logit(e.To.ChurnProbability) - models.Logit(e.From.ChurnProbability); math.Abs(logOdds-z) > 1e-9 {
				t.Fatalf("%s: log-odds of bars %v, apart by %v", r, logOdds, z)
			}
		}
	})
}

// Against the cluster, the bars are the answer's contributions.
func TestAgainstClusterIsTheAnswer(t *testing.T) {
	s := scoretest.WithPeers(t)
	pool := testInput(s, 20, 24)
	for i, a := range scoreAll(t, s, pool) {
		e, err := Against(s, row(pool, i), ReferenceCluster, now)
		if err != nil {
			t.Fatal(err)
		}
		bars := map[string]float64{}
		for _, b := range e.Bars {
			bars[b.Feature] = b.Points
		}
		for _, c := range a.Contributions {
			if math.Abs(bars[c.Feature]-c.Points) > 3.0/gridPerPoint {
				t.Errorf("%s: %v, the answer says %v", c.Feature, bars[c.Feature], c.Points)
			}
		}
		if e.From.HealthScore != onGrid(a.Baseline.Points) {
			t.Errorf("from %v, baseline %v", e.From.HealthScore, a.Baseline.Points)
		}
	}
}

// The typical renewed account, held against itself, has nothing to explain but
// where it stands on the path; and it is of the account's time.
func TestAgainstPeersOfThePeer(t *testing.T) {
	s := scoretest.LinearPeers(t)
	in := linearNow(s)
	for j := range in.Frame.Columns {
		if !ofTime(s.Definition(j)) {
			in.Frame.Columns[j] = []float64{s.Peers().Typical(0, j)}
		}
	}
	e, err := Against(s, in, ReferenceRenewedPeers, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range e.Bars {
		if b.Kind != KindMilestone {
			t.Errorf("%+v", b)
		}
	}
	in.Journey = nil
	e, err = Against(s, in, ReferenceRenewedPeers, now)
	if err != nil {
		t.Fatal(err)
	}
	if e.Change != 0 || len(e.Bars) != 0 {
		t.Errorf("%+v", e.Bars)
	}
}

func TestAgainstRefuses(t *testing.T) {
	s := linearScorer(t)
	for _, r := range []Reference{ReferencePrevious, ReferenceRenewedPeers, "neighbours"} {
		if _, err := Against(s, linearNow(s), r, now); !errors.Is(err, score.ErrInput) {
			t.Errorf("%s without peers: %v", r, err)
		}
	}
}
