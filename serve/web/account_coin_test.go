package web

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/web/chart/charttest"

	"github.com/etappe/etappe/serve/text"
)

func TestCoinWithoutPath(t *testing.T) {
	f := demoFacts(text.English)
	f.Shown.Path, f.Shown.Health = math.NaN(), f.Shown.Outlook
	c := Words{}.accountCoin(f)
	if strings.Contains(string(c.Picture), `class="coin-path"`) {
		t.Error("a path that is not measured is drawn")
	}
	if c.Sides[0].Measured || c.Sides[0].Weight != "weight 0%" || c.Sides[1].Weight != "weight 100%" || c.Sum != "The health score is the outlook alone: 37.2" {
		t.Errorf("%+v", c)
	}
}

// Package serve rounds a five up; a number written otherwise would not add up.
func TestHealthRoundsFivesUp(t *testing.T) {
	for v, want := range map[float64]string{0.25: "0.3", 29.25: "29.3", 29.75: "29.8", math.NaN(): none} {
		if got := (Words{}).Score(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}

// The parts of the two sides add up to the score, as they are shown.
func TestCoinPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := demoFacts(text.English)
		f.Weight = rapid.Float64Range(0, 1).Draw(t, "weight")
		f.Shown.Path = rapid.Float64Range(0, 100).Draw(t, "path")
		f.Shown.Outlook = rapid.Float64Range(0, 100).Draw(t, "outlook")
		f.Shown.Health = f.Weight*f.Shown.Path + (1-f.Weight)*f.Shown.Outlook
		w := Words{}
		numbers := charttest.Coordinate.FindAllString(w.accountCoin(f).Sum, -1)
		if a, b, sum := shown(t, numbers[0]), shown(t, numbers[1]), shown(t, numbers[2]); a+b != sum || sum != shown(t, w.Score(f.Shown.Health)) {
			t.Errorf("%d + %d tenths are shown as %d", a, b, sum)
		}
	})
}
