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
		{[]explain.Bar{cluster}, German, "anders gemessen (anderer Cluster +4,0)"},
	} {
		e := &explain.Explanation{Bars: c.bars, Verdict: explain.VerdictDifferently, Reference: explain.ReferencePrevious}
		if got := c.language.sentence(e); !strings.Contains(got, c.want) {
			t.Errorf("%q lacks %q", got, c.want)
		}
	}
}

// Of an account without a cluster at one of two dates it is named which date, and not why:
// it may have been too young or too quiet.
func TestSentenceOfTheFirstCluster(t *testing.T) {
	placed := explain.Moment{Cluster: score.Cluster{ID: "c1", Name: "reporting"}}
	for want, c := range map[string][2]explain.Moment{
		"measured differently (no cluster before, reporting now: data": {{}, placed},
		"measured differently (no cluster now: data":                   {placed, {}},
	} {
		e := &explain.Explanation{Verdict: explain.VerdictDifferently, Reference: explain.ReferencePrevious, From: c[0], To: c[1]}
		if got := English.sentence(e); !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
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

// A sentence of behaviour that is worth nothing, or the other way, names what the change
// of the score is associated with.
func TestSentenceOfBehaviourNamesTheScore(t *testing.T) {
	const named = "The change of the score is most associated with comments (−7.1)."
	for _, c := range []struct {
		person bool
		worth  float64
		want   bool
	}{{false, 1.4, true}, {false, -1.4, false}, {true, 0, true}} {
		e := &explain.Explanation{Verdict: explain.VerdictMoved, Reference: explain.ReferencePrevious}
		e.From.HealthScore, e.To.HealthScore = 65.6, 38.2
		e.Behaviour = []explain.Behaviour{{Driver: "ticket_opened", Person: c.person, Chance: .001, Since: "2025-05-20"}}
		first := explain.MoveReason{Behaviour: &e.Behaviour[0], Reason: score.Reason{Points: c.worth}, Shown: c.worth}
		if !c.person {
			first.Bar = &explain.Bar{Label: "tickets", Kind: explain.KindFeature}
		}
		e.Reasons = []explain.MoveReason{first, {Reason: score.Reason{Points: -7.1}, Shown: -7.1, Bar: &explain.Bar{Label: "comments", Kind: explain.KindFeature}}}
		if got := English.sentence(e); strings.Contains(got, named) != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
