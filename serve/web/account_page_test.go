package web

import (
	"errors"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// What the address may ask for, and what it gets.
func TestAccountAddresses(t *testing.T) {
	e := pages(t, filledStore(t), testScorer(t))
	for _, c := range []struct {
		path   string
		status int
		says   []string
	}{
		{"/accounts/acc-007", 200, []string{"Company H7", "From 20 Oct 2026 to 20 Nov 2026", "Stage map"}},
		{"/accounts/acc-007?lang=de", 200, []string{"Vom 20.10.2026 zum 20.11.2026", "Etappenkarte"}},
		{"/accounts/acc-007?from=2026-09-20&to=2026-11-20", 200, []string{"From 20 Sep 2026 to 20 Nov 2026"}},
		{"/accounts/acc-007?to=2026-10-20", 200, []string{"From 20 Sep 2026 to 20 Oct 2026", "As of 20 Oct 2026"}},
		{"/accounts/acc-007?to=2026-09-20", 200, []string{"This is the first date that is stored", "Is it real?"}[:1]},
		{"/accounts/acc-007?from=2026-10-01", 404, []string{"nothing is stored for 1 Oct 2026", "20 Sep 2026", "20 Oct 2026"}},
		{"/accounts/acc-007?to=2027-01-01", 404, []string{"nothing is stored for 1 Jan 2027", "20 Nov 2026"}},
		{"/accounts/acc-007?to=2020-01-01&lang=de", 404, []string{"ist für den 01.01.2020 nichts gespeichert", "20.09.2026"}},
		{"/accounts/acc-007?from=2026-11-20&to=2026-09-20", 400, []string{"20 Nov 2026 is not before 20 Sep 2026", "Compare 20 Sep 2026 with 20 Nov 2026"}},
		{"/accounts/acc-007?from=2026-11-20&to=2026-11-20", 400, []string{"is not before"}},
		{"/accounts/acc-007?from=yesterday", 400, []string{"not understood"}},
		{"/accounts/nobody", 404, []string{"Nothing is stored here"}},
		{"/accounts/%3Cscript%3E", 404, []string{"Nothing is stored here"}},
	} {
		w := get(t, e, c.path)
		text := strings.ReplaceAll(textOf(w.Body.String()), space, " ")
		if w.Code != c.status {
			t.Errorf("%s: status %d, want %d", c.path, w.Code, c.status)
		}
		for _, say := range c.says {
			if !strings.Contains(text, say) {
				t.Errorf("%s does not say %q:\n%s", c.path, say, text)
			}
		}
	}
}

// Ids that would mean something else in an address or in HTML.
func TestAccountIDsOfAllKinds(t *testing.T) {
	store, s := testStore(t), testScorer(t)
	ids := []string{hostileName, "Müller/Söhne GmbH #1?", "a%2Fb", "a b+c&d"}
	sample, journey := simulated(len(ids), 5)
	batch := history.Batch{Actor: "test"}
	for _, asOf := range testDates[:2] {
		in := &score.Input{Frame: sample.Frame, Journey: journey, AccountIDs: ids}
		for range ids {
			in.AsOf = append(in.AsOf, asOf)
		}
		list, err := account.Snapshots(s, in)
		if err != nil {
			t.Fatal(err)
		}
		batch.Snapshots = append(batch.Snapshots, list...)
	}
	for _, id := range ids {
		batch.Accounts = append(batch.Accounts, history.Account{ID: id})
	}
	if _, err := store.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	e := pages(t, store, s)
	for _, id := range ids {
		w := get(t, e, accountHref(id))
		body := w.Body.String()
		if w.Code != http.StatusOK || !strings.Contains(textOf(body), "\n"+id+"\n") || strings.Contains(body, "<script>") {
			t.Errorf("%q: status %d\n%.300s", id, w.Code, textOf(body))
			continue
		}
		link := html.UnescapeString(regexp.MustCompile(`href="([^"]*from=[^"]*)"`).FindStringSubmatch(body)[1])
		if w := get(t, e, link); w.Code != http.StatusOK {
			t.Errorf("%q: the chart leads to %s: status %d", id, link, w.Code)
		}
	}
}

// The page shows what package serve says, to the last shown digit.
func TestAccountPageSaysWhatServeSays(t *testing.T) {
	store, s := filledStore(t), testScorer(t)
	accounts := account.New(account.Options{Clock: func() time.Time { return today }, History: store,
		Current: func() (*score.Scorer, error) { return s, nil }})
	e := pages(t, store, s)
	for _, id := range []string{"acc-001", "acc-002", "acc-010", "acc-033", "acc-077"} {
		x, err := accounts.Explanation(t.Context(), id, time.Time{}, time.Time{}, "")
		if err != nil {
			t.Fatal(err)
		}
		w := Words{Language: text.English}
		w.Explanation(x)
		text := textOf(get(t, e, "/accounts/"+id).Body.String())
		want := []string{x.Sentence, "Health score 20 Nov 2026 " + w.Score(x.To.HealthScore)}
		for _, r := range x.Reasons {
			want = append(want, r.Text)
		}
		for _, theme := range x.Themes {
			if theme.Shown != 0 {
				want = append(want, w.Change(theme.Shown)+"\n")
			}
		}
		for _, say := range want {
			if !strings.Contains(text, say) {
				t.Errorf("%s: the page does not say %q:\n%s", id, say, text)
			}
		}
	}
}

// A model that is gone takes the explanation with it, not the stored scores;
// without any model the page still stands.
func TestAccountPageWithoutModels(t *testing.T) {
	store := filledStore(t)
	gone := errors.New("no such artifact")
	e := echo.New()
	accounts := account.New(account.Options{Clock: func() time.Time { return today }, History: store,
		Current: func() (*score.Scorer, error) { return nil, account.ErrNotReady },
		Models:  func(string) (*score.Scorer, error) { return nil, gone }})
	if err := Register(e, accounts, Options{Clock: func() time.Time { return today }}); err != nil {
		t.Fatal(err)
	}
	w := get(t, e, "/accounts/acc-007")
	text := textOf(w.Body.String())
	for _, say := range []string{"is not there any more", "Company H7", "the weights cannot be shown", "All dates"} {
		if w.Code != http.StatusOK || !strings.Contains(text, say) {
			t.Errorf("status %d, does not say %q:\n%s", w.Code, say, text)
		}
	}
}

// A CSM rates the account, another trained its people: both stand on the page.
func TestAccountPageShowsWhatPeopleDid(t *testing.T) {
	store := filledStore(t)
	o := history.Override{AccountID: "acc-007", Band: "healthy", Reason: "new sponsor", Owner: "Ada", Expires: today.AddDate(0, 1, 0)}
	if _, err := store.AddOverride(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	batch := history.Batch{Actor: "test", Interventions: []history.Intervention{{AccountID: "acc-007", At: day(2026, 10, 2), Kind: "training", Owner: "Ben"}}}
	if _, err := store.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(textOf(get(t, pages(t, store, testScorer(t)), "/accounts/acc-007").Body.String()), space, " ")
	for _, say := range []string{"Ada rates the account healthy: “new sponsor” (until 22 Dec 2026)", "2 Oct 2026: training (Ben)"} {
		if !strings.Contains(text, say) {
			t.Errorf("the page does not say %q:\n%s", say, text)
		}
	}
}
