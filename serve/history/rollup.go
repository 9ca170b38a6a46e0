package history

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"math"
	"slices"
	"strings"
)

// bucketKey is what the accounts of a rollup bucket have in common, as dictionary
// ids.
type bucketKey struct{ owner, band, cluster, clusterName, theme int64 }

func (a bucketKey) compare(b bucketKey) int {
	return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.band, b.band), cmp.Compare(a.cluster, b.cluster),
		cmp.Compare(a.clusterName, b.clusterName), cmp.Compare(a.theme, b.theme))
}

// renewalKey is what the accounts of a bucket by renewal have in common: the day
// of the next renewal, and dictionary ids.
type renewalKey struct{ due, band, cluster, theme int64 }

func (a renewalKey) compare(b renewalKey) int {
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.band, b.band), cmp.Compare(a.cluster, b.cluster), cmp.Compare(a.theme, b.theme))
}

// bucketSums are what accounts add up to. They are whole numbers, money in cents,
// so that what is taken away again leaves nothing behind.
type bucketSums struct{ accounts, known, cents, atRisk, up, down, realUp, realDown, other int64 }

func (s bucketSums) plus(b bucketSums, sign int64) bucketSums {
	return bucketSums{s.accounts + sign*b.accounts, s.known + sign*b.known, s.cents + sign*b.cents,
		s.atRisk + sign*b.atRisk, s.up + sign*b.up, s.down + sign*b.down,
		s.realUp + sign*b.realUp, s.realDown + sign*b.realDown, s.other + sign*b.other}
}

// facts are what an account with an answer adds to the sums. Facts of no
// accounts are those of an account without an answer.
type facts struct {
	key  bucketKey
	due  sql.NullInt64 // day of the next renewal
	sums bucketSums
}

// factsOf counts one account; arr may be NaN.
func factsOf(key bucketKey, due sql.NullInt64, arr, churn float64, m moves) facts {
	f := facts{key, due, bucketSums{accounts: 1}}
	if !math.IsNaN(arr) {
		f.sums.known, f.sums.cents, f.sums.atRisk = 1, int64(math.Round(arr*100)), int64(math.Round(arr*churn*100))
	}
	f.move(m)
	return f
}

// move sets what moved.
func (f *facts) move(m moves) {
	s := &f.sums
	s.up, s.down, s.realUp, s.realDown, s.other = 0, 0, 0, 0, 0
	switch {
	case m.unequal:
		s.other = 1
	case m.moved > 0:
		s.up = 1
	case m.moved < 0:
		s.down = 1
	}
	if m.real {
		s.realUp, s.realDown = s.up, s.down
	}
}

// bucketChanges are changes of the rollup tables that are not yet written.
type bucketChanges struct {
	byText    map[bucketKey]bucketSums
	byRenewal map[renewalKey]bucketSums
}

func newBucketChanges() bucketChanges {
	return bucketChanges{map[bucketKey]bucketSums{}, map[renewalKey]bucketSums{}}
}

// change takes what an account was out of the sums and puts in what it is.
func (c bucketChanges) change(was, is facts) {
	if was == is {
		return
	}
	c.add(was, -1)
	c.add(is, 1)
}

func (c bucketChanges) add(f facts, sign int64) {
	c.byText[f.key] = c.byText[f.key].plus(f.sums, sign)
	if f.due.Valid {
		key := renewalKey{f.due.Int64, f.key.band, f.key.cluster, f.key.theme}
		c.byRenewal[key] = c.byRenewal[key].plus(f.sums, sign)
	}
}

// rollupTable is a table of buckets and what the accounts of a bucket have in
// common.
type rollupTable struct {
	name string
	keys []string
}

var (
	byText    = rollupTable{"rollup", []string{"owner", "band", "cluster", "cluster_name", "theme"}}
	byRenewal = rollupTable{"renewal_rollup", []string{"due_on", "band", "cluster", "theme"}}
)

// saveBuckets adds changes to the tables.
func (s *Store) saveBuckets(ctx context.Context, tx *transaction, c bucketChanges) error {
	var args []any
	for _, key := range slices.SortedFunc(maps.Keys(c.byText), bucketKey.compare) {
		if sums := c.byText[key]; sums != (bucketSums{}) {
			args = append(append(args, key.owner, key.band, key.cluster, key.clusterName, key.theme), sums.args()...)
		}
	}
	if err := s.saveTable(ctx, tx, byText, args); err != nil {
		return err
	}
	args = nil
	for _, key := range slices.SortedFunc(maps.Keys(c.byRenewal), renewalKey.compare) {
		if sums := c.byRenewal[key]; sums != (bucketSums{}) {
			args = append(append(args, key.due, key.band, key.cluster, key.theme), sums.args()...)
		}
	}
	return s.saveTable(ctx, tx, byRenewal, args)
}

func (s bucketSums) args() []any {
	return []any{s.accounts, s.known, s.cents, s.atRisk, s.up, s.down, s.realUp, s.realDown, s.other}
}

// saveTable adds rows of keys and sums to a table, and takes out what is empty.
func (s *Store) saveTable(ctx context.Context, tx *transaction, t rollupTable, args []any) error {
	if len(args) == 0 {
		return nil
	}
	width := len(t.keys) + len(bucketSums{}.args())
	row, keys := `(`+marks(width)+`)`, strings.Join(t.keys, ", ")
	before := `INSERT INTO ` + t.name + ` AS c (` + keys + `, accounts, known, cents, at_risk, up, down, real_up, real_down, other) VALUES `
	after := ` ON CONFLICT (` + keys + `) DO UPDATE SET accounts = c.accounts + excluded.accounts, known = c.known + excluded.known,
		cents = c.cents + excluded.cents, at_risk = c.at_risk + excluded.at_risk, up = c.up + excluded.up, down = c.down + excluded.down,
		real_up = c.real_up + excluded.real_up, real_down = c.real_down + excluded.real_down, other = c.other + excluded.other`
	for chunk := range slices.Chunk(args, width*chunkRows) {
		if _, err := tx.ExecContext(ctx, s.sql(statement(before, row, row, after, len(chunk)/width)), chunk...); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM `+t.name+` WHERE accounts = 0`)
	return err
}

// factColumns are what the facts of an account with an answer follow from.
const factColumns = `owner, band, cluster, cluster_name, theme, due_on, arr, churn, moved, verdict, previous`

// factRow is factColumns as the table holds them.
type factRow struct {
	key               bucketKey
	due               sql.NullInt64
	arr, churn, moved sql.NullFloat64
	verdict           sql.NullString
	previous          sql.NullInt64
}

func (r *factRow) targets() []any {
	return []any{&r.key.owner, &r.key.band, &r.key.cluster, &r.key.clusterName, &r.key.theme, &r.due, &r.arr, &r.churn, &r.moved, &r.verdict, &r.previous}
}

func (r *factRow) facts() facts {
	return factsOf(r.key, r.due, numberOf(r.arr), r.churn.Float64, moves{
		moved: numberOf(r.moved), real: r.verdict.String == VerdictMoved, unequal: r.previous.Valid && !r.moved.Valid})
}

// leaving is accounts with an answer that are about to be removed or changed.
type leaving struct {
	condition string
	args      []any
	becomes   func(facts) facts
}

// gone is what an account becomes that is removed.
func gone(facts) facts { return facts{} }

// still is what an account becomes that no longer has a date before.
func still(f facts) facts {
	f.move(moves{moved: math.NaN()})
	return f
}

// leave brings the buckets up to date with accounts that are about to be removed
// or changed.
func (s *Store) leave(ctx context.Context, tx *transaction, list ...leaving) error {
	c := newBucketChanges()
	if err := s.gather(ctx, tx, c, list...); err != nil {
		return err
	}
	return s.saveBuckets(ctx, tx, c)
}

// gather adds up the changes by accounts that are about to be removed or changed.
func (s *Store) gather(ctx context.Context, tx *transaction, c bucketChanges, list ...leaving) error {
	for _, l := range list {
		rows, err := tx.QueryContext(ctx, s.sql(`SELECT `+factColumns+` FROM account a WHERE `+present+` AND `+l.condition), l.args...)
		if err != nil {
			return err
		}
		if err := each(rows, func(scan func(...any) error) error {
			var r factRow
			err := scan(r.targets()...)
			c.change(r.facts(), l.becomes(r.facts()))
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
