package web

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// browsers are the names that a Chromium goes by.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// findBrowser returns a browser's path; without one the test is skipped, or
// fails where ETAPPE_REQUIRE_ALL asks for every tool.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("ETAPPE_REQUIRE_ALL") != "" {
		t.Fatalf("ETAPPE_REQUIRE_ALL is set, and none of %v is installed", browsers)
	}
	t.Skipf("none of %v is installed", browsers)
	return ""
}

// tab is a page in a browser.
type tab struct {
	t       *testing.T
	ctx     context.Context
	url     string // of the server
	mu      sync.Mutex
	trouble []string // what the page wrote to the console
}

// openTab starts a browser on the pages of a filled history.
func openTab(t *testing.T) *tab {
	t.Helper()
	return openTabOn(t, filledStore(t))
}

// openTabOn starts a browser on the pages of a history.
func openTabOn(t *testing.T, store *history.Store) *tab {
	t.Helper()
	path := findBrowser(t)
	server := httptest.NewServer(pages(t, store, testScorer(t)))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.ExecPath(path))
	browser, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	b := &tab{t: t, ctx: ctx, url: server.URL}
	b.must(chromedp.Do(ctx, chromedp.Navigate("about:blank"))) // the first call owns the browser, so it has no end
	b.must(chromedp.Listen(ctx, b.hear))
	_, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{})
	b.must(err)
	_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	b.must(err)
	return b
}

// hear keeps what a page complains of.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.trouble = append(b.trouble, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.trouble = append(b.trouble, "console: "+string(e.Type))
	case *log.EventEntryAdded:
		b.trouble = append(b.trouble, "log: "+e.Entry.Text+" "+e.Entry.URL)
	}
}

// quiet fails if a page complained since the last time.
func (b *tab) quiet(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.trouble) > 0 {
		b.t.Errorf("%s: %s", where, strings.Join(b.trouble, "; "))
	}
	b.trouble = nil
}

func (b *tab) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// patience is how long a step of a page may take: long, for a machine may be busy.
const patience = time.Minute

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	b.must(chromedp.Do(ctx, steps...))
}

// ask evaluates an expression of the page.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	b.must(err)
	return v
}

// look sets up who looks: the width of the screen, day or night, a language.
func (b *tab) look(width int64, mode string, l text.Language) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 600})
	b.must(err)
	_, err = chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: mode}}})
	b.must(err)
	_, err = chromedp.Call(b.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
		Headers: network.Headers{"Accept-Language": l.String()}})
	b.must(err)
}

// axe is the accessibility checker's source.
var axe = sync.OnceValues(func() (string, error) {
	f, err := os.Open("testdata/axe.min.js.gz")
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(z)
	return string(text), err
})

// violations runs axe over the page and lists what it finds.
func (b *tab) violations() []string {
	b.t.Helper()
	source, err := axe()
	b.must(err)
	ask[bool](b, source+";true")
	return ask[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.flatMap(v =>
		v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary)))`)
}

// tooWide lists what reaches beyond the screen, where the page does.
const tooWide = `document.documentElement.scrollWidth <= %[1]d ? [] : ["page"].concat([...document.querySelectorAll("main *")]
	.filter(e => e.getBoundingClientRect().right > %[1]d).slice(0, 5).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 60)))`

// Every page, for every kind of reader: nothing on the console, nothing that
// axe objects to, nothing wider than the screen.
func TestPagesInABrowser(t *testing.T) {
	b := openTab(t)
	readers := []struct {
		width    int64
		mode     string
		language text.Language
	}{{1280, "light", text.English}, {360, "dark", text.German}, {1280, "dark", text.German}, {360, "light", text.English}}
	if testing.Short() {
		readers = readers[:2]
	}
	grounds := map[string]bool{}
	for _, r := range readers {
		b.look(r.width, r.mode, r.language)
		for _, path := range []string{"/", "/accounts/acc-003", "/clusters/c1", "/model", "/docs", "/docs/codes", "/docs/features"} {
			where := fmt.Sprintf("%s at %d, %s, %s", path, r.width, r.mode, r.language)
			b.do(chromedp.Navigate(b.url + path))
			if got := ask[string](b, "document.documentElement.lang"); got != r.language.String() {
				t.Errorf("%s: the page is in %q", where, got)
			}
			if got := ask[[]string](b, fmt.Sprintf(tooWide, r.width)); len(got) > 0 {
				t.Errorf("%s: wider than the screen: %s", where, strings.Join(got, "; "))
			}
			for _, v := range b.violations() {
				t.Errorf("%s: %s", where, v)
			}
			b.quiet(where)
			grounds[r.mode+ask[string](b, "getComputedStyle(document.body).backgroundColor")] = true
		}
	}
	if len(grounds) != 2 {
		t.Errorf("grounds by day and night: %v", grounds)
	}
}

// The negative control: axe and the console are heard.
func TestTheBrowserHears(t *testing.T) {
	b := openTab(t)
	b.do(chromedp.Navigate(b.url + "/model"))
	ask[bool](b, `document.querySelector("h1").insertAdjacentHTML("afterend", "<img src='data:,x'><button></button>"), console.error("x"), true`)
	if len(b.violations()) == 0 {
		t.Error("axe finds nothing in a page with a nameless picture and button")
	}
	if len(b.trouble) == 0 {
		t.Error("nothing is heard of an error on the console")
	}
}

// What a reader does with the portfolio: searches, filters, sorts, turns the
// page, changes the language, reads an account, prints.
func TestPortfolioInABrowser(t *testing.T) {
	b := openTab(t)
	b.look(1280, "light", text.English)
	first := `document.querySelector(".accounts .c-name a")?.textContent ?? ""`
	rows := `document.querySelectorAll(".accounts tbody tr").length`
	follow := func(step chromedp.Action[chromedp.Void]) {
		t.Helper()
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		_, err := chromedp.RunResponse(ctx, step)
		b.must(err)
	}
	b.do(chromedp.Navigate(b.url + "/"))
	if got := ask[int](b, rows); got != pageRows {
		t.Errorf("%d accounts on the first page", got)
	}
	start := ask[string](b, first)
	follow(chromedp.Click(".pages a[rel=next]"))
	if got := ask[string](b, first); got == start || got == "" {
		t.Errorf("the second page begins with %q like the first", got)
	}
	follow(chromedp.Click(".accounts thead th:first-child a")) // by name
	if got := ask[string](b, first); got != hostileName {
		t.Errorf("by name the first is %q", got)
	}
	b.do(chromedp.SendKeys("input[name=q]", "a78"), chromedp.SetValue("select[name=owner]", "Ada König"))
	follow(chromedp.Click("form.filters button"))
	if got, n := ask[string](b, first), ask[int](b, rows); got != "Company A78" || n != 1 {
		t.Errorf("a search finds %d accounts, first %q", n, got)
	}
	follow(chromedp.Click(".languages a[hreflang=de]"))
	if got := ask[string](b, `document.querySelector(".active").textContent`); !strings.Contains(got, "Betreut von: Ada König") {
		t.Errorf("in German the filters read %q", got)
	}
	follow(chromedp.Click(".active .reset"))
	if got := ask[string](b, "document.documentElement.lang"); got != "de" {
		t.Errorf("the language is forgotten: %q", got)
	}
	b.prints("/")
	b.prints("/clusters/c1")
	follow(chromedp.Navigate(b.url + "/"))
	follow(chromedp.Click(".calls a"))
	if got := ask[string](b, "location.pathname"); !strings.HasPrefix(got, "/accounts/acc-") {
		t.Errorf("the account to call first leads to %q", got)
	}
	b.quiet("the walk")
}

// prints prints a page to a PDF file.
func (b *tab) prints(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	file, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	b.must(err)
	if !strings.HasPrefix(string(file), "%PDF-") || len(file) < 10_000 {
		b.t.Errorf("%s prints to %d bytes that are no PDF file of a page", path, len(file))
	}
}
