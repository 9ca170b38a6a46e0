package text

import (
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// What made a change that is no movement of the account is named with its points.
func TestSentenceOfADifferentMeasurement(t *testing.T) {
	data, cluster := explain.Bar{Kind: explain.KindDataQuality, Shown: -9.3}, explain.Bar{Kind: explain.KindCluster, Shown: 4}
	for _, c := range []struct {
		bars     []explain.Bar
		language Language
		want     string
	}{
		{[]explain.Bar{data, cluster}, English, "measured differently (data that came or went −9.3, another cluster +4.0)"},
		{[]explain.Bar{data}, English, "measured differently (data that came or went −9.3)"},
		{[]explain.Bar{cluster}, German, "anders gemessen (anderes Cluster +4,0)"},
	} {
		e := &explain.Explanation{Bars: c.bars, Verdict: explain.VerdictDifferently, Reference: explain.ReferencePrevious}
		if got := c.language.sentence(e); !strings.Contains(got, c.want) {
			t.Errorf("%q lacks %q", got, c.want)
		}
	}
}

// A reason of less than a tenth of the first is not named beside it.
func TestSentenceNamesReasonsThatCount(t *testing.T) {
	e := &explain.Explanation{Verdict: explain.VerdictMoved, Reference: explain.ReferencePrevious}
	e.From.HealthScore, e.To.HealthScore = 55, 41.1
	for i, shown := range []float64{-11.1, -0.3, -1.3, 1.2} {
		bar := &explain.Bar{Label: string(rune('a' + i)), Kind: explain.KindFeature}
		e.Reasons = append(e.Reasons, explain.MoveReason{Reason: score.Reason{Points: shown}, Shown: shown, Bar: bar})
	}
	got := English.sentence(e)
	if !strings.Contains(got, "a (−11.1) and c (−1.3)") || strings.Contains(got, "−0.3") {
		t.Errorf("%q", got)
	}
}
