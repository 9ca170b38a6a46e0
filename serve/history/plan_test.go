package history

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A page walks the index of its order, first page and following, both ways and
// with every filter that is no index of its own: it never sorts what passes.
func TestPagesWalkAnIndex(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, t.TempDir()+"/history.db", Options{Clock: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	position := position{Due: 1, Number: 1, Text: "a", Key: 1}
	for sort, o := range orders {
		for _, filters := range [][]string{nil, {"a.cluster = 1"}, {"a.theme = 1", "a.owner = 2"}, {"a.band = 1", "a.due_on < 7"}} {
			for _, desc := range []bool{false, true} {
				for _, unknown := range []bool{false, true} {
					if unknown && !o.nullable {
						continue
					}
					q := Query{Sort: sort, Desc: desc}
					index := o.index
					if filters != nil && strings.Contains(filters[0], "band") {
						if q.Bands = []string{"sick"}; o.band != "" {
							index = o.band
						}
					}
					f := &filter{conditions: append([]string{present}, filters...), from: "account a"}
					p := position
					p.Unknown = unknown
					query, args := s.stretchSQL(q, f, &p, unknown, 51)
					inner := query[strings.Index(query, "(SELECT a.k")+1 : strings.Index(query, ") AS p")]
					plan := explain(t, s, inner, args...)
					if strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, " "+index+" ") {
						t.Errorf("%s desc=%v unknown=%v %v: %s", sort, desc, unknown, filters, plan)
					}
				}
			}
		}
	}
}

// Few accounts with words in common are found by those, whichever are asked for,
// and one filter of many by the order.
func TestFewAreFoundByTheirWords(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, t.TempDir()+"/history.db", Options{Clock: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var b Batch
	for i := range 400 {
		sn := Snapshot{AccountID: fmt.Sprint("a", i), AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Model: "v", Values: []float64{1}, Health: 50, Outlook: 50, Path: 50, Churn: .1, Low: .1, High: .1, Band: "sick", ClusterID: "c1", TopTheme: "usage", Membership: 1}
		if i%100 == 0 {
			sn.Band, sn.ClusterID, sn.TopTheme = "healthy", "c2", "people"
		}
		b.Snapshots = append(b.Snapshots, sn)
	}
	if _, err := s.Write(ctx, b); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query Query
		index string // "": the order's
		none  bool
	}{
		{Query{Bands: []string{"healthy"}}, "by_texts", false}, {Query{Clusters: []string{"c2"}}, "by_texts", false}, {Query{Themes: []string{"people"}}, "by_texts", false},
		{Query{Themes: []string{"people"}, Clusters: []string{"c2"}}, "by_texts", false}, {Query{Themes: []string{"people"}, Bands: []string{"healthy"}}, "by_texts", false},
		{Query{Themes: []string{"usage"}}, "", false}, {Query{Bands: []string{"sick"}, Clusters: []string{"c1"}}, "", false}, {Query{}, "", false}, {Query{Bands: []string{"sick"}, Clusters: []string{"c2"}}, "", true},
	} {
		q, err := c.query.normalize()
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.filter(ctx, q, anyRank)
		if err != nil || f.index != c.index || f.none != c.none {
			t.Fatalf("%+v: index %q, none %v, %v", c.query, f.index, f.none, err)
		}
		if c.index == "" {
			continue
		}
		query, args := s.stretchSQL(q, f, nil, false, 51)
		inner := query[strings.Index(query, "(SELECT a.k")+1 : strings.Index(query, ") AS p")]
		if plan := explain(t, s, inner, args...); !strings.Contains(plan, "by_texts (band=?") || len(c.query.Themes) > 0 && !strings.Contains(plan, "AND theme=?") {
			t.Errorf("%+v: %s", c.query, plan)
		}
		if page, err := s.List(ctx, c.query); err != nil || len(page.Rows) != 4 {
			t.Errorf("%+v: %d rows, %v", c.query, len(page.Rows), err)
		}
	}
}

// An account's timeline and a date of it are read through the key.
func TestSnapshotsAreFoundByKey(t *testing.T) {
	s, err := Open(context.Background(), t.TempDir()+"/history.db", Options{Clock: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for query, args := range map[string][]any{
		selectSnapshots + ` WHERE s.account = ? ORDER BY s.as_of DESC, s.sequence DESC LIMIT 1`: {1},
		selectSnapshots + ` WHERE s.account = ? AND s.as_of = ? AND s.model = ?`:                {1, 2, 3},
	} {
		if plan := explain(t, s, query, args...); !strings.Contains(plan, "USING INDEX snapshot_key (account=?") {
			t.Errorf("%s: %s", query, plan)
		}
	}
}

func explain(t *testing.T, s *Store, query string, args ...any) string {
	t.Helper()
	rows, err := s.read.Query("EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var steps []string
	if err := each(rows, func(scan func(...any) error) error {
		var id, parent, unused int
		var detail string
		err := scan(&id, &parent, &unused, &detail)
		steps = append(steps, detail)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, " | ")
}
