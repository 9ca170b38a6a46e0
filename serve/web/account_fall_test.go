package web

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
	"github.com/etappe/etappe/serve/web/chart/charttest"
)

// anyMovement draws an explanation whose shown points add up, as those of
// package serve do: bars to themes, themes to the difference of the scores.
func anyMovement(t *rapid.T) *explain.Explanation {
	kinds := []explain.Kind{explain.KindFeature, explain.KindCalendar, explain.KindDataQuality, explain.KindMilestone, explain.KindCluster, explain.KindModel, explain.KindCut}
	e := &explain.Explanation{Verdict: explain.VerdictMoved, From: explain.Moment{AsOf: "2026-01-01", Band: "healthy"}, To: explain.Moment{AsOf: "2026-02-01", Band: "sick"}}
	tenths := 0
	for i := range rapid.IntRange(0, 9).Draw(t, "themes") {
		theme := explain.Theme{Theme: "t", Label: "theme " + strconv.Itoa(i)}
		sum := 0
		for range rapid.IntRange(1, 5).Draw(t, "bars") {
			points := rapid.IntRange(-120, 120).Draw(t, "tenths")
			theme.Bars = append(theme.Bars, len(e.Bars))
			e.Bars = append(e.Bars, explain.Bar{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Label: "bar", From: 1., To: 2., Shown: float64(points) / 10})
			sum += points
		}
		theme.Shown = float64(sum) / 10
		tenths += sum
		e.Themes = append(e.Themes, theme)
	}
	start := rapid.IntRange(0, 1000).Draw(t, "start")
	e.From.HealthScore, e.To.HealthScore = float64(start)/10, float64(start+tenths)/10
	return e
}

// shown reads a number as it is written on the page, in tenths.
func shown(t interface{ Fatal(...any) }, text string) int {
	text = strings.NewReplacer("−", "-", "+", "", ",", "").Replace(text)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(math.Round(v * 10))
}

func TestWaterfallNumbersAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyMovement(t)
		f := Words{}.accountFall(e)
		sum := shown(t, f.From.Score)
		for _, theme := range f.Themes {
			bars := 0
			for _, b := range theme.Bars {
				bars += shown(t, b.Amount)
			}
			if got := shown(t, theme.Amount); got != bars {
				t.Errorf("%s is %d tenths, its bars are %d", theme.Label, got, bars)
			}
			sum += shown(t, theme.Amount)
		}
		if to := shown(t, f.To.Score); sum != to {
			t.Errorf("the lines lead to %d tenths, the page shows %d", sum, to)
		}
	})
}

// Every line begins where the one before ended, and lies within the picture.
func TestWaterfallLinesFollowEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyMovement(t)
		f := Words{}.accountFall(e)
		_, _, level := charttest.Inspect(t, string(f.From.Line))
		at := level[0].Right
		follow := func(line string, amount string) {
			_, _, shapes := charttest.Inspect(t, line)
			box := shapes[0]
			if box.Left < -0.01 || box.Right > 100.21 {
				t.Errorf("a line from %.2f to %.2f %%", box.Left, box.Right)
			}
			begin, end := box.Left, box.Right
			if shown(t, amount) < 0 {
				begin, end = end, begin
			}
			if math.Abs(begin-at) > 0.25 { // a bar is as wide as it takes to see it
				t.Errorf("a line begins at %.2f %%, the one before ended at %.2f %%", begin, at)
			}
			at = end
		}
		for _, theme := range f.Themes {
			before := at
			follow(string(theme.Line), theme.Amount)
			after := at
			at = before
			for _, b := range theme.Bars {
				follow(string(b.Line), b.Amount)
			}
			if math.Abs(at-after) > 0.25 {
				t.Errorf("the bars lead to %.2f %%, their theme to %.2f %%", at, after)
			}
			at = after
		}
		_, _, level = charttest.Inspect(t, string(f.To.Line))
		if math.Abs(level[0].Right-at) > 0.45 {
			t.Errorf("the lines lead to %.2f %%, the score is at %.2f %%", at, level[0].Right)
		}
	})
}

// Kinds are told apart by a word and by a pattern of their own.
func TestKindsHavePatternAndWord(t *testing.T) {
	patterns, words := map[string]bool{}, map[string]bool{}
	defs := string(chart.Patterns())
	scale := chart.Waterfall{Low: 0, High: 100}
	for _, kind := range []explain.Kind{explain.KindCalendar, explain.KindDataQuality, explain.KindMilestone, explain.KindCluster, explain.KindModel, explain.KindCut} {
		word, id := Words{}.kind(kind), "water-"+string(kind)
		_, data, found := strings.Cut(defs, `id="`+id+`"`)
		data, _, _ = strings.Cut(data, "</pattern>")
		if !found || patterns[data] || words[word] || !text.German.Has("kind."+string(kind)) {
			t.Errorf("%s: pattern %q, word %q", kind, data, word)
		}
		patterns[data], words[word] = true, true
		if line := string(scale.Step(string(kind), 10, 5)); !strings.Contains(line, "url(#"+id+")") {
			t.Errorf("%s: no pattern in %s", kind, line)
		}
	}
	if len(patterns) != len(chart.PatternKinds()) {
		t.Errorf("there are the patterns %v", chart.PatternKinds())
	}
	if plain := string(scale.Step(string(explain.KindFeature), 10, 5)); strings.Contains(plain, "url(") {
		t.Errorf("a feature has a pattern: %s", plain)
	}
}
