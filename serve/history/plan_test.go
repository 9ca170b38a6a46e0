package history

import (
	"context"
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
						if q.Band = "sick"; o.band != "" {
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

// An account's timeline and a date of it are read through the key.
func TestSnapshotsAreFoundByKey(t *testing.T) {
	s, err := Open(context.Background(), t.TempDir()+"/history.db", Options{Clock: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for query, args := range map[string][]any{
		selectSnapshots + ` ORDER BY s.as_of DESC, s.sequence DESC LIMIT 1`: {1},
		selectSnapshots + ` AND s.as_of = ? AND s.model = ?`:                {1, 2, 3},
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
