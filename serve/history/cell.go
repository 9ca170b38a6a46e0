package history

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"math"
	"slices"
)

// cellKey is what the accounts of a cell have in common, as words.
type cellKey struct{ owner, band, cluster, clusterName, theme int64 }

func (a cellKey) compare(b cellKey) int {
	return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.band, b.band), cmp.Compare(a.cluster, b.cluster),
		cmp.Compare(a.clusterName, b.clusterName), cmp.Compare(a.theme, b.theme))
}

// cellSums are what accounts add up to. They are whole numbers, money in cents,
// so that what is taken away again leaves nothing behind.
type cellSums struct{ accounts, known, cents, atRisk, up, down int64 }

func (s cellSums) plus(b cellSums, sign int64) cellSums {
	return cellSums{s.accounts + sign*b.accounts, s.known + sign*b.known, s.cents + sign*b.cents,
		s.atRisk + sign*b.atRisk, s.up + sign*b.up, s.down + sign*b.down}
}

// facts are what an account with an answer adds to the sums. Facts of no
// accounts are those of an account without an answer.
type facts struct {
	key  cellKey
	sums cellSums
}

// factsOf counts one account; arr and moved may be NaN.
func factsOf(key cellKey, arr, churn, moved float64) facts {
	f := facts{key, cellSums{accounts: 1}}
	if !math.IsNaN(arr) {
		f.sums.known, f.sums.cents, f.sums.atRisk = 1, int64(math.Round(arr*100)), int64(math.Round(arr*churn*100))
	}
	f.move(moved)
	return f
}

// move sets what moved.
func (f *facts) move(moved float64) {
	f.sums.up, f.sums.down = 0, 0
	if moved > 0 {
		f.sums.up = 1
	}
	if moved < 0 {
		f.sums.down = 1
	}
}

// cells are changes of the table of cells that are not yet written.
type cells map[cellKey]cellSums

// change takes what an account was out of the sums and puts in what it is.
func (c cells) change(was, is facts) {
	if was == is {
		return
	}
	c[was.key] = c[was.key].plus(was.sums, -1)
	c[is.key] = c[is.key].plus(is.sums, 1)
}

// saveCells adds changes to the table.
func (s *Store) saveCells(ctx context.Context, tx *transaction, c cells) error {
	var args []any
	for _, key := range slices.SortedFunc(maps.Keys(c), cellKey.compare) {
		if sums := c[key]; sums != (cellSums{}) {
			args = append(args, key.owner, key.band, key.cluster, key.clusterName, key.theme,
				sums.accounts, sums.known, sums.cents, sums.atRisk, sums.up, sums.down)
		}
	}
	const width = 11
	row := `(` + marks(width) + `)`
	for chunk := range slices.Chunk(args, width*chunkRows) {
		if _, err := tx.ExecContext(ctx, s.sql(statement(`INSERT INTO cell (owner, band, cluster, cluster_name, theme, accounts, known, cents, at_risk, up, down) VALUES `,
			row, row, ` ON CONFLICT (owner, band, cluster, cluster_name, theme) DO UPDATE SET accounts = cell.accounts + excluded.accounts,
			known = cell.known + excluded.known, cents = cell.cents + excluded.cents, at_risk = cell.at_risk + excluded.at_risk,
			up = cell.up + excluded.up, down = cell.down + excluded.down`, len(chunk)/width)), chunk...); err != nil {
			return err
		}
	}
	if len(args) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM cell WHERE accounts = 0`)
	return err
}

// factColumns are what the facts of an account with an answer follow from.
const factColumns = `owner, band, cluster, cluster_name, theme, arr, churn, moved`

// factRow is factColumns as the table holds them.
type factRow struct {
	key               cellKey
	arr, churn, moved sql.NullFloat64
}

func (r *factRow) targets() []any {
	return []any{&r.key.owner, &r.key.band, &r.key.cluster, &r.key.clusterName, &r.key.theme, &r.arr, &r.churn, &r.moved}
}

func (r *factRow) facts() facts {
	return factsOf(r.key, numberOf(r.arr), r.churn.Float64, numberOf(r.moved))
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
	f.move(math.NaN())
	return f
}

// leave brings the cells up to date with accounts that are about to be removed
// or changed.
func (s *Store) leave(ctx context.Context, tx *transaction, list ...leaving) error {
	c := cells{}
	for _, l := range list {
		rows, err := tx.QueryContext(ctx, s.sql(`SELECT `+factColumns+` FROM account WHERE as_of IS NOT NULL AND `+l.condition), l.args...)
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
	return s.saveCells(ctx, tx, c)
}
