package history

import "context"

// group is how many accounts of the portfolio have these words in common.
type group struct{ band, cluster, theme, accounts int64 }

// wordFilters are the words of a query that an index can lead to at once; nil
// where a word is not asked for.
type wordFilters struct{ band, cluster, theme *int64 }

func (w wordFilters) any() bool { return w != (wordFilters{}) }

func (w wordFilters) pass(g group) bool {
	same := func(asked *int64, is int64) bool { return asked == nil || *asked == is }
	return same(w.band, g.band) && same(w.cluster, g.cluster) && same(w.theme, g.theme)
}

// groups counts the portfolio by words, once for the same contents.
func (s *Store) groups(ctx context.Context) ([]group, error) {
	return remember(ctx, s, &s.parts, "", func() (list []group, err error) {
		rows, err := s.read.QueryContext(ctx, `SELECT band, cluster, theme, CAST(sum(accounts) AS BIGINT) FROM cell GROUP BY band, cluster, theme`)
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

// tryGroups lets the index of words lead where few accounts have those that are
// asked for. Words that are not asked for are listed, as many as there are: the
// index begins with them.
func (s *Store) tryGroups(ctx context.Context, f *filter, w wordFilters) error {
	if f.none || f.index != "" || !w.any() {
		return nil
	}
	all, err := s.groups(ctx)
	if err != nil {
		return err
	}
	accounts, bands, clusters := int64(0), newWordList(), newWordList()
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
	f.index = "by_words"
	if w.band == nil {
		f.add("a.band IN ("+marks(len(bands.words))+")", bands.words...)
	}
	if w.cluster == nil && w.theme != nil {
		f.add("a.cluster IN ("+marks(len(clusters.words))+")", clusters.words...)
	}
	return nil
}

// wordList is words, each once.
type wordList struct {
	words []any
	has   map[int64]bool
}

func newWordList() *wordList { return &wordList{has: map[int64]bool{}} }

func (l *wordList) add(word int64) {
	if !l.has[word] {
		l.words, l.has[word] = append(l.words, word), true
	}
}
