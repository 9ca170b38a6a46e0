package history

import (
	"context"
	"slices"
)

// group is how many accounts of the portfolio have these texts in common.
type group struct{ band, cluster, theme, accounts int64 }

// textFilters are the dictionary ids of a query that an index can lead to at once;
// none where the query has no condition on them.
type textFilters struct{ bands, clusters, themes []any }

func (w textFilters) any() bool { return len(w.bands)+len(w.clusters)+len(w.themes) > 0 }

func (w textFilters) pass(g group) bool {
	one := func(want []any, is int64) bool { return len(want) == 0 || slices.Contains(want, any(is)) }
	return one(w.bands, g.band) && one(w.clusters, g.cluster) && one(w.themes, g.theme)
}

// groups counts the portfolio by texts, once for the same contents.
func (s *Store) groups(ctx context.Context) ([]group, error) {
	return cachedValue(ctx, s, &s.groupCache, "", func() (list []group, err error) {
		rows, err := s.read.QueryContext(ctx, `SELECT band, cluster, theme, CAST(sum(accounts) AS BIGINT) FROM rollup GROUP BY band, cluster, theme`)
		if err != nil {
			return nil, s.failed("read the portfolio", err)
		}
		err = each(rows, func(scan func(...any) error) error {
			var g group
			err := scan(&g.band, &g.cluster, &g.theme, &g.accounts)
			list = append(list, g)
			return err
		})
		return list, s.failed("read the portfolio", err)
	})
}

// tryGroups uses the index of texts where few accounts have those that are
// requested. Texts that are not requested are listed, as many as there are: the
// index begins with them.
func (s *Store) tryGroups(ctx context.Context, f *filter, w textFilters) error {
	if f.none || f.index != "" || !w.any() {
		return nil
	}
	all, err := s.groups(ctx)
	if err != nil {
		return err
	}
	accounts, bands, clusters := int64(0), newIDList(), newIDList()
	for _, g := range all {
		if w.pass(g) {
			accounts += g.accounts
			bands.add(g.band)
			clusters.add(g.cluster)
		}
	}
	if f.none = accounts == 0; f.none || accounts > int64(f.few) {
		return nil
	}
	f.index = "by_texts"
	if len(w.bands) == 0 {
		f.add("a.band IN ("+marks(len(bands.ids))+")", bands.ids...)
	}
	if len(w.clusters) == 0 && len(w.themes) > 0 {
		f.add("a.cluster IN ("+marks(len(clusters.ids))+")", clusters.ids...)
	}
	return nil
}

// idList is dictionary ids, each once.
type idList struct {
	ids []any
	has map[int64]bool
}

func newIDList() *idList { return &idList{has: map[int64]bool{}} }

func (l *idList) add(word int64) {
	if !l.has[word] {
		l.ids, l.has[word] = append(l.ids, word), true
	}
}
