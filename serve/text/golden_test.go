package text

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/score/scoretest"
	"github.com/etappe/etappe/serve/servetest"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files")

// golden holds a text against testdata/name. Numbers in JSON may differ in the
// last digits, as between processors.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -rewrite to make it)", err)
	}
	if filepath.Ext(name) != ".json" {
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (run with -rewrite if it is meant):\n%s", path, diff)
		}
		return
	}
	var a, b any
	if err := json.Unmarshal(want, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("%s (run with -rewrite if it is meant):\n%s", path, diff)
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

// languages are those that the sentences are written in.
var languages = []Language{English, German}

func TestGoldenAnswer(t *testing.T) {
	s := scoretest.Linear(t)
	answers, err := s.Score(scoretest.Now(s), servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	English.Answers(answers)
	golden(t, "answer.json", pretty(t, answers[0]))
}

// explained is the movement of the account of the golden files, in a language.
func explained(t *testing.T, l Language, s *score.Scorer, from, to *score.Input) *explain.Explanation {
	t.Helper()
	e, err := explain.Explain(s, from, to, servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	l.Explanation(e)
	return e
}

func TestGoldenExplanation(t *testing.T) {
	s := scoretest.Linear(t)
	for _, l := range languages {
		e := explained(t, l, s, scoretest.Then(s), scoretest.Now(s))
		golden(t, "explanation."+l.String()+".json", pretty(t, e))
		golden(t, "waterfall."+l.String()+".txt", []byte(e.Sentence+"\n\n"+l.Waterfall(e, 100)))
	}
}

// TestGoldenIsHeld is the negative control: a changed number is noticed.
func TestGoldenIsHeld(t *testing.T) {
	s := scoretest.Linear(t)
	answers, err := s.Score(scoretest.Now(s), servetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	a, b := answers[0], answers[0]
	b.HealthScore = math.Nextafter(b.HealthScore+1e-6, 100)
	if cmp.Equal(a, b, cmpopts.EquateApprox(0, 1e-9)) {
		t.Error("the comparison lets a changed score through")
	}
}

func TestGoldenAgainst(t *testing.T) {
	s := scoretest.LinearPeers(t)
	for _, l := range languages {
		text := ""
		for _, r := range []explain.Reference{explain.ReferenceCluster, explain.ReferenceRenewedPeers} {
			e, err := explain.Against(s, scoretest.Now(s), r, servetest.Now)
			if err != nil {
				t.Fatal(err)
			}
			l.Explanation(e)
			text += e.Sentence + "\n\n"
			for _, reason := range e.Reasons {
				text += reason.Text + "\n"
			}
			text += "\n" + l.Waterfall(e, 100) + "\n"
		}
		golden(t, "against."+l.String()+".txt", []byte(text))
	}
}

// unreached is the later moment of the golden files, the rollout not reached.
func unreached(s *score.Scorer) *score.Input {
	in := scoretest.Now(s)
	in.Journey.Reached = [][]float64{{12}, {math.NaN()}}
	return in
}

func TestGoldenNext(t *testing.T) {
	s := scoretest.LinearPeers(t)
	for _, l := range languages {
		e := explained(t, l, s, scoretest.Then(s), unreached(s))
		text := e.NextMilestone.Text + "\n"
		for _, r := range e.Reasons {
			text += r.Text + "\n"
		}
		golden(t, "next."+l.String()+".txt", []byte(text))
	}
}

func TestGoldenStage(t *testing.T) {
	s := scoretest.LinearPeers(t)
	for _, l := range languages {
		in := unreached(s)
		in.Journey.Tenure[0] = 15
		row, err := s.Row(in)
		if err != nil {
			t.Fatal(err)
		}
		stage, err := explain.StageOf(s, row, -1)
		if err != nil {
			t.Fatal(err)
		}
		l.Stage(stage)
		golden(t, "stage."+l.String()+".json", pretty(t, stage))
	}
}
