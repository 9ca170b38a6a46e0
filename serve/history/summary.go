package history

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Sums are what a group of accounts adds up to. Money is summed in cents, so
// that the order of summation does not matter.
type Sums struct {
	Accounts  int
	ARR       float64 // of those whose ARR is known
	ARRAtRisk float64 // Σ ARR · churn probability
	NoARR     int     // accounts whose ARR is unknown
	Up, Down  int     // accounts whose health score rose or fell since the date before
}

func (s *Sums) add(other *Sums) {
	s.Accounts += other.Accounts
	s.ARR += other.ARR
	s.ARRAtRisk += other.ARRAtRisk
	s.NoARR += other.NoARR
	s.Up += other.Up
	s.Down += other.Down
}

// Group is the sums of the accounts that share a band, a cluster or a theme.
type Group struct {
	ID   string // code of the band or theme, id of the cluster
	Name string // of a cluster, as the most of its accounts have it
	Sums
}

// Summary is what the accounts that pass a Query's filters add up to. Groups
// are in order of their ids.
type Summary struct {
	Sums
	Bands, Clusters, Themes []Group
}

// summaries are the sums that were computed for the current contents.
type summaries struct {
	mu       sync.Mutex
	revision int64
	known    map[string]*Summary
}

// maxSummaries is how many sets of filters are remembered.
const maxSummaries = 64

// Summary sums what List lists, over all pages. It is computed once for the
// same filters and contents; the caller must not change it.
func (s *Store) Summary(ctx context.Context, q Query) (*Summary, error) {
	q, err := q.normalize()
	if err != nil {
		return nil, err
	}
	var revision int64
	if err := s.read.QueryRowContext(ctx, `SELECT revision FROM meta`).Scan(&revision); err != nil {
		return nil, s.failed("read the portfolio", err)
	}
	key := fmt.Sprintf("%q", []string{q.Cluster, q.Band, q.Owner, q.Theme, strings.Join(terms(q.Search), " "), q.DueBefore.String(), fmt.Sprint(q.Search == "")})
	if known := s.sums.get(revision, key); known != nil {
		return known, nil
	}
	f, err := s.filter(ctx, q)
	if err != nil {
		return nil, err
	}
	sum := &Summary{}
	if !f.none {
		if err := s.summarize(ctx, f, sum); err != nil {
			return nil, err
		}
	}
	s.sums.put(revision, key, sum)
	return sum, nil
}

func (m *summaries) get(revision int64, key string) *Summary {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.revision != revision {
		return nil
	}
	return m.known[key]
}

func (m *summaries) put(revision int64, key string, sum *Summary) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || m.revision != revision || len(m.known) >= maxSummaries {
		m.revision, m.known = revision, map[string]*Summary{}
	}
	m.known[key] = sum
}

// cell is the sums of accounts that have band, cluster and theme in common.
type cell struct {
	band, cluster, name, theme int64
	sums                       Sums
}

// summarize lets the database sum by band, cluster and theme, and adds up.
func (s *Store) summarize(ctx context.Context, f *filter, sum *Summary) error {
	from := f.from
	if f.fromArgs == nil {
		from += s.dialect.along(f.index)
	}
	rows, err := s.read.QueryContext(ctx, s.sql(`SELECT a.band, a.cluster, a.cluster_name, a.theme, count(*), count(a.arr),
		CAST(coalesce(sum(CAST(round(a.arr * 100) AS BIGINT)), 0) AS BIGINT), CAST(coalesce(sum(CAST(round(a.arr * a.churn * 100) AS BIGINT)), 0) AS BIGINT),
		count(CASE WHEN a.moved > 0 THEN 1 END), count(CASE WHEN a.moved < 0 THEN 1 END)
		FROM `+from+` WHERE `+strings.Join(f.conditions, " AND ")+` GROUP BY a.band, a.cluster, a.cluster_name, a.theme`), append(slices.Clone(f.fromArgs), f.args...)...)
	if err != nil {
		return s.failed("sum the portfolio", err)
	}
	var cells []cell
	var words []int64
	err = each(rows, func(scan func(...any) error) error {
		var c cell
		var known, cents, atRisk int64
		err := scan(&c.band, &c.cluster, &c.name, &c.theme, &c.sums.Accounts, &known, &cents, &atRisk, &c.sums.Up, &c.sums.Down)
		c.sums.NoARR = c.sums.Accounts - int(known)
		c.sums.ARR, c.sums.ARRAtRisk = float64(cents), float64(atRisk) // whole cents: exact
		cells, words = append(cells, c), append(words, c.band, c.cluster, c.name, c.theme)
		return err
	})
	if err != nil {
		return s.failed("sum the portfolio", err)
	}
	texts, err := s.texts(ctx, s.read, words...)
	if err != nil {
		return err
	}
	sum.fill(cells, texts)
	return nil
}

// fill adds cells up.
func (sum *Summary) fill(cells []cell, texts map[int64]string) {
	bands, clusters, themes := map[string]*Group{}, map[string]*Group{}, map[string]*Group{}
	names := map[string]map[string]int{} // cluster -> name -> accounts
	into := func(groups map[string]*Group, id string, sums *Sums) {
		if groups[id] == nil {
			groups[id] = &Group{ID: id}
		}
		groups[id].add(sums)
	}
	for i := range cells {
		c := &cells[i]
		sum.add(&c.sums)
		into(bands, texts[c.band], &c.sums)
		into(clusters, texts[c.cluster], &c.sums)
		into(themes, texts[c.theme], &c.sums)
		cluster := texts[c.cluster]
		if names[cluster] == nil {
			names[cluster] = map[string]int{}
		}
		names[cluster][texts[c.name]] += c.sums.Accounts
	}
	for id, g := range clusters {
		list := slices.Sorted(maps.Keys(names[id]))
		g.Name = slices.MaxFunc(list, func(a, b string) int { return cmp.Compare(names[id][a], names[id][b]) })
	}
	sum.inUnits()
	sum.Bands, sum.Clusters, sum.Themes = sorted(bands), sorted(clusters), sorted(themes)
}

// inUnits turns cents into units of money.
func (s *Sums) inUnits() {
	s.ARR /= 100
	s.ARRAtRisk /= 100
}

func sorted(groups map[string]*Group) []Group {
	list := make([]Group, 0, len(groups))
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		g := groups[id]
		g.inUnits()
		list = append(list, *g)
	}
	return list
}

// Cluster is a cluster that accounts of the portfolio are in.
type Cluster struct{ ID, Name string }

// Clusters lists the clusters of the portfolio by id, for a filter.
func (s *Store) Clusters(ctx context.Context) ([]Cluster, error) {
	sum, err := s.Summary(ctx, Query{})
	if err != nil {
		return nil, err
	}
	var list []Cluster
	for _, g := range sum.Clusters {
		list = append(list, Cluster{g.ID, g.Name})
	}
	return list, nil
}

// Owners lists the owners of the portfolio's accounts by name, for a filter;
// accounts without one are left out. The index is skipped through from owner
// to owner, so that their number counts and not that of the accounts.
func (s *Store) Owners(ctx context.Context) ([]string, error) {
	next := `(SELECT min(a.owner) FROM account a` + s.dialect.along("by_owner") + ` WHERE a.as_of IS NOT NULL AND a.owner > `
	rows, err := s.read.QueryContext(ctx, `WITH RECURSIVE found(owner) AS (SELECT `+next+`0)
		UNION ALL SELECT `+next+`found.owner) FROM found WHERE found.owner IS NOT NULL) SELECT owner FROM found WHERE owner IS NOT NULL`)
	if err != nil {
		return nil, s.failed("read owners", err)
	}
	var keys []int64
	err = each(rows, func(scan func(...any) error) error {
		var k int64
		err := scan(&k)
		keys = append(keys, k)
		return err
	})
	if err != nil {
		return nil, s.failed("read owners", err)
	}
	texts, err := s.texts(ctx, s.read, keys...)
	if err != nil {
		return nil, err
	}
	delete(texts, 0)
	return slices.Sorted(maps.Values(texts)), nil
}
