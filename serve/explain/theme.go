package explain

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/score"
)

// shownPoints rounds the points of the bars to one decimal so that they add up
// to the difference of the two scores as shown. Where rounding the scores gives
// or takes a tenth, the strongest bar bears it.
func (e *Explanation) shownPoints() []float64 {
	total := round1(round1(e.To.HealthScore) - round1(e.From.HealthScore))
	points := make([]float64, len(e.Bars))
	strongest := 0
	for i := range e.Bars {
		points[i] = e.Bars[i].Points
		if math.Abs(points[i]) > math.Abs(points[strongest]) {
			strongest = i
		}
	}
	if change := sumPoints(e.Bars); len(points) > 0 && round1(change) != total {
		points[strongest] += total - change
	}
	return models.LargestRemainder(points, 1)
}

// themes puts bars together by theme, the heaviest theme first and in each the
// strongest bar; data of bad quality is a theme of its own.
func (e *Explanation) themes() []Theme {
	themes := []Theme{}
	for i := range e.Bars {
		b := &e.Bars[i]
		name := b.Theme
		if b.Kind == KindDataQuality {
			name = string(KindDataQuality)
		}
		at := slices.IndexFunc(themes, func(t Theme) bool { return t.Theme == name })
		if at < 0 {
			at = len(themes)
			themes = append(themes, Theme{Theme: name})
		}
		t := &themes[at]
		t.Bars = append(t.Bars, i)
		t.Points += b.Points
		t.Shown = round1(t.Shown + b.Shown)
	}
	heavier := func(a, b, c, d float64) int {
		return cmp.Or(cmp.Compare(math.Abs(b), math.Abs(a)), cmp.Compare(math.Abs(d), math.Abs(c)))
	}
	for i := range themes {
		slices.SortStableFunc(themes[i].Bars, func(a, b int) int {
			return heavier(e.Bars[a].Shown, e.Bars[b].Shown, e.Bars[a].Points, e.Bars[b].Points)
		})
	}
	slices.SortStableFunc(themes, func(a, b Theme) int { return heavier(a.Shown, b.Shown, a.Points, b.Points) })
	return themes
}

// Single is whether the theme is one bar that its own line shows in full.
func (t *Theme) Single() bool {
	return t.Theme == themeCluster || t.Theme == score.ThemeCut || t.Theme == themeModel
}

// Moved is the difference of two health scores as displayed, both with one decimal.
func Moved(from, to float64) float64 { return round1(round1(to)-round1(from)) + 0 }

// round1 rounds to one decimal, as scores are shown.
func round1(v float64) float64 { return math.Round(v*10) / 10 }
