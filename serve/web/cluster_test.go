package web

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
)

func TestTextsThatEndAlike(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{[]string{"reports in the last 84 days", "files shared in the last 84 days"}, "in the last 84 days"},
		{[]string{"reports in the last 84 days", "files in the last 28 days"}, ""},
		{[]string{"reports"}, ""}, {[]string{"in the last 84 days"}, ""},
		{[]string{"reports in the last 84 days", " in the last 84 days"}, ""},
		{[]string{"logins in in the last 7 days"}, "in the last 7 days"},
	} {
		if got := commonTail(c.texts, "in"); got != c.want {
			t.Errorf("%q: %q", c.texts, got)
		}
	}
}

// A model may still name an account that was erased from the history; its
// cluster's page does not. What the history never held is named by its id.
func TestErasedAccountsAreNoModelAccounts(t *testing.T) {
	store := filledStore(t)
	e := pages(t, store, testScorer(t))
	named := func() (accounts []string) {
		page := get(t, e, "/clusters/c1").Body.String()
		for _, id := range []string{"acc-007", "long-gone"} {
			if strings.Contains(page, id) {
				accounts = append(accounts, id)
			}
		}
		return accounts
	}
	if got := named(); !slices.Equal(got, []string{"acc-007", "long-gone"}) {
		t.Fatalf("before: %v", got)
	}
	if _, err := store.Erase(context.Background(), "acc-007", "dpo"); err != nil {
		t.Fatal(err)
	}
	if got := named(); !slices.Equal(got, []string{"long-gone"}) {
		t.Errorf("after: %v", got)
	}
}

// What is counted is one, or many: "less than 1 event".
func TestBinsSayOneAndMany(t *testing.T) {
	below, open := math.Inf(-1), math.Inf(1)
	d := &explain.ClusterDriver{Unit: "events"}
	for _, c := range []struct {
		low, high float64
		en, de    string
	}{
		{below, 0.5, "less than 1 event", "weniger als 1 Ereignis"}, {below, 3, "less than 3 events", "weniger als 3 Ereignisse"},
		{0.2, 1, "1 event", "1 Ereignis"}, {2, open, "2 events", "2 Ereignisse"},
	} {
		en, de := Words{Language: text.English}.binText(d, explain.ShapeBin{Low: c.low, High: c.high}), Words{Language: text.German}.binText(d, explain.ShapeBin{Low: c.low, High: c.high})
		plain := func(text string) string { return strings.ReplaceAll(text, space, " ") }
		if !strings.HasPrefix(plain(en), c.en) || !strings.Contains(plain(de), c.de) || strings.Contains(plain(de), c.de+"se") {
			t.Errorf("%v to %v: %q, %q", c.low, c.high, en, de)
		}
	}
}
