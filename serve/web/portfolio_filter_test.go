package web

import (
	"context"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

// Every filter is an address: page and export list what the history lists for it, the page
// states it in words, and the link of a filter that is set takes that one away.
func TestFilters(t *testing.T) {
	store := filledStore(t)
	e := pages(t, store, testScorer(t))
	if _, err := store.AddOverride(context.Background(), history.Override{AccountID: "acc-007", Band: "sick", Reason: "their buyer left", Owner: "Ada"}); err != nil {
		t.Fatal(err)
	}
	low, high := 5000.0, 12000.0
	for _, c := range []struct {
		address string
		query   history.Query
		stated  string
	}{
		{"band=sick&band=at_risk&band=sick&band=", history.Query{Bands: []string{"sick", "at_risk"}}, "Band: sick or at risk"},
		{"owner=none", history.Query{Owners: []string{history.NoOwner}}, "Owner: no owner"},
		{"owner=Ada+K%C3%B6nig&owner=none", history.Query{Owners: []string{"Ada König", history.NoOwner}}, "Owner: Ada König or no owner"},
		{"arr_from=5000&arr_to=12000", history.Query{ARRFrom: &low, ARRTo: &high}, "ARR up to 12,000 EUR"},
		{"month=2026-12", history.Query{DueFrom: day(2026, 12, 1), DueBefore: day(2027, 1, 1)}, "Renewal: Dec 2026"},
		{"month=2026-11", history.Query{DueFrom: day(2026, 11, 22), DueBefore: day(2026, 12, 1)}, "Renewal: Nov 2026"},
		{"month=overdue", history.Query{DueBefore: day(2026, 11, 22)}, "Renewal: overdue"},
		{"override=yes", history.Query{Override: true}, "with a band set by hand"},
		{"changed=yes", history.Query{Changed: true}, "in another band than before"},
	} {
		c.query.Limit = history.MaxLimit
		list, err := store.List(context.Background(), c.query)
		if err != nil {
			t.Fatal(err)
		}
		all := len(list.Rows)
		if lines := strings.Count(get(t, e, "/accounts.csv?"+c.address).Body.String(), "\n"); lines != 1+all {
			t.Errorf("%s: the export has %d lines for %d accounts", c.address, lines, all)
		}
		page := strings.ReplaceAll(html.UnescapeString(get(t, e, "/?"+c.address).Body.String()), "\u00a0", " ")
		if n := strings.Count(page, `<tr role="row" class="`); n != min(all, pageRows) {
			t.Errorf("%s: the page has %d of %d accounts", c.address, n, all)
		}
		if !strings.Contains(page, "<bdi>"+c.stated+"</bdi>") {
			t.Errorf("%s: the page does not state %q", c.address, c.stated)
		}
		if all == testAccounts {
			t.Errorf("%s: all accounts pass", c.address)
		}
	}
	page := html.UnescapeString(get(t, e, "/?band=sick&band=at_risk").Body.String())
	if !strings.Contains(page, `href="/?band=at_risk#list"`) || !strings.Contains(page, `href="/?band=sick#list"`) {
		t.Error("one of two bands cannot be taken away")
	}
	if !strings.Contains(page, `month=2026-12#list"`) || !strings.Contains(page, url.Values{"band": {"sick", "at_risk"}, "month": {"2026-12"}}.Encode()) {
		t.Error("the renewals ahead are no links, or lose the other filters")
	}
}
