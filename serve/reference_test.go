package serve

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/servetest"
)

// withItsPeers is the fitted artifact with the peers of its own clusters.
var withItsPeers = sync.OnceValues(func() (*artifact.Artifact, error) {
	first, err := servetest.Fitted()
	if err != nil {
		return nil, err
	}
	sample, journey := simulated(800, 7)
	assigned, err := first.Clusters.Assign(sample.Frame)
	if err != nil {
		return nil, err
	}
	sample.Cluster = assigned.Cluster
	c := &peers.Snapshots{Frame: sample.Frame, Journey: journey}
	if c.LogOdds, err = first.Churn.LogOdds(sample.Frame); err != nil {
		return nil, err
	}
	for i, churned := range sample.Churned {
		c.Account, c.Renewed = append(c.Account, int32(i)), append(c.Renewed, !churned)
	}
	a := *first
	a.Peers, err = peers.Fit(c, first.Clusters.K())
	return &a, err
})

// scorerWithPeers is the fitted scorer with peers.
func scorerWithPeers(t testing.TB) *Scorer {
	t.Helper()
	a, err := withItsPeers()
	if err != nil {
		t.Fatal(err)
	}
	return scorerOf(t, a)
}

// What sets an account apart from its cluster or from renewed peers adds up
// exactly, path measured or not, values missing or not.
func TestAgainstAddsUp(t *testing.T) {
	s := scorerWithPeers(t)
	pool := testInput(s, 60, 23)
	rapid.Check(t, func(t *rapid.T) {
		_, in := pair(t, pool)
		for _, r := range []Reference{ReferenceCluster, ReferenceRenewedPeers} {
			e, err := s.Against(in, r, now)
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
	s := scorerWithPeers(t)
	pool := testInput(s, 20, 24)
	for i, a := range scoreAll(t, s, pool) {
		e, err := s.Against(pool.row(i), ReferenceCluster, now)
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
	s := withPeers(t, linearScorer(t))
	in := linearNow(s)
	for j := range in.Frame.Columns {
		if !s.ofTime(j) {
			in.Frame.Columns[j] = []float64{s.peers.Typical(0, j)}
		}
	}
	e, err := s.Against(in, ReferenceRenewedPeers, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range e.Bars {
		if b.Kind != KindMilestone {
			t.Errorf("%+v", b)
		}
	}
	in.Journey = nil
	e, err = s.Against(in, ReferenceRenewedPeers, now)
	if err != nil {
		t.Fatal(err)
	}
	if e.Change != 0 || len(e.Bars) != 0 || !strings.Contains(e.Sentence, "as much as") {
		t.Errorf("%q, %+v", e.Sentence, e.Bars)
	}
}

func TestAgainstRefuses(t *testing.T) {
	s := linearScorer(t)
	for _, r := range []Reference{ReferencePrevious, ReferenceRenewedPeers, "neighbours"} {
		if _, err := s.Against(linearNow(s), r, now); !errors.Is(err, ErrInput) {
			t.Errorf("%s without peers: %v", r, err)
		}
	}
}

func TestGoldenAgainst(t *testing.T) {
	s := withPeers(t, linearScorer(t))
	for _, language := range []Language{English, German} {
		in := linearNow(s)
		in.Language = language
		text := ""
		for _, r := range []Reference{ReferenceCluster, ReferenceRenewedPeers} {
			e, err := s.Against(in, r, now)
			if err != nil {
				t.Fatal(err)
			}
			text += e.Sentence + "\n\n"
			for _, reason := range e.Reasons {
				text += reason.Text + "\n"
			}
			text += "\n" + e.Waterfall(100) + "\n"
		}
		golden(t, "against."+string(language)+".txt", []byte(text))
	}
}
