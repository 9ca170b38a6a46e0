package web

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart/charttest"
)

func TestWhatIfStaysInsideAndReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := &explain.WhatIf{Label: "a feature", HealthScore: rapid.Float64Range(0, 100).Draw(t, "score")}
		levels := rapid.Bool().Draw(t, "levels")
		for n := range rapid.IntRange(2, 30).Draw(t, "points") {
			p := explain.WhatIfPoint{Value: float64(n * n), Text: rapid.SampledFrom([]string{"3", "1,204 users", "ein sehr langer Name einer Ausprägung"}).Draw(t, "text"),
				HealthScore: rapid.Float64Range(0, 100).Draw(t, "health")}
			if levels {
				p.Value = p.Text
			}
			i.Points = append(i.Points, p)
		}
		i.Value = rapid.SampledFrom([]any{nil, 3., 1e9, "3", "unseen"}).Draw(t, "value")
		i.Peers = rapid.SampledFrom([]any{nil, 4., -7., "3"}).Draw(t, "peers")
		charttest.Check(t, string(Words{}.whatIf("w", i).Picture))
	})
}

// The present value lies on the curve; without one there is no mark.
func TestWhatIfMarksThePresent(t *testing.T) {
	mark := func(value any) *charttest.Shape {
		i := demoWhatIfs(text.English)[1]
		i.Value = value
		for _, s := range charttest.Check(t, string(Words{}.whatIf("w", i).Picture)) {
			if s.Class == "what-now" {
				return &s
			}
		}
		return nil
	}
	at := mark(3.)
	if at == nil || math.Abs((at.Left+at.Right)/2-(34+8+(300-34-8-16)*3/24.)) > 0.2 {
		t.Errorf("the mark of 3 of 24 is at %+v", at)
	}
	if mark(nil) != nil {
		t.Error("a missing value is marked")
	}
}

// The strongest come first; what moves nothing is left out.
func TestWhatIfsOrder(t *testing.T) {
	list := Words{}.whatIfs(demoWhatIfs(text.English))
	if len(list) != 2 || list[0].Label != "Active users in the last 28 days" || list[1].Label != "Plan" {
		t.Errorf("%d what-ifs, first %+v", len(list), list)
	}
}
