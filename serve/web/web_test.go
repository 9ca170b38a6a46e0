package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
)

// get asks for a page.
func get(t testing.TB, e *echo.Echo, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestPagesAnswer(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	for _, c := range []struct {
		path   string
		status int
		says   string
	}{
		{"/", 200, "Portfolio"},
		{"/?sort=churn&order=up&band=sick", 200, "sick"},
		{"/?due=30", 200, "within 30 days"},
		{"/?utm_source=mail", 200, "Portfolio"},
		{"/?q=company+a", 200, "Company A"},
		{"/?q=nobody-is-called-so", 200, "No account passes these filters"},
		{"/?owner=Nobody", 200, "No account passes these filters"},
		{"/clusters/c1", 200, "Reporting"},
		{"/clusters/c2", 200, "Exporting"},
		{"/model", 200, "81 of 100 cases"},
		{"/accounts/acc-007", 200, "Company H7"},
		{"/clusters/c9", 404, "Nothing is stored here"},
		{"/accounts/nobody", 404, "Nothing is stored here"},
		{"/?sort=colour", 400, "not understood"},
		{"/?order=sideways", 400, "not understood"},
		{"/?band=green", 400, "not understood"},
		{"/?due=31", 400, "not understood"},
		{"/?cursor=xyz", 400, "not understood"},
		{"/?q=%00", 400, "not understood"},
		{"/static/nothing.css", 404, ""},
	} {
		w := get(t, e, c.path)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: status %d, want %d; says %q: %v", c.path, w.Code, c.status, c.says, strings.Contains(w.Body.String(), c.says))
		}
	}
}

func TestPagesWithoutHistoryOrModel(t *testing.T) {
	for _, c := range []struct {
		name   string
		e      *echo.Echo
		path   string
		status int
		says   string
	}{
		{"no history", pages(t, nil, testScorer(t)), "/", 503, "No history yet"},
		{"no history", pages(t, nil, testScorer(t)), "/model", 200, "81 of 100"},
		{"no model", pages(t, filledStore(t), nil), "/", 200, "Call first"},
		{"no model", pages(t, filledStore(t), nil), "/model", 503, "etappe"},
		{"empty history", pages(t, testStore(t), testScorer(t)), "/", 200, "Nothing is stored yet"},
	} {
		w := get(t, c.e, c.path)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s, %s: status %d, want %d, saying %q:\n%s", c.name, c.path, w.Code, c.status, c.says, textOf(w.Body.String()))
		}
	}
}

// Model accounts are named by what the history has of them, by their ids where
// it has nothing; without a history the rest of the page is there.
func TestModelAccounts(t *testing.T) {
	s := testScorer(t)
	for _, c := range []struct {
		e   *echo.Echo
		has []string
		not []string
	}{
		{pages(t, filledStore(t), s), []string{`<a href="/accounts/acc-007">Company H7</a>`, "long-gone", "renewed and expanded", "Scorecard: Reporting", `href="/?cluster=c1#list"`, `href="/?band=sick&amp;cluster=c1#list"`}, []string{"/accounts/long-gone"}},
		{pages(t, nil, s), []string{"acc-007", "long-gone", "Scorecard: Reporting"}, []string{"/accounts/acc-007", "Accounts in it now"}},
	} {
		for range 2 { // the second time from the cache
			body := get(t, c.e, "/clusters/c1").Body.String()
			for _, has := range c.has {
				if !strings.Contains(body, has) {
					t.Errorf("the page lacks %q", has)
				}
			}
			for _, not := range c.not {
				if strings.Contains(body, not) {
					t.Errorf("the page holds %q", not)
				}
			}
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	if err := Register(echo.New(), nil, Options{Clock: time.Now}); !errors.Is(err, ErrOptions) {
		t.Errorf("without accounts: %v", err)
	}
	if err := Register(echo.New(), account.New(account.Options{}), Options{}); !errors.Is(err, ErrOptions) {
		t.Errorf("without a clock: %v", err)
	}
}

func TestLanguage(t *testing.T) {
	e := pages(t, testStore(t), testScorer(t))
	for _, c := range []struct {
		path, accept, cookie, want string
	}{
		{"/model", "", "", "en"}, {"/model", "de-AT,en;q=0.5", "", "de"}, {"/model", "fr", "", "en"},
		{"/model", "de", "etappe_lang=en", "en"}, {"/model", "de", "etappe_lang=xx", "de"},
		{"/model?lang=de", "en", "etappe_lang=en", "de"}, {"/model?lang=xx", "de", "", "de"},
	} {
		w := get(t, e, c.path, "Accept-Language", c.accept, "Cookie", c.cookie)
		if !strings.Contains(w.Body.String(), `<html lang="`+c.want+`">`) || w.Header().Get("Content-Language") != c.want {
			t.Errorf("%+v: %s", c, w.Header().Get("Content-Language"))
		}
		if set := w.Header().Get("Set-Cookie"); (set != "") != strings.HasSuffix(c.path, "lang=de") {
			t.Errorf("%s sets %q", c.path, set)
		}
	}
}

func TestNothingComesFromOutside(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	for _, path := range []string{"/", "/accounts/acc-003", "/clusters/c1", "/model", "/clusters/none"} {
		w := get(t, e, path)
		if got := w.Header().Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: policy %q", path, got)
		}
		body := w.Body.String()
		for _, bad := range []string{"http://", "https://", "<style", " style=", "onclick", hostileName, "NaN", "%!"} {
			if strings.Contains(strings.ReplaceAll(body, `xmlns="http://www.w3.org/2000/svg"`, ""), bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
}

func TestStaticFiles(t *testing.T) {
	e := pages(t, nil, nil)
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	for name, media := range map[string]string{"etappe.css": "text/css; charset=utf-8", "etappe.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml"} {
		href, err := a.href(name)
		if err != nil {
			t.Fatal(err)
		}
		w := get(t, e, href)
		if w.Code != 200 || w.Header().Get("Content-Type") != media || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", href, w.Code, w.Header())
		}
		if w := get(t, e, "/static/"+name); w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s without a version may be kept", name)
		}
	}
}

// Paging through the list shows every account once, in the order asked for.
func TestPagesOfTheList(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	seen := map[string]bool{}
	for path := "/?sort=account"; path != ""; {
		body := get(t, e, path).Body.String()
		_, table, _ := strings.Cut(body, `<table class="accounts"`)
		for part := range strings.SplitSeq(table, `class="c-name"><a href="/accounts/`) {
			id, _, found := strings.Cut(part, `"`)
			if !found || !strings.HasPrefix(id, "acc-") {
				continue
			}
			if seen[id] {
				t.Fatalf("%s is listed twice", id)
			}
			seen[id] = true
		}
		path = ""
		if _, rest, ok := strings.Cut(table, `rel="next" href="`); ok {
			next, _, _ := strings.Cut(rest, "#list")
			path = strings.ReplaceAll(next, "&amp;", "&")
			if u, err := url.Parse(path); err != nil || u.Query().Get("sort") != "account" {
				t.Fatalf("the next page %q loses the order", path)
			}
		}
	}
	if len(seen) != testAccounts {
		t.Errorf("%d of %d accounts are listed", len(seen), testAccounts)
	}
}
