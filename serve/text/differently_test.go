package text

import (
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/explain"
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
