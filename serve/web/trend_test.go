package web

import (
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve"
	"github.com/etappe/etappe/serve/history"
)

// The picture is well-formed, stays inside its frame, has a line for each model
// and the last score where it belongs.
func TestTrendIsDrawnToScale(t *testing.T) {
	spot := regexp.MustCompile(`[ML]([-\d.]+) ([-\d.]+)`)
	rapid.Check(t, func(t *rapid.T) {
		var timeline []history.Snapshot
		models := map[string]bool{}
		for i := range rapid.IntRange(1, 40).Draw(t, "answers") {
			timeline = append(timeline, history.Snapshot{AsOf: day(2024, 1, 1).AddDate(0, i/2, 0), Model: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "model"),
				Health: rapid.Float64Range(0, 100).Draw(t, "health"), Band: rapid.SampledFrom([]string{"sick", "at_risk", "healthy", "?"}).Draw(t, "band")})
		}
		for _, sn := range timeline[max(0, len(timeline)-trendDates):] {
			models[sn.Model] = true
		}
		picture := drawTrend(timeline)
		if err := xml.Unmarshal([]byte(picture), new(struct{})); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(picture, "<path"); got != len(models) {
			t.Errorf("%d lines for %d models", got, len(models))
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, m := range spot.FindAllStringSubmatch(picture, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			low, high = min(low, y), max(high, y)
			if x < 0 || x > trendWidth || y < 0 || y > trendHeight {
				t.Errorf("a point at %v, %v", x, y)
			}
		}
		if len(timeline) > 1 && high-low > trendHeight-2*trendInset+0.2 {
			t.Errorf("heights from %v to %v", low, high)
		}
	})
	flat := drawTrend([]history.Snapshot{{AsOf: day(2024, 1, 1), Health: 50}, {AsOf: day(2024, 2, 1), Health: 51}})
	if !strings.Contains(flat, "M4 12.3L80 11.7") {
		t.Errorf("one point looks like a mountain: %s", flat)
	}
}

func TestTrendAnswers(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	for path, status := range map[string]int{"/accounts/acc-003/trend.svg": 200, "/accounts/none/trend.svg": 404} {
		w := get(t, e, path)
		if w.Code != status {
			t.Errorf("%s: %d", path, w.Code)
		}
		if kind := w.Header().Get("Content-Type"); status == 200 && (kind != "image/svg+xml" || w.Header().Get("Cache-Control") != trendAge) {
			t.Errorf("%s: %s, %s", path, kind, w.Header().Get("Cache-Control"))
		}
	}
}

// Rows in sight have their picture; the browser asks for no others.
func TestTrendsInABrowser(t *testing.T) {
	b := openTab(t)
	b.look(1280, "dark", serve.German)
	b.do(chromedp.Navigate(b.url + "/"))
	all := ask[int](b, `document.querySelectorAll("img.trend").length`)
	shown := ask[int](b, `(async () => {
		const list = [...document.querySelectorAll("img.trend")];
		list[0].scrollIntoView();
		await list[0].decode();
		return list.filter(i => i.complete && i.naturalWidth).length;
	})()`)
	if all != pageRows || shown == 0 {
		t.Errorf("%d of %d pictures are shown", shown, all)
	}
	b.quiet("the portfolio")
}
