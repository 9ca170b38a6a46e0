package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// post sends a form as a browser does.
func post(e *echo.Echo, path string, form url.Values, site string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", site)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// What is written is shown and audited; sent twice it is stored once.
func TestAccountForms(t *testing.T) {
	store := filledStore(t)
	e := pages(t, store, testScorer(t))
	override := url.Values{"band": {"healthy"}, "reason": {"new <sponsor>"}, "owner": {"Ada"}, "expires": {"2026-12-22"}}
	call := url.Values{"kind": {"call"}, "at": {"2026-11-21"}, "owner": {"Ben"}}
	for range 2 {
		for path, form := range map[string]url.Values{"/accounts/acc-007/override": override, "/accounts/acc-007/intervention": call} {
			if w := post(e, path, form, "same-origin"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/accounts/acc-007" {
				t.Fatalf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
			}
		}
	}
	shown := strings.ReplaceAll(textOf(get(t, e, "/accounts/acc-007").Body.String()), space, " ")
	for _, line := range []string{"Ada rates the account healthy: “new <sponsor>” (until 22 Dec 2026)", "21 Nov 2026: call (Ben)"} {
		if strings.Count(shown, line) != 1 {
			t.Errorf("%q is not once on the page:\n%s", line, shown)
		}
	}
	log, err := store.Audit(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, entry := range log {
		count[entry.Action+" by "+entry.Actor]++
	}
	if count[history.ActionOverride+" by Ada"] != 1 || count[history.ActionIntervention+" by Ben"] != 1 {
		t.Errorf("audited: %v", count)
	}
}

// A fault stands beside its field, and what was typed is still there.
func TestAccountFormsKeepWhatWasTyped(t *testing.T) {
	store := filledStore(t)
	e := pages(t, store, testScorer(t))
	for _, c := range []struct {
		path, fault string
		form        url.Values
	}{
		{"override", "within the next 366 days", url.Values{"band": {"sick"}, "reason": {"typed"}, "owner": {"Ada"}, "expires": {"2026-11-01"}}},
		{"override", "within the next 366 days", url.Values{"band": {"sick"}, "reason": {"typed"}, "owner": {"Ada"}, "expires": {"2028-11-01"}}},
		{"override", "choose one", url.Values{"band": {"green"}, "reason": {"typed"}, "owner": {"Ada"}, "expires": {"2026-12-01"}}},
		{"override", "fill this in", url.Values{"band": {"sick"}, "reason": {"typed"}, "owner": {" "}, "expires": {"2026-12-01"}}},
		{"override", "At most", url.Values{"band": {"sick"}, "reason": {"typed" + strings.Repeat("x", 2000)}, "owner": {"Ada"}, "expires": {"2026-12-01"}}},
		{"intervention", "today or earlier", url.Values{"kind": {"call"}, "at": {"2027-01-01"}, "owner": {"typed"}}},
		{"intervention", "today or earlier", url.Values{"kind": {"call"}, "at": {""}, "owner": {"typed"}}},
		{"intervention", "choose one", url.Values{"kind": {"gift"}, "at": {"2026-11-01"}, "owner": {"typed"}}},
	} {
		w := post(e, "/accounts/acc-007/"+c.path, c.form, "same-origin")
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="typed`) || !strings.Contains(page, c.fault) || strings.Count(page, `class="fault"`) != 1 {
			t.Errorf("%s %v: %d, typed %t, fault %t", c.path, c.form, w.Code, strings.Contains(page, `value="typed`), strings.Contains(page, c.fault))
		}
	}
	if list, err := store.Overrides(t.Context(), "acc-007"); err != nil || len(list) > 0 {
		t.Errorf("stored all the same: %v %v", list, err)
	}
}

// Another site's page writes nothing, and no one writes to an account that is not there.
func TestAccountFormsRefuse(t *testing.T) {
	store := filledStore(t)
	e := pages(t, store, testScorer(t))
	call := url.Values{"kind": {"call"}, "at": {"2026-11-21"}, "owner": {"Ben"}}
	if w := post(e, "/accounts/acc-007/intervention", call, "cross-site"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "another site") {
		t.Errorf("another site: %d", w.Code)
	}
	if w := post(e, "/accounts/nobody/intervention", call, "same-origin"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown account: %d", w.Code)
	}
	if list, err := store.Interventions(t.Context(), "acc-007"); err != nil || len(list) > 0 {
		t.Errorf("stored all the same: %v %v", list, err)
	}
}

// In a browser: the forms open, take what is typed, keep it when a field is wrong,
// and show what was stored, at every width, in both languages, by day and by night.
func TestAccountFormsInABrowser(t *testing.T) {
	b := openTab(t)
	widths := []int64{360, 768, 1024, 1440}
	if testing.Short() {
		widths = widths[:1]
	}
	send := func(step chromedp.Action[chromedp.Void]) {
		t.Helper()
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		_, err := chromedp.RunResponse(ctx, step)
		b.must(err)
	}
	for i, width := range widths {
		for j, l := range []text.Language{text.English, text.German} {
			mode, id := []string{"light", "dark"}[(i+j)%2], fmt.Sprintf("/accounts/acc-%03d", 1+2*i+j)
			where := fmt.Sprintf("at %d, %s, %s", width, mode, l)
			b.look(width, mode, l)
			b.do(chromedp.Navigate(b.url + id))
			b.do(chromedp.Click(".write details:last-of-type summary"))
			b.do(chromedp.SetValue("form[action$=override] [name=owner]", "Ada"))
			b.do(chromedp.SetValue("form[action$=override] [name=reason]", "new sponsor"))
			ask[bool](b, `(document.querySelector("form[action$=override]").noValidate = true)`)
			send(chromedp.Click("form[action$=override] button"))
			if !ask[bool](b, `document.querySelectorAll(".fault").length === 1 && document.querySelector("form[action$=override] [name=reason]").value === "new sponsor"`) {
				t.Errorf("%s: the fault is not shown alone, or what was typed is gone", where)
			}
			for _, list := range [][]string{ask[[]string](b, fmt.Sprintf(tooWide, width)), b.violations()} {
				if len(list) > 0 {
					t.Errorf("%s: %s", where, strings.Join(list, "; "))
				}
			}
			b.do(chromedp.SetValue("form[action$=override] [name=expires]", "2026-12-22"))
			send(chromedp.Click("form[action$=override] button"))
			if !ask[bool](b, `document.querySelector(".override").textContent.includes("new sponsor")`) {
				t.Errorf("%s: the override is not shown", where)
			}
			b.do(chromedp.Click(".write details:first-of-type summary"))
			b.do(chromedp.SetValue("form[action$=intervention] [name=owner]", "Ben Who Called"))
			send(chromedp.Click("form[action$=intervention] button"))
			if !ask[bool](b, `document.querySelector("main").textContent.includes("Ben Who Called")`) {
				t.Errorf("%s: the call is not shown", where)
			}
		}
	}
}
