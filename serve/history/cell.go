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

// cellKey is what the accounts of a cell have in common, as words.
type cellKey struct{ owner, band, cluster, clusterName, theme int64 }

func (a cellKey) compare(b cellKey) int {
	return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.band, b.band), cmp.Compare(a.cluster, b.cluster),
		cmp.Compare(a.clusterName, b.clusterName), cmp.Compare(a.theme, b.theme))
}

// dueKey is what the accounts of a cell by renewal have in common: the day of
// the next renewal, and words.
type dueKey struct{ due, band, cluster, theme int64 }

func (a dueKey) compare(b dueKey) int {
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.band, b.band), cmp.Compare(a.cluster, b.cluster), cmp.Compare(a.theme, b.theme))
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
	due  sql.NullInt64 // day of the next renewal
	sums cellSums
}

// factsOf counts one account; arr and moved may be NaN.
func factsOf(key cellKey, due sql.NullInt64, arr, churn, moved float64) facts {
	f := facts{key, due, cellSums{accounts: 1}}
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

// cells are changes of the tables of cells that are not yet written.
type cells struct {
	words map[cellKey]cellSums
	due   map[dueKey]cellSums
}

func noCells() cells { return cells{map[cellKey]cellSums{}, map[dueKey]cellSums{}} }

// change takes what an account was out of the sums and puts in what it is.
func (c cells) change(was, is facts) {
	if was == is {
		return
	}
	c.add(was, -1)
	c.add(is, 1)
}

func (c cells) add(f facts, sign int64) {
	c.words[f.key] = c.words[f.key].plus(f.sums, sign)
	if f.due.Valid {
		key := dueKey{f.due.Int64, f.key.band, f.key.cluster, f.key.theme}
		c.due[key] = c.due[key].plus(f.sums, sign)
	}
}

// cellTable is a table of cells and what its cells have in common.
type cellTable struct {
	name string
	keys []string
}

var (
	wordCells = cellTable{"cell", []string{"owner", "band", "cluster", "cluster_name", "theme"}}
	dueCells  = cellTable{"due_cell", []string{"due_on", "band", "cluster", "theme"}}
)

// saveCells adds changes to the tables.
func (s *Store) saveCells(ctx context.Context, tx *transaction, c cells) error {
	var args []any
	for _, key := range slices.SortedFunc(maps.Keys(c.words), cellKey.compare) {
		if sums := c.words[key]; sums != (cellSums{}) {
			args = append(append(args, key.owner, key.band, key.cluster, key.clusterName, key.theme), sums.args()...)
		}
	}
	if err := s.saveTable(ctx, tx, wordCells, args); err != nil {
		return err
	}
	args = nil
	for _, key := range slices.SortedFunc(maps.Keys(c.due), dueKey.compare) {
		if sums := c.due[key]; sums != (cellSums{}) {
			args = append(append(args, key.due, key.band, key.cluster, key.theme), sums.args()...)
		}
	}
	return s.saveTable(ctx, tx, dueCells, args)
}

func (s cellSums) args() []any {
	return []any{s.accounts, s.known, s.cents, s.atRisk, s.up, s.down}
}

// saveTable adds rows of keys and sums to a table, and takes out what is empty.
func (s *Store) saveTable(ctx context.Context, tx *transaction, t cellTable, args []any) error {
	if len(args) == 0 {
		return nil
	}
	width := len(t.keys) + len(cellSums{}.args())
	row, keys := `(`+marks(width)+`)`, strings.Join(t.keys, ", ")
	before := `INSERT INTO ` + t.name + ` AS c (` + keys + `, accounts, known, cents, at_risk, up, down) VALUES `
	after := ` ON CONFLICT (` + keys + `) DO UPDATE SET accounts = c.accounts + excluded.accounts, known = c.known + excluded.known,
		cents = c.cents + excluded.cents, at_risk = c.at_risk + excluded.at_risk, up = c.up + excluded.up, down = c.down + excluded.down`
	for chunk := range slices.Chunk(args, width*chunkRows) {
		if _, err := tx.ExecContext(ctx, s.sql(statement(before, row, row, after, len(chunk)/width)), chunk...); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM `+t.name+` WHERE accounts = 0`)
	return err
}

// factColumns are what the facts of an account with an answer follow from.
const factColumns = `owner, band, cluster, cluster_name, theme, due_on, arr, churn, moved`

// factRow is factColumns as the table holds them.
type factRow struct {
	key               cellKey
	due               sql.NullInt64
	arr, churn, moved sql.NullFloat64
}

func (r *factRow) targets() []any {
	return []any{&r.key.owner, &r.key.band, &r.key.cluster, &r.key.clusterName, &r.key.theme, &r.due, &r.arr, &r.churn, &r.moved}
}

func (r *factRow) facts() facts {
	return factsOf(r.key, r.due, numberOf(r.arr), r.churn.Float64, numberOf(r.moved))
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
	c := noCells()
	if err := s.gather(ctx, tx, c, list...); err != nil {
		return err
	}
	return s.saveCells(ctx, tx, c)
}

// gather notes what accounts become that are about to be removed or changed.
func (s *Store) gather(ctx context.Context, tx *transaction, c cells, list ...leaving) error {
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
