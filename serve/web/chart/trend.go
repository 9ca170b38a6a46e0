package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Trend is the small picture of an account's scores in a row of a list: a line
// for each model, because the scores of two models are not comparable, and a dot
// in the colour of the band for the last.
type Trend struct {
	Points []TrendPoint // oldest first, at least one; the last TrendDates are drawn
	Band   string       // of the last
}

// TrendPoint is a score.
type TrendPoint struct {
	At     time.Time
	Health float64 // 0 to 100
	Model  string  // version
}

// TrendDates is how many of the last points are drawn.
const TrendDates = 24

const (
	trendWidth, trendHeight = 84, 24
	trendInset              = 4
	// trendSpan is how many points of health its height is worth at least, so
	// that small ups and downs do not look like mountains.
	trendSpan = 30
)

// trendColours are those of a picture that stands alone: the page's styles do
// not reach it, so they are readable by day, by night and on paper alike.
var trendColours = map[string]string{"": "#7d8792", "healthy": "#2a9d73", "at_risk": "#c98718", "sick": "#d9564c"}

// File draws the picture as a whole SVG file.
func (v Trend) File() []byte {
	points := v.Points[max(0, len(v.Points)-TrendDates):]
	first, last := points[0], points[len(points)-1]
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = min(low, p.Health), max(high, p.Health)
	}
	middle := (low + high) / 2
	half := max(high-low, trendSpan) / 2
	x := scale{low: unixDays(first.At), high: unixDays(last.At), from: trendInset, to: trendWidth - trendInset}
	y := scale{low: middle - half, high: middle + half, from: trendHeight - trendInset, to: trendInset}
	var models []string
	lines := map[string][]point{}
	for _, p := range points {
		if !slices.Contains(models, p.Model) {
			models = append(models, p.Model)
		}
		lines[p.Model] = append(lines[p.Model], point{x.at(unixDays(p.At)), y.at(p.Health)})
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">`, trendWidth, trendHeight, trendWidth, trendHeight)
	for _, model := range models {
		fmt.Fprintf(&b, `<path fill="none" stroke="%s" stroke-width="1.5" stroke-linejoin="round" d="%s"/>`, trendColours[""], polyline(lines[model]...))
	}
	colour, ok := trendColours[v.Band]
	if !ok {
		colour = trendColours[""]
	}
	fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="3" fill="%s"/></svg>`, px(x.at(unixDays(last.At))), px(y.at(last.Health)), colour)
	return []byte(b.String())
}
