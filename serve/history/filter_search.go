package history

import (
	"context"
	"strings"
)

// found is a query of the keys of accounts that an index finds for needles, in a
// column account; some of them may not have the needles.
type found struct {
	sql  string
	args []any
}

// lookup is the query of the index of fragments for needles; the zero value
// where that finds nothing by itself.
func (s *Store) lookup(must []needle) found {
	if !s.dialect.embedded {
		return lookupPostgres(must)
	}
	var matches []string
	for _, n := range must {
		if !n.short() {
			matches = append(matches, n.match())
		}
	}
	switch {
	case len(matches) > 0:
		return found{`SELECT rowid AS account FROM account_text WHERE account_text MATCH ?`, []any{strings.Join(matches, " AND ")}}
	case len(must[0]) == 1:
		return found{`SELECT DISTINCT doc AS account FROM account_fragment WHERE term >= ? AND term < ?`, []any{must[0][0], behind(must[0][0])}}
	}
	return found{}
}

// lookupPostgres lets the planner find the accounts, by pg_trgm where there is that
// index. OFFSET keeps it from walking an order instead.
func lookupPostgres(must []needle) found {
	var f found
	var conditions []string
	for _, n := range must {
		condition, args := n.sql("search")
		conditions, f.args = append(conditions, condition), append(f.args, args...)
	}
	f.sql = `SELECT k AS account FROM account WHERE ` + strings.Join(conditions, " AND ") + ` OFFSET 0`
	return f
}

// addSearch adds the condition for accounts that a search finds at a rank. Where
// few are found, those lead.
func (s *Store) addSearch(ctx context.Context, f *filter, search string, r rank) error {
	if search == "" || f.none {
		return nil
	}
	must, not := needles(search, r)
	if f.none = fold(search) == ""; f.none {
		return nil
	}
	for _, n := range must {
		condition, args := n.sql("a.search")
		f.add(condition, args...)
	}
	if not != nil {
		condition, args := not.sql("a.search")
		f.add("NOT "+condition, args...)
	}
	by := s.lookup(must)
	if by.sql == "" {
		return nil
	}
	var n int
	err := s.read.QueryRowContext(ctx, s.sql(`SELECT count(*) FROM (SELECT 1 FROM (`+by.sql+`) AS found LIMIT ?) AS few`), append(by.args[:len(by.args):len(by.args)], f.few+1)...).Scan(&n)
	if err != nil {
		return s.failed("search the portfolio", err)
	}
	if f.none = n == 0; n <= f.few {
		f.index, f.from, f.fromArgs = "", `(`+by.sql+`) AS t CROSS JOIN account a`, by.args
		f.add("a.k = t.account")
	}
	return nil
}
