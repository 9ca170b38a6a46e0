package history_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/history"
)

var (
	drawnIDs  = []string{"a", "b", "c-1", "c-2", "d_d", "Ä%", "<script>", "'; --"}
	drawID    = rapid.SampledFrom(drawnIDs)
	drawDay   = rapid.Custom(func(t *rapid.T) time.Time { return on(1, rapid.IntRange(1, 5).Draw(t, "day")) })
	drawScore = rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 8).Draw(t, "score")) * 12.5 })
	sorts     = []history.Sort{"", history.SortRenewal, history.SortHealth, history.SortChurn, history.SortARR, history.SortMoved, history.SortAccount, history.SortMatch}
)

var drawAccount = rapid.Custom(func(t *rapid.T) history.Account {
	a := history.Account{
		ID:    drawID.Draw(t, "id"),
		Name:  rapid.SampledFrom([]string{"", "Acme GmbH", "acme inc", "Zürich Rück", "<script>alert(1)</script>", "100%", "a_b"}).Draw(t, "name"),
		Owner: rapid.SampledFrom([]string{"", "Ada", "Bo"}).Draw(t, "owner"),
		ARR:   rapid.SampledFrom([]float64{math.NaN(), 0, 1200, 99.99}).Draw(t, "arr"),
	}
	if rapid.Bool().Draw(t, "due") {
		a.DueOn = on(6, rapid.IntRange(1, 3).Draw(t, "due on"))
	}
	if rapid.Bool().Draw(t, "dated") {
		a.AsOf = drawDay.Draw(t, "described at")
	}
	return a
})

var drawSnapshot = rapid.Custom(func(t *rapid.T) history.Snapshot {
	sn := snap(drawID.Draw(t, "id"), drawDay.Draw(t, "as of"), drawScore.Draw(t, "health"))
	sn.Model = rapid.SampledFrom([]string{"v1", "v2"}).Draw(t, "model")
	sn.ClusterID = rapid.SampledFrom([]string{"c1", "c2"}).Draw(t, "cluster")
	sn.ClusterName = "name of " + sn.ClusterID
	sn.TopTheme = rapid.SampledFrom([]string{"", "usage", "support"}).Draw(t, "theme")
	return sn
})

var drawBatch = rapid.Custom(func(t *rapid.T) history.Batch {
	batch := history.Batch{
		Accounts:  rapid.SliceOfN(drawAccount, 0, 4).Draw(t, "accounts"),
		Snapshots: rapid.SliceOfN(drawSnapshot, 0, 8).Draw(t, "snapshots"),
	}
	if rapid.IntRange(0, 2).Draw(t, "whole") == 0 {
		batch.Whole = drawDay.Draw(t, "whole at")
	}
	return batch
})

var drawQuery = rapid.Custom(func(t *rapid.T) history.Query {
	q := history.Query{
		Sort: rapid.SampledFrom(sorts).Draw(t, "sort"), Desc: rapid.Bool().Draw(t, "desc"),
		Limit: rapid.IntRange(1, 4).Draw(t, "limit"),
	}
	pick := func(what string, values ...string) string {
		if rapid.IntRange(0, 3).Draw(t, what+" asked") > 0 {
			return ""
		}
		return rapid.SampledFrom(values).Draw(t, what)
	}
	several := func(what string, values ...string) (list []string) {
		for range 2 {
			if v := pick(what, values...); v != "" {
				list = append(list, v)
			}
		}
		return list
	}
	q.Bands, q.Clusters, q.Themes = several("band", "sick", "healthy", "none"), several("cluster", "c1", "c2"), several("theme", "usage", "support")
	q.Owners = several("owner", "Ada", "Bo", "Nobody", history.NoOwner)
	for _, limit := range []**float64{&q.ARRFrom, &q.ARRTo} {
		if rapid.IntRange(0, 3).Draw(t, "arr asked") == 0 {
			arr := rapid.SampledFrom([]float64{0, 100, 1000, 1e5}).Draw(t, "arr")
			*limit = &arr
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "from asked") == 0 {
		q.DueFrom = on(5, 15)
	}
	q.Override = rapid.IntRange(0, 5).Draw(t, "override") == 0
	q.Search = pick("search", "a", "acme", "ACME g", "c 1", "z", "%", "_", "zürich", "100%", "script", "b' OR 1=1", "zuerich", "RUCK", "ü", "me g", "_d", "\"", "a*", "NOT a", "a OR b", "(", `\`)
	if rapid.IntRange(0, 3).Draw(t, "due asked") == 0 {
		q.DueBefore = on(6, 2)
	}
	q.Left = rapid.IntRange(0, 3).Draw(t, "left") == 0
	return q
})

// Whatever is written in whatever order, every list over all its pages is what
// a reader would make of the writes by hand. Every check begins by erasing what
// the one before left.
func TestListIsWhatWasWritten(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		history.DoNotSync(t, s)
		rapid.Check(t, func(r *rapid.T) {
			for _, id := range drawnIDs {
				if _, err := s.Erase(ctx, id, "test"); err != nil && !errors.Is(err, history.ErrNotFound) {
					r.Fatal(err)
				}
			}
			history.ForgetWholes(t, s)
			b := newBook()
			for _, batch := range rapid.SliceOfN(drawBatch, 1, 4).Draw(r, "batches") {
				if _, err := s.Write(ctx, batch); err != nil {
					r.Fatal(err)
				}
				b.write(batch)
			}
			compareTimelines(r, s, b)
			for _, q := range rapid.SliceOfN(drawQuery, 6, 6).Draw(r, "queries") {
				compareLists(r, s, b, q)
				compareRenewals(r, s, b, q, drawStretches.Draw(r, "stretches"))
			}
		})
	})
}

func compareLists(t *rapid.T, s *history.Store, b *book, q history.Query) {
	want, sums := b.list(q), history.Sums{}
	var got []history.Row
	first := q
	for pages := 0; ; pages++ {
		page, err := s.List(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Rows) > q.Limit || pages > len(want) {
			t.Fatalf("%+v: page %d has %d rows", q, pages, len(page.Rows))
		}
		got = append(got, page.Rows...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	if d := diff(got, want); d != "" {
		t.Fatalf("%+v: - want, + got\n%s", first, d)
	}
	for _, r := range want {
		count(&sums, r)
	}
	got2, err := s.Summary(ctx, first)
	if err != nil {
		t.Fatal(err)
	}
	compareSums(t, got2, sums)
}

// compareSums allows half a cent for each account's share of the sums.
func compareSums(t *rapid.T, got *history.Summary, want history.Sums) {
	sums := got.Sums
	tolerance := 0.005*float64(want.Accounts) + 1e-9
	if math.Abs(sums.ARR-want.ARR) > tolerance || math.Abs(sums.ARRAtRisk-want.ARRAtRisk) > tolerance {
		t.Fatalf("summed %+v, want %+v", sums, want)
	}
	sums.ARR, sums.ARRAtRisk = want.ARR, want.ARRAtRisk
	if sums != want {
		t.Fatalf("summed %+v, want %+v", sums, want)
	}
	for _, groups := range [][]history.Group{got.Bands, got.Clusters, got.Themes} {
		n := 0
		for _, g := range groups {
			n += g.Accounts
		}
		if n != want.Accounts {
			t.Fatalf("groups %+v of %d accounts hold %d", groups, want.Accounts, n)
		}
	}
}

func TestQueriesThatAreRefused(t *testing.T) {
	s := open(t, sqliteFile(t))
	for _, q := range []history.Query{{Sort: "id; DROP TABLE account"}, {Limit: -1}, {Limit: history.MaxLimit + 1}, {Owners: []string{"\xff"}}, {DueBefore: noon}} {
		if _, err := s.List(ctx, q); !errors.Is(err, history.ErrInput) {
			t.Errorf("%+v: %v, want ErrInput", q, err)
		}
		if _, err := s.Summary(ctx, q); !errors.Is(err, history.ErrInput) {
			t.Errorf("sum of %+v: %v, want ErrInput", q, err)
		}
	}
}

func TestCursorsAreSealed(t *testing.T) {
	s, other := open(t, sqliteFile(t)), open(t, sqliteFile(t))
	var batch history.Batch
	for i := range 5 {
		batch.Snapshots = append(batch.Snapshots, snap(fmt.Sprint("a", i), on(1, 1), 50))
	}
	write(t, s, batch)
	write(t, other, batch)
	q := history.Query{Sort: history.SortHealth, Limit: 2}
	page, err := s.List(ctx, q)
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	q.Cursor = page.Next
	if next, err := s.List(ctx, history.Query{Sort: history.SortHealth, Limit: 1, Cursor: page.Next}); err != nil || ids(next) != "a2" {
		t.Errorf("a page of another length: %q, %v", ids(next), err)
	}
	for i := range page.Next {
		changed := []byte(page.Next)
		changed[i] ^= 1
		q.Cursor = string(changed)
		if _, err := s.List(ctx, q); !errors.Is(err, history.ErrCursor) {
			t.Errorf("character %d changed: %v, want ErrCursor", i, err)
		}
	}
	for name, try := range map[string]func() (history.Page, error){
		"cut": func() (history.Page, error) {
			return s.List(ctx, history.Query{Sort: history.SortHealth, Cursor: page.Next[:9]})
		},
		"no base64": func() (history.Page, error) { return s.List(ctx, history.Query{Sort: history.SortHealth, Cursor: "%"}) },
		"other sort": func() (history.Page, error) {
			return s.List(ctx, history.Query{Sort: history.SortChurn, Cursor: page.Next})
		},
		"other way": func() (history.Page, error) {
			return s.List(ctx, history.Query{Sort: history.SortHealth, Desc: true, Cursor: page.Next})
		},
		"left": func() (history.Page, error) {
			return s.List(ctx, history.Query{Sort: history.SortHealth, Left: true, Cursor: page.Next})
		},
		"filtered": func() (history.Page, error) {
			return s.List(ctx, history.Query{Sort: history.SortHealth, Bands: []string{"sick"}, Cursor: page.Next})
		},
		"other store": func() (history.Page, error) {
			return other.List(ctx, history.Query{Sort: history.SortHealth, Cursor: page.Next})
		},
	} {
		if _, err := try(); !errors.Is(err, history.ErrCursor) {
			t.Errorf("%s: %v, want ErrCursor", name, err)
		}
	}
}

// Rows that leave between two pages do not disturb the rest.
func TestPagingGoesOnWhereRowsLeave(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		s := open(t, p.dsn(t))
		var batch history.Batch
		for i := range 6 {
			batch.Snapshots = append(batch.Snapshots, snap(fmt.Sprint("a", i), on(1, 1), float64(10*i)))
		}
		write(t, s, batch)
		q := history.Query{Sort: history.SortHealth, Limit: 2}
		page, err := s.List(ctx, q)
		if err != nil || ids(page) != "a0 a1" {
			t.Fatal(ids(page), err)
		}
		for _, id := range []string{"a1", "a2"} {
			if _, err := s.Erase(ctx, id, "test"); err != nil {
				t.Fatal(err)
			}
		}
		q.Cursor = page.Next
		if page, err = s.List(ctx, q); err != nil || ids(page) != "a3 a4" {
			t.Fatal(ids(page), err)
		}
	})
}
