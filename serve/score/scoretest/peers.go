package scoretest

import (
	"math"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/servetest"
)

// withItsPeers is the fitted artifact with the peers of its own clusters.
var withItsPeers = sync.OnceValues(func() (*artifact.Artifact, error) {
	first, err := servetest.Fitted()
	if err != nil {
		return nil, err
	}
	sample, journey := servetest.Simulated(800, 7)
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

// PeersArtifact is a copy of the fitted artifact with peers.
func PeersArtifact(t testing.TB) *artifact.Artifact {
	t.Helper()
	a, err := withItsPeers()
	if err != nil {
		t.Fatal(err)
	}
	one := *a
	return &one
}

// WithPeers is the fitted scorer with peers.
func WithPeers(t testing.TB) *score.Scorer {
	t.Helper()
	return Of(t, PeersArtifact(t))
}

// onePeers learns peers of the simulated history, in one cluster.
var onePeers = sync.OnceValues(func() (*peers.Peers, error) {
	sample, journey := servetest.Simulated(600, 7)
	c := &peers.Snapshots{Frame: sample.Frame, LogOdds: make([]float64, 600), Journey: journey}
	for i, churned := range sample.Churned {
		c.Account = append(c.Account, int32(i/2)) // two snapshots each
		c.Renewed = append(c.Renewed, !churned)
		c.LogOdds[i] = 0.3 * float64(i%7)
	}
	return peers.Fit(c, 1)
})

// LinearPeers is the hand-made scorer with peers.
func LinearPeers(t testing.TB) *score.Scorer {
	t.Helper()
	p, err := onePeers()
	if err != nil {
		t.Fatal(err)
	}
	a := servetest.LinearArtifact(t)
	a.Peers = p
	return LinearWith(t, a, servetest.Churn{})
}

// Pair draws one account at two dates from a batch: values change, go missing
// or come back, the path may be measured at either date.
func Pair(t *rapid.T, pool *score.Input) (from, to *score.Input) {
	draw := func(name string) *score.Input {
		in := Row(pool, rapid.IntRange(0, pool.Frame.Rows()-1).Draw(t, name))
		for j := range in.Frame.Columns {
			if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
				in.Frame.Columns[j] = []float64{math.NaN()}
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "measured") == 0 {
			in.Journey = nil
		}
		in.AccountIDs = []string{"a"}
		return in
	}
	from, to = draw("from"), draw("to")
	to.AsOf = []time.Time{from.AsOf[0].AddDate(0, 1, 0)}
	return from, to
}
