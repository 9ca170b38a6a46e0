package account

import (
	"testing"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// wideScorer serves wideArtifact.
func wideScorer(t testing.TB) *score.Scorer { return scoretest.Of(t, wideArtifact(t)) }

// wideArtifact is a model of 80 features, of which 47 can be acted on, with peers.
func wideArtifact(t testing.TB) *artifact.Artifact {
	t.Helper()
	a := servetest.WideArtifact(t)
	list := *a.Catalog
	list.Definitions = append([]catalog.Definition{}, list.Definitions...)
	actionable := 0
	for j := range list.Definitions {
		list.Definitions[j].Actionable = actionable < 47 && !list.Definitions[j].Categorical()
		if list.Definitions[j].Actionable {
			actionable++
		}
	}
	a.Catalog, a.Fingerprint = &list, list.Fingerprint()
	sample, journey := servetest.WideSample(400)
	c := &peers.Snapshots{Frame: sample.Frame, Journey: journey, LogOdds: make([]float64, 400)}
	clusters := 1
	if a.Clusters != nil {
		clusters = a.Clusters.K()
		assigned, err := a.Clusters.Assign(sample.Frame)
		if err != nil {
			t.Fatal(err)
		}
		sample.Frame.Cluster = assigned.Cluster
	}
	for i, churned := range sample.Churned {
		c.Account, c.Renewed = append(c.Account, int32(i)), append(c.Renewed, !churned)
	}
	var err error
	if a.Peers, err = peers.Fit(c, clusters); err != nil {
		t.Fatal(err)
	}
	return a
}

// wideTimeline is one account at two dates a month apart.
func wideTimeline(t testing.TB, s *score.Scorer) []history.Snapshot {
	t.Helper()
	sample, journey := servetest.WideSample(2)
	in := &score.Input{
		Frame: &models.Frame{Fields: s.Fields(), Columns: sample.Columns}, Journey: journey,
		AccountIDs: []string{"acme", "acme"}, AsOf: []time.Time{servetest.February, servetest.March},
	}
	list, err := Snapshots(s, in)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// pageOf computes what an account's page shows, from a timeline that is read
// already, and returns the number of what-ifs.
func pageOf(t testing.TB, a *Service, timeline []history.Snapshot) int {
	t.Helper()
	e, err := a.Movement(timeline, time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	row, err := a.RowShown(&timeline[len(timeline)-1], e)
	if err != nil {
		t.Fatal(err)
	}
	s := row.Scorer()
	if _, err := row.Answer(s.Info(now)); err != nil {
		t.Fatal(err)
	}
	if _, err := explain.StageOf(s, row, -1); err != nil {
		t.Fatal(err)
	}
	list, err := explain.WhatIfs(s, row, 6, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// BenchmarkAccountPage computes the data of an account's page: the movement between
// two dates, the answer, the stage and the strongest what-ifs of 47 features. scores
// is how many scores of one row with all contributions take as much processor time,
// the garbage collector's included, batches of each by turns in one run.
func BenchmarkAccountPage(b *testing.B) {
	s := wideScorer(b)
	timeline := wideTimeline(b, s)
	a := New(Options{Clock: func() time.Time { return now }, Current: func() (*score.Scorer, error) { return s, nil }})
	in, err := Restore(s, &timeline[1])
	if err != nil {
		b.Fatal(err)
	}
	const batch = 100
	page, one := time.Duration(0), time.Duration(0)
	curves := 0
	for b.Loop() {
		start := cpuTime()
		for range batch {
			curves = pageOf(b, a, timeline)
		}
		middle := cpuTime()
		for range batch {
			if _, err := s.Score(in, now); err != nil {
				b.Fatal(err)
			}
		}
		one, page = one+cpuTime()-middle, page+middle-start
	}
	b.ReportMetric(float64(page)/float64(one), "scores")
	b.ReportMetric(float64(curves), "curves")
}
