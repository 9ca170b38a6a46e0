package history_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/etappe/etappe/serve/history"
)

// Among many accounts a filter that lets few pass leads to them, and one that
// lets many pass is checked along the order: both list the same.
func TestFiltersAmongMany(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s, b := open(t, p.dsn(t)), newBook()
		var batch history.Batch
		for i := range 600 {
			id := fmt.Sprintf("acc-%04d", i)
			a := history.Account{ID: id, Name: fmt.Sprintf("%s %s GmbH", benchWords[i%20], benchWords[i/20%20]), Owner: "Ada", ARR: float64(i % 7)}
			if i%5 < 3 { // three of five are large, three of five small, one is both
				a.Name += " large"
			}
			if i%5 > 1 {
				a.Name += " small"
			}
			switch i % 100 {
			case 1:
				a.Name = "Zürich " + a.Name
			case 2:
				a.Owner = "Bo"
			case 3:
				a.DueOn = on(4, 1+i/100)
			case 4:
				a.Name = ""
			}
			sn := snap(id, on(1, 1), float64(i%101))
			sn.ClusterID = fmt.Sprint("c", i%3)
			if sn.TopTheme = "support"; i%90 == 7 {
				sn.TopTheme, sn.ClusterID = "billing", "c9"
			}
			batch.Accounts, batch.Snapshots = append(batch.Accounts, a), append(batch.Snapshots, sn)
		}
		write(t, s, batch)
		b.write(batch)
		for _, q := range []history.Query{
			{Search: "GMBH"}, {Search: "alpen"}, {Search: "gmbh alpen"}, {Search: "alpen elbe"}, {Search: "elbe alpen gmbh"},
			{Search: "large small"}, {Search: "small gmbh large"}, {Search: "large small alpen"}, {Search: "large small zzz"}, {Search: "large small", Bands: []string{"sick"}, Owners: []string{"Ada"}},
			{Search: "z"}, {Search: "zü"}, {Search: "gmbh zzz"}, {Search: "acc 00"}, {Search: "acc-0104"}, {Search: "%"}, {Search: "_"}, {Search: "rgman"}, {Search: "zuerich"}, {Search: "104"}, {Search: "04"}, {Search: "r"}, {Search: "ü"}, {Search: "acc 0104"},
			{Owners: []string{"Ada"}}, {Owners: []string{"Bo"}}, {Owners: []string{"Bo"}, Search: "gmbh"}, {Owners: []string{"Ada"}, Search: "alpen"}, {Owners: []string{"Bo"}, Search: "zürich"},
			{DueBefore: on(4, 9)}, {DueBefore: on(4, 9), Search: "gmbh"}, {DueBefore: on(1, 1)},
			{Bands: []string{"sick"}, Clusters: []string{"c1"}}, {Bands: []string{"sick"}, Search: "gmbh"}, {Bands: []string{"healthy"}, Owners: []string{"Bo"}},
			{Clusters: []string{"c1"}}, {Clusters: []string{"c2"}, Themes: []string{"support"}}, {Themes: []string{"support"}}, {Themes: []string{"billing"}}, {Bands: []string{"healthy"}, Themes: []string{"billing"}}, {Bands: []string{"healthy"}, Themes: []string{"billing"}, Search: "gmbh"},
		} {
			for _, q.Sort = range []history.Sort{history.SortRenewal, history.SortHealth, history.SortARR, history.SortMatch} {
				compareAllPages(t, s, b, q)
			}
		}
	})
}

func compareAllPages(t *testing.T, s *history.Store, b *book, q history.Query) {
	t.Helper()
	var got []string
	next := q
	next.Limit = 200
	for {
		page, err := s.List(ctx, next)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			got = append(got, r.ID)
		}
		if next.Cursor = page.Next; next.Cursor == "" {
			break
		}
	}
	var want []string
	for _, r := range b.list(q) {
		want = append(want, r.ID)
	}
	if d := diff(got, want); d != "" {
		t.Errorf("%+v: - want, + got\n%s", q, d)
	}
}

func TestOwnersAndClustersForFilters(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		for name, list := range map[string]func() (int, error){
			"owners":   func() (int, error) { l, err := s.Owners(ctx); return len(l), err },
			"clusters": func() (int, error) { l, err := s.Clusters(ctx); return len(l), err },
		} {
			if n, err := list(); n != 0 || err != nil {
				t.Errorf("%d %s in an empty history, %v", n, name, err)
			}
		}
		old, other := snap("b", on(1, 1), 50), snap("c", on(1, 1), 50)
		old.ClusterName, other.ClusterID, other.ClusterName = "an older name", "c2", "report once a month"
		write(t, s, history.Batch{
			Accounts:  []history.Account{{ID: "a", Owner: "Zoe"}, {ID: "b", Owner: "Ada"}, {ID: "c"}, {ID: "d", Owner: "Ada"}, {ID: "never answered", Owner: "Max"}},
			Snapshots: []history.Snapshot{snap("a", on(1, 1), 50), old, other, snap("d", on(1, 1), 50)},
		})
		owners, err := s.Owners(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "owners", owners, []string{"Ada", "Zoe"})
		clusters, err := s.Clusters(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "clusters", clusters, []history.Cluster{{ID: "c1", Name: "collaborate daily"}, {ID: "c2", Name: "report once a month"}})
	})
}

// In a large portfolio sums of a search that leads nowhere are refused, and all
// others are what the accounts add up to.
func TestSumsOfSearches(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes 51,000 accounts")
	}
	s := open(t, sqliteFile(t))
	w, err := s.Begin(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Rollback()
	for i := range 51_000 {
		name := "common"
		if i%1000 == 0 {
			name = "rare common"
		}
		id := fmt.Sprintf("acc-%05d", i)
		sn := snap(id, on(1, 1), float64(i%101))
		if err := errors.Join(w.Account(history.Account{ID: id, Name: name}), w.Snapshot(&sn)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	for search, want := range map[string]int{"rare": 51, "common rare": 51, "acc-00012": 1, "nobody": 0, "are": 51, "zz": 0, "rare omm": 51, "": 51_000} {
		if sum, err := s.Summary(ctx, history.Query{Search: search}); err != nil || sum.Accounts != want {
			t.Errorf("%q: %+v, %v", search, sum, err)
		}
	}
	if sum, err := s.Summary(ctx, history.Query{Search: "common"}); !errors.Is(err, history.ErrTooMany) {
		t.Errorf("common: %+v, %v", sum, err)
	}
}
