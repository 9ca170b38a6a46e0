package serve

import (
	"testing"
	"time"

	"github.com/etappe/etappe/features"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/servetest"
)

// now is the present time of every test.
var now = servetest.Now

var testMeta = Meta{Version: servetest.Version, TrainedAt: servetest.TrainedAt}

func testCatalog() *features.Catalog { return servetest.Catalog() }

func fieldsOf(c *features.Catalog) []models.Field { return servetest.Fields(c) }

func testArtifact(t testing.TB) *artifact.Artifact { return servetest.Artifact(t) }

func simulated(rows int, seed uint64) (*models.Sample, *models.Journey) {
	return servetest.Simulated(rows, seed)
}

func testScorer(t testing.TB) *Scorer { return scorerOf(t, testArtifact(t)) }

func scorerOf(t testing.TB, a *artifact.Artifact) *Scorer {
	t.Helper()
	s, err := NewScorer(a, testMeta, Options{})
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
		Detail: in.Detail, Language: in.Language,
	}
	if in.Journey != nil {
		one.Journey = &models.Journey{Milestones: in.Journey.Milestones, Tenure: in.Journey.Tenure[i : i+1]}
		for _, reached := range in.Journey.Reached {
			one.Journey.Reached = append(one.Journey.Reached, reached[i:i+1])
		}
	}
	return one
}
