package explain

import (
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

// now is the present time of every test.
var now = servetest.Now

var testMeta = scoretest.Meta

func testArtifact(t testing.TB) *artifact.Artifact { return servetest.Artifact(t) }

func simulated(rows int, seed uint64) (*models.Sample, *models.Journey) {
	return servetest.Simulated(rows, seed)
}

func testScorer(t testing.TB) *score.Scorer { return scoretest.Scorer(t) }

func scorerOf(t testing.TB, a *artifact.Artifact) *score.Scorer { return scoretest.Of(t, a) }

func testInput(s *score.Scorer, rows int, seed uint64) *score.Input {
	return scoretest.Input(s, rows, seed)
}

func row(in *score.Input, i int) *score.Input { return scoretest.Row(in, i) }

func linearScorer(t testing.TB) *score.Scorer { return scoretest.Linear(t) }

func linearThen(s *score.Scorer) *score.Input { return scoretest.Then(s) }

func linearNow(s *score.Scorer) *score.Input { return scoretest.Now(s) }

// at is the catalogue position of a feature.
func at(s *score.Scorer, feature string) int {
	j, _ := s.FeatureIndex(feature)
	return j
}

// fataler is what testing.TB and rapid.T share.
type fataler interface {
	Helper()
	Fatal(args ...any)
}

func scoreAll(t fataler, s *score.Scorer, in *score.Input) []score.Answer {
	t.Helper()
	answers, err := s.Score(in, now)
	if err != nil {
		t.Fatal(err)
	}
	return answers
}
