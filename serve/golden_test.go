package serve

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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

func TestGoldenAnswer(t *testing.T) {
	s := linearScorer(t)
	answers, err := s.Score(linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "answer.json", pretty(t, answers[0]))
}

func TestGoldenExplanation(t *testing.T) {
	s := linearScorer(t)
	for _, language := range []Language{English, German} {
		to := linearNow(s)
		to.Language = language
		e, err := s.Explain(linearThen(s), to, now)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "explanation."+string(language)+".json", pretty(t, e))
		golden(t, "waterfall."+string(language)+".txt", []byte(e.Sentence+"\n\n"+e.Waterfall(100)))
	}
}

// TestGoldenIsHeld is the negative control: a changed number is noticed.
func TestGoldenIsHeld(t *testing.T) {
	s := linearScorer(t)
	answers, err := s.Score(linearNow(s), now)
	if err != nil {
		t.Fatal(err)
	}
	a, b := answers[0], answers[0]
	b.HealthScore = math.Nextafter(b.HealthScore+1e-6, 100)
	if cmp.Equal(a, b, cmpopts.EquateApprox(0, 1e-9)) {
		t.Error("the comparison lets a changed score through")
	}
}
