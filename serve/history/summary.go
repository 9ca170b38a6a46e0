package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Sums are what a group of accounts adds up to. Money is summed in cents, so
// that the order of summation does not matter.
type Sums struct {
	Accounts  int
	ARR       float64 // of those whose ARR is known
	ARRAtRisk float64 // Σ ARR · churn probability
	NoARR     int     // accounts whose ARR is unknown
	// Up and Down count accounts whose health score rose or fell since the date before, by
	// one model for both dates, and RealUp and RealDown those of them whose verdict is
	// VerdictMoved. Other counts accounts of which two models answered that cannot be
	// compared: they neither rose nor fell.
	Up, Down, RealUp, RealDown, Other int
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

// ErrTooMany means that a search finds too many accounts to be added up.
var ErrTooMany = errors.New("too many accounts to be added up")

// fewOfLarge is how many accounts are few to a page of 50 in a portfolio of
// 50,000: where more are few, reading all of them takes too long.
const fewOfLarge = 1581

// Summary sums what List lists, over all pages. ErrTooMany for a search of a
// large portfolio of which no text is rare. It is computed once for the
// same filters and contents; the caller must not change it.
func (s *Store) Summary(ctx context.Context, q Query) (*Summary, error) {
	q, err := q.normalize()
	if err != nil {
		return nil, err
	}
	return cachedValue(ctx, s, &s.sums, s.contents(q), func() (*Summary, error) {
		sum := &Summary{}
		switch {
		case q.inBuckets():
			return sum, s.sumBuckets(ctx, q, sum)
		case q.inRenewalBuckets():
			return sum, s.sumRenewalBuckets(ctx, q, sum)
		}
		return sum, s.sumAccounts(ctx, q, sum)
	})
}

// inBuckets reports whether the buckets are enough for a query's filters.
func (q *Query) inBuckets() bool {
	return !q.due() && !q.beside()
}

// inRenewalBuckets reports whether those by renewal are.
func (q *Query) inRenewalBuckets() bool {
	return len(q.Owners) == 0 && q.due() && !q.beside()
}

// filters are a query's filters as a key.
func (q *Query) filters() string {
	amount := func(limit *float64) string {
		if limit == nil {
			return ""
		}
		return fmt.Sprint(*limit)
	}
	return fmt.Sprintf("%q %q %q %q %q", q.Clusters, q.Bands, q.Owners, q.Themes, []string{q.Verdict, fold(q.Search), q.DueFrom.String(), q.DueBefore.String(),
		amount(q.ARRFrom), amount(q.ARRTo), fmt.Sprint(q.Search == "", q.Left, q.Override, q.Changed)})
}

// contents are a query's filters as a key of what accounts add up to: overrides expire,
// looked at by the minute.
func (s *Store) contents(q Query) string {
	if q.Override {
		return q.filters() + s.clock().UTC().Format("2006-01-02 15:04")
	}
	return q.filters()
}

// The columns of sums, of buckets and of accounts.
const (
	sumsOfCells = `CAST(sum(a.accounts) AS BIGINT), CAST(sum(a.known) AS BIGINT),
		CAST(sum(a.cents) AS BIGINT), CAST(sum(a.at_risk) AS BIGINT), CAST(sum(a.up) AS BIGINT), CAST(sum(a.down) AS BIGINT),
		CAST(sum(a.real_up) AS BIGINT), CAST(sum(a.real_down) AS BIGINT), CAST(sum(a.other) AS BIGINT)`
	sumsOfAccounts = `count(*), count(a.arr),
		CAST(coalesce(sum(CAST(round(a.arr * 100) AS BIGINT)), 0) AS BIGINT), CAST(coalesce(sum(CAST(round(a.arr * a.churn * 100) AS BIGINT)), 0) AS BIGINT),
		count(CASE WHEN a.moved > 0 THEN 1 END), count(CASE WHEN a.moved < 0 THEN 1 END),
		count(CASE WHEN a.moved > 0 AND a.verdict = '` + VerdictMoved + `' THEN 1 END), count(CASE WHEN a.moved < 0 AND a.verdict = '` + VerdictMoved + `' THEN 1 END),
		count(CASE WHEN a.moved IS NULL AND a.previous IS NOT NULL THEN 1 END)`
)

// targets are what sums are read into.
func (s *bucketSums) targets() []any {
	return []any{&s.accounts, &s.known, &s.cents, &s.atRisk, &s.up, &s.down, &s.realUp, &s.realDown, &s.other}
}

// sumBuckets adds up the buckets.
func (s *Store) sumBuckets(ctx context.Context, q Query, sum *Summary) error {
	f := &filter{conditions: []string{"a.accounts > 0"}}
	if _, _, err := s.addTexts(ctx, f, q); err != nil || f.none {
		return err
	}
	return s.sumSQL(ctx, `SELECT a.band, a.cluster, a.cluster_name, a.theme, `+sumsOfCells+`
		FROM rollup a WHERE `+strings.Join(f.conditions, " AND ")+` GROUP BY a.band, a.cluster, a.cluster_name, a.theme`, f.args, sum)
}

// sumRenewalBuckets adds up the buckets by renewal. Those have no names of
// clusters: they are called as in the whole portfolio.
func (s *Store) sumRenewalBuckets(ctx context.Context, q Query, sum *Summary) error {
	whole, err := s.Summary(ctx, Query{})
	if err != nil {
		return err
	}
	f := &filter{conditions: []string{"a.accounts > 0"}}
	if _, _, err := s.addTexts(ctx, f, q); err != nil || f.none {
		return err
	}
	condition, days := q.dueSQL()
	f.add(condition, days...)
	if err := s.sumSQL(ctx, `SELECT a.band, a.cluster, 0, a.theme, `+sumsOfCells+`
		FROM renewal_rollup a WHERE `+strings.Join(f.conditions, " AND ")+` GROUP BY a.band, a.cluster, a.theme`, f.args, sum); err != nil {
		return err
	}
	for i := range sum.Clusters {
		g := &sum.Clusters[i]
		if at := slices.IndexFunc(whole.Clusters, func(w Group) bool { return w.ID == g.ID }); at >= 0 {
			g.Name = whole.Clusters[at].Name
		}
	}
	return nil
}

// sumAccounts adds up the accounts themselves, for filters that buckets know
// nothing of. ErrTooMany where a search of a large portfolio finds more than can
// be looked at while somebody waits.
func (s *Store) sumAccounts(ctx context.Context, q Query, sum *Summary) error {
	f, err := s.filter(ctx, q, anyRank)
	if err != nil || f.none {
		return err
	}
	if q.Search != "" && f.index == "" && f.fromArgs == nil && f.few > fewOfLarge {
		return fmt.Errorf("%w: accounts with %q", ErrTooMany, q.Search)
	}
	from := f.from
	if f.fromArgs == nil {
		from += s.dialect.along(f.index)
	}
	return s.sumSQL(ctx, `SELECT a.band, a.cluster, a.cluster_name, a.theme, `+sumsOfAccounts+`
		FROM `+from+` WHERE `+strings.Join(f.conditions, " AND ")+` GROUP BY a.band, a.cluster, a.cluster_name, a.theme`,
		append(slices.Clone(f.fromArgs), f.args...), sum)
}

// sumSQL reads sums by band, cluster and theme and adds them up.
func (s *Store) sumSQL(ctx context.Context, query string, args []any, sum *Summary) error {
	rows, err := s.read.QueryContext(ctx, s.sql(query), args...)
	if err != nil {
		return s.failed("sum the portfolio", err)
	}
	var list []facts
	var ids []int64
	err = each(rows, func(scan func(...any) error) error {
		var f facts
		k := &f.key
		err := scan(append([]any{&k.band, &k.cluster, &k.clusterName, &k.theme}, f.sums.targets()...)...)
		list, ids = append(list, f), append(ids, k.band, k.cluster, k.clusterName, k.theme)
		return err
	})
	if err != nil {
		return s.failed("sum the portfolio", err)
	}
	texts, err := s.texts(ctx, ids...)
	if err != nil {
		return err
	}
	sum.fill(list, texts)
	return nil
}

// fill adds up what accounts with texts in common add up to.
func (sum *Summary) fill(list []facts, texts map[int64]string) {
	var all bucketSums
	bands, clusters, themes := map[string]bucketSums{}, map[string]bucketSums{}, map[string]bucketSums{}
	names := map[string]map[string]int64{} // cluster -> name -> accounts
	for _, f := range list {
		band, cluster, theme := texts[f.key.band], texts[f.key.cluster], texts[f.key.theme]
		all = all.plus(f.sums, 1)
		bands[band] = bands[band].plus(f.sums, 1)
		clusters[cluster] = clusters[cluster].plus(f.sums, 1)
		themes[theme] = themes[theme].plus(f.sums, 1)
		if names[cluster] == nil {
			names[cluster] = map[string]int64{}
		}
		names[cluster][texts[f.key.clusterName]] += f.sums.accounts
	}
	sum.Sums = all.units()
	sum.Bands, sum.Clusters, sum.Themes = groups(bands), groups(clusters), groups(themes)
	for i := range sum.Clusters {
		g := &sum.Clusters[i]
		byName := names[g.ID]
		g.Name = slices.MaxFunc(slices.Sorted(maps.Keys(byName)), func(a, b string) int { return cmp.Compare(byName[a], byName[b]) })
	}
}

// units turns cents into units of money.
func (s bucketSums) units() Sums {
	return Sums{int(s.accounts), float64(s.cents) / 100, float64(s.atRisk) / 100, int(s.accounts - s.known), int(s.up), int(s.down), int(s.realUp), int(s.realDown), int(s.other)}
}

func groups(sums map[string]bucketSums) []Group {
	var list []Group
	for _, id := range slices.Sorted(maps.Keys(sums)) {
		list = append(list, Group{ID: id, Sums: sums[id].units()})
	}
	return list
}
