package history

import (
	"context"
	"fmt"
	"time"
)

// LikeCase counts contract terms with one kind of intervention.
type LikeCase struct {
	Kind           string
	Cases, Renewed int
}

// LikeQuery is which terms are counted.
type LikeQuery struct {
	Cluster string    // of the account today; "": those without one
	Bands   []string  // one of which was displayed at the last answer before the intervention
	AsOf    time.Time // midnight UTC: what is stored of later dates does not count
	Days    int       // before the renewal within which an intervention counts
}

// LikeCases counts the terms that came to their end by q.AsOf and were decided by
// then, by the kinds of intervention before it, most cases first: renewed where a
// description of the account by then has a later renewal, not where the account had
// left by then. decided is whether any account had left by then: if not, nothing of
// accounts that churned is stored, and nothing is counted.
func (s *Store) LikeCases(ctx context.Context, q LikeQuery) (list []LikeCase, decided bool, err error) {
	at, err := midnight(q.AsOf)
	if err != nil {
		return nil, false, err
	}
	key := fmt.Sprintf("%d %d %q %q", at, q.Days, q.Cluster, q.Bands)
	a, err := cachedValue(ctx, s, &s.likeCases, key, func() (a likeAnswer, err error) {
		if a.decided, err = s.anyLeft(ctx, at); err == nil && a.decided {
			a.list, err = s.countCases(ctx, q, at)
		}
		return a, err
	})
	return a.list, a.decided, err
}

// likeAnswer is what LikeCases keeps.
type likeAnswer struct {
	list    []LikeCase
	decided bool
}

// anyLeft reports whether any account had left by a day.
func (s *Store) anyLeft(ctx context.Context, at day) (bool, error) {
	var n int
	err := s.read.QueryRowContext(ctx, s.sql(`SELECT count(*) FROM (SELECT 1 FROM account WHERE left_on <= ? LIMIT 1) AS l`), int64(at)).Scan(&n)
	return n > 0, s.failed("read like cases", err)
}

// countCases is LikeCases without its cache.
func (s *Store) countCases(ctx context.Context, q LikeQuery, at day) ([]LikeCase, error) {
	cluster, known, err := s.dictionaryID(ctx, s.read, q.Cluster)
	if err != nil || !known {
		return nil, err
	}
	args := []any{int64(at), cluster, int64(at), int64(at), q.Days}
	for _, band := range q.Bands {
		k, known, err := s.dictionaryID(ctx, s.read, band)
		if err != nil {
			return nil, err
		}
		if !known {
			k = -1 // nobody was ever in it
		}
		args = append(args, k)
	}
	rows, err := s.read.QueryContext(ctx, s.sql(likeSQL(len(q.Bands))), append(args, int64(at))...)
	if err != nil {
		return nil, s.failed("read like cases", err)
	}
	var list []LikeCase
	err = each(rows, func(scan func(...any) error) error {
		var c LikeCase
		err := scan(&c.Kind, &c.Cases, &c.Renewed)
		list = append(list, c)
		return err
	})
	return list, s.failed("read like cases", err)
}

// likeSQL counts terms; a description names the next renewal, so a term is a date
// that one of them named.
func likeSQL(bands int) string {
	const microsPerDay = "86400000000"
	return `SELECT kind, count(*), sum(renewed) FROM (
		SELECT DISTINCT i.kind, d.account, d.due_on, a.left_on,
			CASE WHEN EXISTS (SELECT 1 FROM description n WHERE n.account = d.account AND n.as_of <= ? AND n.due_on > d.due_on) THEN 1 ELSE 0 END AS renewed
		FROM intervention i JOIN account a ON a.k = i.account JOIN description d ON d.account = i.account
		WHERE a.cluster = ? AND d.as_of <= ? AND d.due_on <= ?
			AND i.at >= (d.due_on - ?) * ` + microsPerDay + ` AND i.at < d.due_on * ` + microsPerDay + `
			AND (SELECT s.displayed FROM snapshot s WHERE s.account = i.account AND s.as_of * ` + microsPerDay + ` <= i.at
				ORDER BY s.as_of DESC, s.sequence DESC LIMIT 1) IN (` + marks(bands) + `)
		) AS term WHERE renewed = 1 OR left_on <= ? GROUP BY kind ORDER BY 2 DESC, kind`
}
