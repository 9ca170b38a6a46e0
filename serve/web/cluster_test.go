package web

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
)

func TestWindowsInCommon(t *testing.T) {
	count := func(window int) *catalog.Definition {
		return &catalog.Definition{Measure: catalog.MeasureCount, Type: "report", Window: window}
	}
	for _, c := range []struct {
		of   []*catalog.Definition
		want int
	}{
		{[]*catalog.Definition{count(84), count(84)}, 84}, {[]*catalog.Definition{count(84), count(28)}, 0}, {[]*catalog.Definition{count(7)}, 7},
		{[]*catalog.Definition{count(84), nil}, 0}, {[]*catalog.Definition{{Measure: catalog.MeasureAttribute, Window: 84}}, 0}, {nil, 0},
	} {
		var traits []explain.ClusterTrait
		for _, d := range c.of {
			traits = append(traits, explain.ClusterTrait{Definition: d})
		}
		if got := commonWindow(traits); got != c.want {
			t.Errorf("%v: %d, want %d", c.of, got, c.want)
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
