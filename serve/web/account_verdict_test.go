package web

import (
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
)

// A change within what the whole score does by itself is not called more than
// that where only a part of it moved, and the doubt is about that part.
func TestVerdictOfAPart(t *testing.T) {
	e := &explain.Explanation{Verdict: explain.VerdictMoved, Noise: explain.Noise{Threshold: 12, Own: 4, Model: 2, Driver: 3.5, DriverThreshold: 2}}
	e.From.AsOf, e.To.AsOf, e.From.HealthScore, e.To.HealthScore = "2026-01-01", "2026-02-01", 60, 55
	for language, want := range map[text.Language][2]string{
		text.English: {"a part of the score moved", "3.5 points beyond what is usual for it; up to 2.0"},
		text.German:  {"Ein Teil des Scores", "um 3,5 Punkte über das hinaus"},
	} {
		verdict, doubt := Words{Language: language}.verdict(e)
		if !strings.Contains(verdict, want[0]) || !strings.Contains(doubt, want[1]) {
			t.Errorf("%q %q", verdict, doubt)
		}
	}
	w := Words{Language: text.English}
	e.Bars = []explain.Bar{{Kind: explain.KindModel, Shown: 1}}
	if verdict, _ := w.verdict(e); !strings.Contains(verdict, "moved it by −6.0, and a part of that is real") {
		t.Error(verdict)
	}
	e.Bars, e.To.HealthScore = nil, 40
	if verdict, doubt := w.verdict(e); !strings.HasPrefix(verdict, "Real: this is more") || !strings.Contains(doubt, "up to ±12.0 points") {
		t.Errorf("%q %q", verdict, doubt)
	}
}
