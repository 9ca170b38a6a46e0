package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// changedStore is a filled history with two whole portfolios: one account has left, one is
// new, one fell by more than usual, one is in another band, one reached a milestone.
func changedStore(t testing.TB) *history.Store {
	t.Helper()
	store, ctx := filledStore(t), context.Background()
	page, err := store.List(ctx, history.Query{Sort: history.SortAccount, Limit: history.MaxLimit})
	if err != nil {
		t.Fatal(err)
	}
	next := testDates[2].AddDate(0, 1, 0)
	first, second := history.Batch{Actor: "test", Whole: testDates[2]}, history.Batch{Actor: "test", Whole: next}
	for _, r := range page.Rows {
		sn, err := store.Latest(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		first.Snapshots = append(first.Snapshots, sn)
		from := sn.AsOf
		if sn.AsOf, sn.Tenure = next, sn.Tenure+31; r.ID == "acc-008" {
			continue
		}
		switch r.ID {
		case "acc-003":
			sn.Movement = &history.Movement{From: from, FromModel: sn.Model, Moved: -21.5, Verdict: history.VerdictMoved, Reason: sn.TopReason, Points: math.NaN()}
		case "acc-007":
			sn.Band, sn.Plain, sn.Near = "sick", "sick", ""
		case "acc-009":
			sn.Reached = map[string]float64{"rollout": sn.Tenure - 10}
		}
		second.Snapshots = append(second.Snapshots, sn)
	}
	added := second.Snapshots[0]
	added.AccountID = "acc-new"
	second.Snapshots = append(second.Snapshots, added)
	for _, batch := range []history.Batch{first, second} {
		for i := range batch.Snapshots {
			if sn := &batch.Snapshots[i]; sn.Plain == "" {
				sn.Plain = sn.Band
			}
		}
		if _, err := store.Write(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// The page, its letter and its file list the same changes.
func TestChangesRead(t *testing.T) {
	e := pages(t, changedStore(t), testScorer(t))
	for language, wants := range map[string][]string{
		"en": {"What changed", "1 account left", "1 account fell beyond its usual", "−21.5", "in a worse band", "→ sick", "milestone", "1 new account", "By owner", "By cluster"},
		"de": {"Was sich geändert hat", "1 Account ausgeschieden", "−21,5", "→ krank", "1 neuer Account", "Nach Betreuung"},
	} {
		page := textOf(get(t, e, "/changes", "Accept-Language", language).Body.String())
		letter := get(t, e, "/changes.md", "Accept-Language", language).Body.String()
		for _, want := range wants {
			if !strings.Contains(page, want) || !strings.Contains(letter, want) {
				t.Errorf("%s: no %q in the page\n%s\nor the letter\n%s", language, want, page, letter)
			}
		}
	}
	w := get(t, e, "/changes.csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, row := range rows[1:] {
		kinds[row[1]] += row[0] + " "
		if strings.HasPrefix(row[2], "=") {
			t.Errorf("a cell that is a formula: %q", row[2])
		}
	}
	for id, want := range map[string]string{"acc-008": "left ", "acc-003": "fell ", "acc-007": "worse ", "acc-new": "new "} {
		if !strings.Contains(kinds[id], want) {
			t.Errorf("%s: %q, want %q", id, kinds[id], want)
		}
	}
	if strings.Contains(kinds["acc-001"], "worse") || len(rows) < 5 {
		t.Errorf("%v", kinds)
	}
	if letter := get(t, e, "/changes.md").Body.String(); !strings.Contains(letter, hostileName[1:7]) || strings.Contains(strings.ReplaceAll(letter, `\<`, ""), "<script") {
		t.Errorf("a name is markup in the letter\n%s", letter)
	}
}

// Dates that are none, the wrong way round or before all.
func TestChangesOfOtherDates(t *testing.T) {
	e, one := pages(t, changedStore(t), testScorer(t)), pages(t, filledStore(t), testScorer(t))
	for path, status := range map[string]int{"/changes?from=soon": 400, "/changes?from=2027-06-01": 400, "/changes?to=2020-01-01": 200, "/changes?to=2027-06-01": 200} {
		if w := get(t, e, path); w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
	}
	if page := textOf(get(t, one, "/changes").Body.String()); !strings.Contains(page, "Only one whole portfolio is stored") {
		t.Errorf("of one portfolio:\n%s", page)
	}
}

// Every kind of reader: nothing that axe objects to, nothing wider than the screen; and two
// pages of paper.
func TestChangesInABrowser(t *testing.T) {
	b := openTabOn(t, changedStore(t))
	for i, width := range []int64{360, 768, 1024, 1440} {
		for _, l := range []text.Language{text.English, text.German} {
			mode := []string{"light", "dark"}[i%2]
			b.look(width, mode, l)
			b.do(chromedp.Navigate(b.url + "/changes"))
			where := "changes at " + l.String() + " " + mode
			if got := ask[[]string](b, fmt.Sprintf(tooWide, width)); len(got) > 0 {
				t.Errorf("%s, %d: wider than the screen: %s", where, width, strings.Join(got, "; "))
			}
			for _, v := range b.violations() {
				t.Errorf("%s, %d: %s", where, width, v)
			}
			b.quiet(where)
		}
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	file, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	b.must(err)
	if n := len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(file, -1)); n < 1 || n > 2 {
		t.Errorf("printed on %d pages", n)
	}
}
