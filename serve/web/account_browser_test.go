package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/text"
)

// crowded lists the words of pictures that cover each other or leave their
// picture, as the browser draws them.
const crowded = `[...document.querySelectorAll("svg.drawing")].flatMap(svg => {
	const frame = svg.getBoundingClientRect(), bad = [];
	if (!frame.width) return bad;
	const texts = [...svg.querySelectorAll("text")].map(e => [e.textContent, e.getBoundingClientRect()]);
	texts.forEach(([text, a], i) => {
		if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) bad.push(text + " lies outside");
		texts.slice(0, i).forEach(([other, b]) => {
			if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3) bad.push(text + " covers " + other);
		});
	});
	return bad;
})`

// demoServer serves the account page of demoFacts at /demo.
func demoServer(t *testing.T) string {
	t.Helper()
	e := pages(t, nil, nil)
	e.GET("/demo", func(c echo.Context) error {
		l := text.Accept(c.Request().Header.Get("Accept-Language"))
		return c.HTML(http.StatusOK, pageOf(t, l, demoFacts(l)))
	})
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return server.URL + "/demo"
}

// The account page with everything on it and all that opens open: on a screen
// and on a phone, by day and by night.
func TestAccountPicturesInABrowser(t *testing.T) {
	b, url := openTab(t), demoServer(t)
	widths := []int64{1280, 360, 720}
	if testing.Short() {
		widths = widths[:1] // the last check below needs the wide picture
	}
	for i, width := range widths {
		mode, l := []string{"light", "dark"}[i%2], []text.Language{text.English, text.German}[i%2]
		where := fmt.Sprintf("at %d, %s, %s", width, mode, l)
		b.look(width, mode, l)
		b.do(chromedp.Navigate(url))
		opened := ask[int](b, `(l => (l.forEach(d => d.open = true), l.length))(document.querySelectorAll("details"))`)
		if pictures := ask[int](b, `[...document.querySelectorAll("svg.drawing[role]")].filter(s => s.getBoundingClientRect().width).length`); opened < 10 || pictures != 6 {
			t.Errorf("%s: %d parts to open, %d pictures", where, opened, pictures)
		}
		for _, list := range [][]string{ask[[]string](b, crowded), ask[[]string](b, fmt.Sprintf(tooWide, width)), b.violations()} {
			if len(list) > 0 {
				t.Errorf("%s: %s", where, strings.Join(list, "; "))
			}
		}
		b.quiet(where)
	}
	if got := ask[[]string](b, `(document.querySelector(".stage-name").textContent = "an unreasonably long name that nobody made room for", `+crowded+`)`); len(got) == 0 {
		t.Error("a name that covers others is not seen") // the negative control
	}
}

// What a reader does with an account: clicks a point, picks two dates in the
// rows and in the form, opens a theme with the keyboard, prints.
func TestAccountInABrowser(t *testing.T) {
	b := openTab(t)
	b.look(1280, "light", text.English)
	b.do(chromedp.Navigate(b.url + "/accounts/acc-007"))
	follow := func(step chromedp.Action[chromedp.Void]) {
		t.Helper()
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		_, err := chromedp.RunResponse(ctx, step)
		b.must(err)
	}
	expect := func(query, heading string) {
		t.Helper()
		if got := ask[string](b, "location.search"); got != query {
			t.Errorf("the address asks for %q, want %q", got, query)
		}
		if got := ask[string](b, `document.querySelector(".fall h2").textContent`); got != heading {
			t.Errorf("the waterfall is called %q, want %q", got, heading)
		}
	}
	expect("", "From 20 Oct 2026 to 20 Nov 2026, step by step")
	follow(chromedp.Click(`.wide a[aria-label^="20 Oct 2026:"]`)) // a point
	expect("?from=2026-09-20&to=2026-10-20", "From 20 Sep 2026 to 20 Oct 2026, step by step")
	follow(chromedp.Click(`.wide a[aria-label="Compare up to 20 Nov 2026"]`)) // the row below
	expect("?from=2026-09-20&to=2026-11-20", "From 20 Sep 2026 to 20 Nov 2026, step by step")
	b.do(chromedp.SetValue("select[name=from]", "2026-10-20"))
	follow(chromedp.Click("form.pick button"))
	expect("?from=2026-10-20&to=2026-11-20", "From 20 Oct 2026 to 20 Nov 2026, step by step")

	stops := ask[[]string](b, `[...document.querySelectorAll("main a, main summary, main select, main button")].filter(e => e.tabIndex >= 0).map(e => e.tagName)`)
	for _, tag := range []string{"a", "SUMMARY", "SELECT", "BUTTON"} {
		if !slices.ContainsFunc(stops, func(s string) bool { return s == tag || strings.EqualFold(s, tag) }) {
			t.Errorf("the keyboard reaches no %s: %v", tag, stops)
		}
	}
	b.do(chromedp.Focus("details:has(.steps) > summary, .steps summary"), chromedp.KeyEvent("\r"))
	if !ask[bool](b, `document.activeElement.parentElement.open`) {
		t.Error("the keyboard opens nothing")
	}
	b.prints("/accounts/acc-007")
	b.quiet("the walk")
}

// On paper everything that opens is open, though nobody opened it; forms are not printed.
func TestAccountOnPaper(t *testing.T) {
	b, url := openTab(t), demoServer(t)
	b.look(1280, "light", text.German)
	b.do(chromedp.Navigate(url))
	const hidden = `[...document.querySelectorAll("details > :not(summary, .no-print *)")].filter(e => !e.checkVisibility()).length`
	parts := ask[int](b, `document.querySelectorAll("details > :not(summary, .no-print *)").length`)
	if got := ask[int](b, hidden); got != parts || parts < 10 {
		t.Errorf("on a screen %d of %d parts are closed", got, parts) // the negative control
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	b.must(err)
	if got := ask[int](b, hidden); got != 0 {
		t.Errorf("on paper %d of %d parts are closed", got, parts)
	}
	b.quiet("on paper")
}
