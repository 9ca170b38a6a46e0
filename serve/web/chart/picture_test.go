package chart_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/web/chart"
	"github.com/etappe/etappe/serve/web/chart/charttest"
)

func TestStageStaysInsideAndReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := chart.AnyStage(t)
		for _, width := range []float64{chart.Narrow, chart.Wide} {
			charttest.Check(t, chart.StageAt(v, width))
		}
	})
}

func TestTimelineStaysInsideAndReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := chart.AnyTimeline(t)
		for _, width := range []float64{chart.Narrow, chart.Wide} {
			charttest.Check(t, chart.TimelineAt(v, width))
		}
	})
}

// The states differ without colour.
func TestSignsDifferInShape(t *testing.T) {
	seen := map[string]chart.State{}
	for _, state := range []chart.State{chart.Reached, chart.Overdue, chart.Next, chart.Ahead} {
		picture := string(chart.Sign(state, "1"))
		if state == chart.Ahead {
			picture = strings.Replace(picture, "circle", "dashed circle", 1) // the stylesheet dashes its rim
		}
		_, _, shapes := charttest.Inspect(t, strings.Replace(picture, "dashed circle", "circle", 1))
		form := ""
		for _, s := range shapes {
			form += s.Tag + s.Attributes["d"] + " "
		}
		if state == chart.Ahead {
			form += "dashed"
		}
		if other, ok := seen[form]; ok {
			t.Errorf("%s and %s have the same shape", state, other)
		}
		seen[form] = state
	}
}

func TestCoinFillsAsFarAsTheScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := chart.Coin{Title: "x", Description: "y", Path: rapid.Float64Range(0.5, 100).Draw(t, "path"), Outlook: rapid.Float64Range(0.5, 100).Draw(t, "outlook"),
			PathText: "100.0", OutlookText: "100.0", PathName: "path", OutlookName: "Ausblick"}
		for _, s := range charttest.Check(t, string(v.SVG("c"))) {
			value := 0.
			switch s.Class {
			case "coin-path":
				value = v.Path
			case "coin-outlook":
				value = v.Outlook
			default:
				continue
			}
			if got := (s.Bottom - s.Top) / (2 * chart.CoinRadius) * 100; math.Abs(got-value) > 0.2 {
				t.Errorf("%s is filled to %.1f, not %.1f", s.Class, got, value)
			}
		}
	})
}

// The account stands where its membership puts it, and every bar ends at its score.
func TestBetweenIsDrawnToScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"A", "Nordlicht Logistik und Spedition GmbH & Co. KG, Niederlassung Süd", "日本"}).Draw(t, "name")
		v := chart.Between{Title: "x", Description: "y", At: rapid.Float64Range(0, 1).Draw(t, "at"), Here: name}
		for i := range v.Sides {
			v.Sides[i] = chart.Side{Name: name, Share: "zu höchstens 54 %", Score: rapid.Float64Range(1, 100).Draw(t, "score"), ScoreText: "100,0 gefährdet", Band: [2]string{"healthy", "sick"}[i]}
		}
		const width = 340.0
		bar := 0
		for _, s := range charttest.Check(t, chart.BetweenAt(v, width)) {
			middle := (s.Left + s.Right) / 2
			switch {
			case strings.HasPrefix(s.Class, "stage-me"):
				if want := chart.BetweenInset + v.At*(width-2*chart.BetweenInset); math.Abs(middle-want) > 0.2 {
					t.Errorf("the account stands at %.1f, not %.1f", middle, want)
				}
			case strings.HasPrefix(s.Class, "fill-"):
				if want := v.Sides[bar].Score / 100 * width; math.Abs(s.Right-s.Left-want) > 0.2 {
					t.Errorf("the bar is %.1f long, not %.1f", s.Right-s.Left, want)
				}
				bar++
			}
		}
	})
}
