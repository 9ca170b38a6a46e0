package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The filter by owner stays: the browser keeps it, an address without it has it, and
// naming no owner ends it; an owner whom nobody has any more is no filter.
func TestOwnerFilterStays(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	visit := func(path, kept string) (*http.Response, string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if kept != "" {
			r.AddCookie(&http.Cookie{Name: ownerCookie, Value: kept})
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, w.Code)
		}
		return w.Result(), w.Body.String()
	}
	keeps := func(r *http.Response) *http.Cookie {
		for _, c := range r.Cookies() {
			if c.Name == ownerCookie {
				return c
			}
		}
		return nil
	}
	r, chosen := visit("/?owner=Ada+K%C3%B6nig", "")
	c := keeps(r)
	if c == nil || c.MaxAge <= 0 || !c.HttpOnly || !strings.Contains(chosen, `<option value="Ada König" selected>`) {
		t.Fatalf("an owner that was chosen is not kept: %v", c)
	}
	r, later := visit("/", c.Value)
	if keeps(r) != nil || !strings.Contains(later, `<option value="Ada König" selected>`) {
		t.Error("the owner that is kept is no filter of the next page")
	}
	if !strings.Contains(later, `href="/?owner=#list"`) || !strings.Contains(later, `/accounts.csv?owner=Ada`) {
		t.Errorf("the links of the page do not end the filter or keep it")
	}
	r, ended := visit("/?owner=", c.Value)
	if c := keeps(r); c == nil || c.MaxAge >= 0 || strings.Contains(ended, `<option value="Ada König" selected>`) {
		t.Errorf("naming no owner keeps one: %v", c)
	}
	for _, odd := range []string{"Nobody", "%zz", "%3Cscript%3E"} {
		if _, page := visit("/", odd); strings.Contains(page, "script>E") || strings.Contains(page, `class="active"`) {
			t.Errorf("%q is a filter", odd)
		}
	}
}
