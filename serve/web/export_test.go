package web

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestExport(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	w := get(t, e, "/accounts.csv?sort=churn&owner=Ada+K%C3%B6nig")
	if got := w.Header().Get("Content-Type"); w.Code != 200 || !strings.HasPrefix(got, "text/csv") || !strings.Contains(w.Header().Get("Content-Disposition"), "accounts-2026-11-22.csv") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	text, marked := strings.CutPrefix(w.Body.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 1+testAccounts/3 {
		t.Fatalf("%d rows, byte order mark %v, %v", len(rows), marked, err)
	}
	owner, churn := slices.Index(rows[0], "owner"), slices.Index(rows[0], "churn_probability")
	last := "1"
	for _, row := range rows[1:] {
		if row[owner] != "Ada König" || row[churn] > last {
			t.Fatalf("%v after a churn of %s", row, last)
		}
		last = row[churn]
	}
	for _, wrong := range []string{"limit=5", "page=2", "foo=1", "cursor=x", "due_before=soon", "sort=churn&sort=arr", "month=soon", "arr_from=much", "override=perhaps"} {
		if w := get(t, e, "/accounts.csv?"+wrong); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", wrong, w.Code)
		}
	}
	all := strings.Count(get(t, e, "/accounts.csv").Body.String(), "\n")
	if some := strings.Count(get(t, e, "/accounts.csv?due_before=2027-01-01").Body.String(), "\n"); some == all || some < 2 {
		t.Errorf("%d of %d lines before a day", some, all)
	}
	if w := get(t, e, "/accounts.csv?sort=colour"); w.Code != http.StatusBadRequest {
		t.Errorf("an unknown order: %d", w.Code)
	}
	if w := get(t, pages(t, nil, nil), "/accounts.csv"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("without a history: %d", w.Code)
	}
}

// No text becomes a formula.
func TestExportIsHarmless(t *testing.T) {
	body := get(t, pages(t, filledStore(t), testScorer(t)), "/accounts.csv?q=hyperlink").Body.String()
	if !strings.Contains(body, `"'=HYPERLINK(""x"")"`) {
		t.Errorf("%s", body)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching("[=+\\-@\t\r\na-z1]{0,5}").Draw(t, "text")
		got := harmless(text)
		if got != "" && strings.ContainsAny(got[:1], "=+-@\t\r\n") || strings.TrimPrefix(got, "'") != text {
			t.Fatalf("%q becomes %q", text, got)
		}
	})
}

// A file that breaks off does not look like a whole one.
func TestExportBreaksOff(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	ctx, cancel := context.WithCancel(context.Background())
	r := httptest.NewRequest(http.MethodGet, "/accounts.csv", nil).WithContext(ctx)
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("it ended with %v", got)
		}
	}()
	e.ServeHTTP(&leaver{httptest.NewRecorder(), cancel}, r)
}

// leaver is a reader who goes away after the first bytes.
type leaver struct {
	*httptest.ResponseRecorder
	gone func()
}

func (f *leaver) Write([]byte) (int, error) {
	f.gone()
	return 0, http.ErrHandlerTimeout
}
