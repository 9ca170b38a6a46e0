package history

import (
	"context"
	"math"
	"slices"
)

// filter is a Query's filters in SQL, and how to find the rows that pass.
type filter struct {
	none       bool // nothing can pass
	conditions []string
	args       []any
	from       string // the table a, and what leads to its rows
	fromArgs   []any
	few        int    // up to so many rows are sorted
	index      string // that leads to few rows; "" where an order's index is to be walked
}

func (f *filter) add(condition string, args ...any) {
	f.conditions = append(f.conditions, condition)
	f.args = append(f.args, args...)
}

// present is what accounts of the portfolio have in common: an answer, and that
// they have not left. It is word for word that of the indexes.
const present = "a.as_of IS NOT NULL AND a.left_on IS NULL"

// few is how many accounts may be read and sorted for a page. Where more pass,
// an order's index is walked until the page is full. Of N accounts n pass: the
// one costs about n, the other a page times N/n, so that they meet at
//
//	n = √(page · N)
func (s *Store) few(ctx context.Context, page int) (int, error) {
	var accounts float64
	err := s.read.QueryRowContext(ctx, `SELECT accounts FROM meta`).Scan(&accounts)
	return int(math.Sqrt(float64(page) * accounts)), s.failed("read the portfolio", err)
}

// filter turns a query's filters into SQL, for the accounts of a rank.
func (s *Store) filter(ctx context.Context, q Query, r rank) (*filter, error) {
	few, err := s.few(ctx, q.Limit)
	if err != nil {
		return nil, err
	}
	f := &filter{conditions: []string{present}, from: "account a", few: few}
	if q.Left {
		f.conditions, f.index = []string{"a.as_of IS NOT NULL", "a.left_on IS NOT NULL"}, "by_left"
	}
	owners, texts, err := s.addTexts(ctx, f, q)
	if err != nil {
		return nil, err
	}
	if len(owners) > 0 {
		if err := s.tryIndex(ctx, f, "by_owner", "a."+among("owner", len(owners)), owners...); err != nil {
			return nil, err
		}
	}
	if condition, days := q.dueSQL(); len(days) > 0 {
		f.add(condition, days...)
		if q.Sort != SortRenewal && q.Sort != SortMatch {
			if err := s.tryIndex(ctx, f, "by_renewal", condition, days...); err != nil {
				return nil, err
			}
		}
	}
	s.addBeside(f, q)
	if q.Verdict != "" {
		f.add("a.verdict = ?", q.Verdict)
		if !q.Left {
			if err := s.tryIndex(ctx, f, "by_verdict", "a.verdict = ?", q.Verdict); err != nil {
				return nil, err
			}
		}
	}
	if !q.Left {
		if err := s.tryGroups(ctx, f, texts); err != nil {
			return nil, err
		}
	}
	return f, s.addSearch(ctx, f, q.Search, r)
}

// addTexts adds the conditions on texts of a query, and returns their ids.
func (s *Store) addTexts(ctx context.Context, f *filter, q Query) (owners []any, w textFilters, err error) {
	for _, word := range []struct {
		column, none string
		texts        []string
		ids          *[]any
	}{{"band", "", q.Bands, &w.bands}, {"cluster", NoCluster, q.Clusters, &w.clusters}, {"theme", "", q.Themes, &w.themes}, {"owner", NoOwner, q.Owners, &owners}} {
		if len(word.texts) == 0 {
			continue
		}
		list := newIDList()
		for _, text := range word.texts {
			if text == word.none {
				text = ""
			}
			k, known, err := s.dictionaryID(ctx, s.read, text)
			if err != nil {
				return nil, w, err
			}
			if known {
				list.add(k)
			}
		}
		if f.none = f.none || len(list.ids) == 0; !f.none {
			f.add("a."+among(word.column, len(list.ids)), list.ids...)
		}
		*word.ids = list.ids
	}
	return owners, w, nil
}

// tryIndex lets an index lead to the rows where few are behind it.
func (s *Store) tryIndex(ctx context.Context, f *filter, name, condition string, args ...any) error {
	if f.none || f.index != "" {
		return nil
	}
	var n int
	err := s.read.QueryRowContext(ctx, s.sql(`SELECT count(*) FROM (SELECT 1 FROM account a`+s.dialect.along(name)+
		` WHERE `+present+` AND `+condition+` LIMIT ?) AS few`), append(slices.Clone(args), f.few+1)...).Scan(&n)
	if err != nil {
		return s.failed("read the portfolio", err)
	}
	f.none = n == 0
	if n <= f.few {
		f.index = name
	}
	return nil
}

// lead returns what to select from for an order.
func (s *Store) lead(f *filter, o order, band bool) (from string, args []any) {
	switch {
	case f.fromArgs != nil:
		return f.from, slices.Clone(f.fromArgs)
	case f.index != "":
		return f.from + s.dialect.along(f.index), nil
	case band && o.band != "":
		return f.from + s.dialect.along(o.band), nil
	}
	return f.from + s.dialect.along(o.index), nil
}
