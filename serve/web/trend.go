package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/history"
)

// Measures of the small picture of an account's scores in a row of the
// portfolio.
const (
	trendWidth, trendHeight = 84, 24
	trendInset              = 4
	// trendDates is how many of the last answers are drawn.
	trendDates = 24
	// trendSpan is how many points of health its height is worth at least, so
	// that ups and downs that say nothing do not look like mountains.
	trendSpan = 30
	trendAge  = "private, max-age=60"
)

// trendColours are those of a picture that stands alone: it does not see the
// page's styles, so they are readable by day, by night and on paper alike.
var trendColours = map[string]string{"": "#7d8792", "healthy": "#2a9d73", "at_risk": "#c98718", "sick": "#d9564c"}

// trend draws the scores of one account. It is a picture of its own, which a
// browser asks for when its row comes into sight: fifty timelines would make
// the list wait.
func (v *visit) trend() error {
	id, err := v.accountID()
	if err != nil {
		return err
	}
	store, err := v.site.source.Store()
	if err != nil {
		return err
	}
	timeline, err := store.Timeline(v.Request().Context(), id)
	if err != nil {
		return err
	}
	if len(timeline) == 0 {
		return fmt.Errorf("%w: no answer about account %q", errNotFound, id)
	}
	v.Response().Header().Set(echo.HeaderCacheControl, trendAge)
	return v.Blob(http.StatusOK, "image/svg+xml", []byte(drawTrend(timeline)))
}

// drawTrend draws the last answers of a timeline, oldest first: a line for each
// model, for what one said is not what another would have said, and a dot in the
// colour of the band for the last.
func drawTrend(timeline []history.Snapshot) string {
	timeline = timeline[max(0, len(timeline)-trendDates):]
	last := &timeline[len(timeline)-1]
	low, high := math.Inf(1), math.Inf(-1)
	for i := range timeline {
		low, high = min(low, timeline[i].Health), max(high, timeline[i].Health)
	}
	middle := (low + high) / 2
	half := max(high-low, trendSpan) / 2
	x := scale{low: unixDays(timeline[0].AsOf), high: unixDays(last.AsOf), from: trendInset, to: trendWidth - trendInset}
	y := scale{low: middle - half, high: middle + half, from: trendHeight - trendInset, to: trendInset}
	var models []string
	lines := map[string][]point{}
	for i := range timeline {
		sn := &timeline[i]
		if !slices.Contains(models, sn.Model) {
			models = append(models, sn.Model)
		}
		lines[sn.Model] = append(lines[sn.Model], point{x.at(unixDays(sn.AsOf)), y.at(sn.Health)})
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">`, trendWidth, trendHeight, trendWidth, trendHeight)
	for _, model := range models {
		fmt.Fprintf(&b, `<path fill="none" stroke="%s" stroke-width="1.5" stroke-linejoin="round" d="%s"/>`, trendColours[""], polyline(lines[model]...))
	}
	colour, ok := trendColours[last.Band]
	if !ok {
		colour = trendColours[""]
	}
	fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="3" fill="%s"/></svg>`, px(x.at(unixDays(last.AsOf))), px(y.at(last.Health)), colour)
	return b.String()
}
