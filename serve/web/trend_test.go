package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/etappe/etappe/serve/text"
)

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
	b.look(1280, "dark", text.German)
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
