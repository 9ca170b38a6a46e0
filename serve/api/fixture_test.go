package api

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/servetest"
)

// now is the present time of every test.
var now = servetest.Now

// The dates of the test history. At the last one two models answered.
var (
	january  = servetest.January
	february = servetest.February
	march    = servetest.March
)

// chronicled are the accounts of the test history.
var chronicled = servetest.Accounts

// The model in service, and the one before.
var (
	testMeta = score.Meta{Version: servetest.Version, TrainedAt: servetest.TrainedAt}
	oldMeta  = score.Meta{Version: servetest.OldVersion, TrainedAt: servetest.OldTrainedAt}
)

func testArtifact(t testing.TB) *artifact.Artifact { return servetest.Artifact(t) }

func testScorer(t testing.TB) *score.Scorer { return scorerOf(t, testArtifact(t), testMeta) }

// oldScorer is an earlier model on the same catalogue, on another scale.
func oldScorer(t testing.TB) *score.Scorer {
	t.Helper()
	a := testArtifact(t)
	a.Points.Anchor -= 0.4
	return scorerOf(t, a, oldMeta)
}

func scorerOf(t testing.TB, a *artifact.Artifact, meta score.Meta) *score.Scorer {
	t.Helper()
	s, err := score.New(a, meta, score.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testInput is a batch of simulated accounts that training has not seen.
func testInput(s *score.Scorer, rows int, seed uint64) *score.Input {
	sample, journey := servetest.Simulated(rows, seed)
	in := &score.Input{Frame: &models.Frame{Fields: s.Fields(), Columns: sample.Columns}, Journey: journey}
	for i := range rows {
		in.AccountIDs = append(in.AccountIDs, "a"+string(rune('0'+i%10)))
		in.AsOf = append(in.AsOf, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	}
	return in
}

// rowOf cuts one row out of a batch.
func rowOf(in *score.Input, i int) *score.Input {
	one := &score.Input{
		Frame: in.Frame.Select([]int{i}), AccountIDs: in.AccountIDs[i : i+1], AsOf: in.AsOf[i : i+1],
		Journey: &models.Journey{Milestones: in.Journey.Milestones, Tenure: in.Journey.Tenure[i : i+1]},
	}
	for _, reached := range in.Journey.Reached {
		one.Journey.Reached = append(one.Journey.Reached, reached[i:i+1])
	}
	return one
}

// scoreAll answers for a batch.
func scoreAll(t testing.TB, s *score.Scorer, in *score.Input) []score.Answer {
	t.Helper()
	answers, err := s.Score(in, now)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// monthly is a batch of the chronicled accounts at a date.
func monthly(s *score.Scorer, date time.Time, seed uint64) *score.Input {
	in := testInput(s, len(chronicled), seed)
	in.AccountIDs = chronicled
	for i := range in.AsOf {
		in.AsOf[i] = date
	}
	return in
}

// chronicle is a history of three months: two by the old model, the third by
// both.
func chronicle(t testing.TB) *history.Store {
	t.Helper()
	store := servetest.Store(t)
	before, after := oldScorer(t), testScorer(t)
	for _, step := range []struct {
		s    *score.Scorer
		date time.Time
		seed uint64
	}{{before, january, 21}, {before, february, 22}, {before, march, 23}, {after, march, 23}} {
		list, err := account.Snapshots(step.s, monthly(step.s, step.date, step.seed))
		if err != nil {
			t.Fatal(err)
		}
		servetest.Write(t, store, chronicled, list)
		if _, err := store.Write(t.Context(), history.Batch{Snapshots: list, Whole: step.date}); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// chronicleServer serves the test history.
func chronicleServer(t testing.TB) *Server {
	t.Helper()
	old := oldScorer(t)
	server := NewServer(ServerOptions{Clock: func() time.Time { return now }, History: chronicle(t), Models: func(version string) (*score.Scorer, error) {
		if version == oldMeta.Version {
			return old, nil
		}
		return nil, fmt.Errorf("%w: %s", artifact.ErrNotFound, version)
	}})
	server.Swap(testScorer(t))
	return server
}

// checkSums holds an answer to both of its sums.
func checkSums(t testing.TB, a score.Answer) {
	t.Helper()
	logOdds, points := a.Baseline.LogOdds, a.Baseline.Points
	for _, c := range a.Contributions {
		logOdds += c.LogOdds
		points += c.Points
	}
	if z := models.Logit(a.ChurnProbability); !(math.Abs(logOdds-z) <= 1e-9) {
		t.Errorf("%s: baseline and contributions give log-odds %v, the probability has %v", a.AccountID, logOdds, z)
	}
	if !(math.Abs(points-a.HealthScore) <= 1e-9) {
		t.Errorf("%s: baseline and contributions give %v points, the health score is %v", a.AccountID, points, a.HealthScore)
	}
	if !(a.HealthScore >= 0 && a.HealthScore <= 100) {
		t.Errorf("%s: health score %v", a.AccountID, a.HealthScore)
	}
	if !(a.Interval.Low <= a.ChurnProbability && a.ChurnProbability <= a.Interval.High) {
		t.Errorf("%s: probability %v outside %v", a.AccountID, a.ChurnProbability, a.Interval)
	}
}

func pretty(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}
