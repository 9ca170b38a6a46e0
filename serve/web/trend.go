package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/web/chart"
)

// trendAge is how long a browser may keep the small picture.
const trendAge = "private, max-age=60"

// trend draws the scores of one account. It is a picture of its own, which a
// browser loads when its row comes into sight: fifty timelines would make
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
	return v.Blob(http.StatusOK, "image/svg+xml", drawTrend(timeline))
}

// drawTrend draws the last answers of a timeline, oldest first.
func drawTrend(timeline []history.Snapshot) []byte {
	v := chart.Trend{Band: timeline[len(timeline)-1].Band}
	for i := range timeline {
		sn := &timeline[i]
		v.Points = append(v.Points, chart.TrendPoint{At: sn.AsOf, Health: sn.Health, Model: sn.Model})
	}
	return v.File()
}
