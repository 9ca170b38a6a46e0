package score

import (
	"math"
	"testing"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/servetest"
)

// now is the present time of every test.
var now = servetest.Now

var testMeta = Meta{Version: servetest.Version, TrainedAt: servetest.TrainedAt}

func testCatalog() *catalog.Catalog { return servetest.Catalog() }

func testArtifact(t testing.TB) *artifact.Artifact { return servetest.Artifact(t) }

func simulated(rows int, seed uint64) (*models.Sample, *models.Journey) {
	return servetest.Simulated(rows, seed)
}

func testScorer(t testing.TB) *Scorer { return scorerOf(t, testArtifact(t)) }

func scorerOf(t testing.TB, a *artifact.Artifact) *Scorer {
	t.Helper()
	s, err := New(a, testMeta, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testInput is a batch of simulated accounts that training has not seen.
func testInput(s *Scorer, rows int, seed uint64) *Input {
	sample, journey := simulated(rows, seed)
	in := &Input{Frame: &models.Frame{Fields: s.fields, Columns: sample.Columns}, Journey: journey}
	for i := range rows {
		in.AccountIDs = append(in.AccountIDs, "a"+string(rune('0'+i%10)))
		in.AsOf = append(in.AsOf, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	}
	return in
}

// row cuts one row out of a batch.
func (in *Input) row(i int) *Input {
	one := &Input{
		Frame: in.Frame.Select([]int{i}), AccountIDs: in.AccountIDs[i : i+1], AsOf: in.AsOf[i : i+1],
		Detail: in.Detail,
	}
	if in.Journey != nil {
		one.Journey = &models.Journey{Milestones: in.Journey.Milestones, Tenure: in.Journey.Tenure[i : i+1]}
		for _, reached := range in.Journey.Reached {
			one.Journey.Reached = append(one.Journey.Reached, reached[i:i+1])
		}
	}
	return one
}

// linearScorer answers with the hand-made model.
func linearScorer(t testing.TB) *Scorer { return scorerWith(t, servetest.Churn{}) }

func scorerWith(t testing.TB, churn ChurnModel) *Scorer {
	t.Helper()
	s, err := NewWith(servetest.LinearArtifact(t), churn, testMeta, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// linearNow is one account of the hand-made model.
func linearNow(s *Scorer) *Input {
	in := &Input{
		Frame: &models.Frame{Fields: s.fields}, AccountIDs: []string{"acme-17"}, AsOf: []time.Time{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		Journey: &models.Journey{Milestones: []string{"first_report", "rollout"}, Tenure: []float64{520}, Reached: [][]float64{{12}, {500}}},
	}
	for _, v := range []float64{18, 121, 10, -0.81, 3, 0.8, 4, math.NaN(), 520, 90, 1} {
		in.Frame.Columns = append(in.Frame.Columns, []float64{v})
	}
	return in
}
