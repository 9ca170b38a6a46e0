package web

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCoinFillsAsFarAsTheScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := coinView{Title: "x", Description: "y", Path: rapid.Float64Range(0.5, 100).Draw(t, "path"), Outlook: rapid.Float64Range(0.5, 100).Draw(t, "outlook"),
			PathText: "100.0", OutlookText: "100.0", PathName: "path", OutlookName: "Ausblick"}
		for _, s := range checkPicture(t, string(drawCoin("c", v).html())) {
			value := 0.
			switch s.class {
			case "coin-path":
				value = v.Path
			case "coin-outlook":
				value = v.Outlook
			default:
				continue
			}
			if got := (s.bottom - s.top) / (2 * coinRadius) * 100; math.Abs(got-value) > 0.2 {
				t.Errorf("%s is filled to %.1f, not %.1f", s.class, got, value)
			}
		}
	})
}

func TestCoinWithoutPath(t *testing.T) {
	f := demoFacts("en")
	f.Shown.Path, f.Shown.Health = math.NaN(), f.Shown.Outlook
	c := Words{}.accountCoin(f)
	if strings.Contains(string(c.Picture), `class="coin-path"`) {
		t.Error("a path that is not measured is drawn")
	}
	if c.Sides[0].Measured || c.Sides[0].Weight != "0%" || c.Sides[1].Weight != "100%" || c.Sum != "The health score is the outlook alone: 37.2" {
		t.Errorf("%+v", c)
	}
}

// The parts of the two sides add up to the score, as they are shown.
func TestCoinPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := demoFacts("en")
		f.Points.PathWeight = rapid.Float64Range(0, 1).Draw(t, "weight")
		f.Shown.Path = rapid.Float64Range(0, 100).Draw(t, "path")
		f.Shown.Outlook = rapid.Float64Range(0, 100).Draw(t, "outlook")
		f.Shown.Health = f.Points.PathWeight*f.Shown.Path + (1-f.Points.PathWeight)*f.Shown.Outlook
		w := Words{}
		c := w.accountCoin(f)
		if a, b, sum := shown(t, c.Sides[0].Part), shown(t, c.Sides[1].Part), shown(t, w.Score(f.Shown.Health)); a+b != sum {
			t.Errorf("%d + %d tenths are shown beside %d", a, b, sum)
		}
	})
}
