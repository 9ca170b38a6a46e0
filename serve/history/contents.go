package history

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Contents is how much a history holds.
type Contents struct {
	Accounts int     // with an answer, without those that have left
	Left     int     // accounts that have left
	Answers  int     // snapshots
	Dates    []Dated // ascending
	Bytes    int64   // of the file or of the tables, without the write-ahead log
}

// Dated counts the answers of a model at a date.
type Dated struct {
	AsOf    time.Time
	Model   string
	Answers int
}

// Contents counts what is stored. It reads the key of every snapshot: about a
// second for a million of them.
func (s *Store) Contents(ctx context.Context) (Contents, error) {
	var c Contents
	for _, left := range []bool{false, true} {
		sum, err := s.Summary(ctx, Query{Left: left})
		if err != nil {
			return c, err
		}
		if c.Left = sum.Accounts; !left {
			c.Accounts = sum.Accounts
		}
	}
	if err := s.read.QueryRowContext(ctx, s.dialect.size).Scan(&c.Bytes); err != nil {
		return c, s.failed("measure the history", err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT as_of, model, count(*) FROM snapshot GROUP BY as_of, model`)
	if err != nil {
		return c, s.failed("count snapshots", err)
	}
	var ids []int64
	err = each(rows, func(scan func(...any) error) error {
		var at day
		var model int64
		var d Dated
		err := scan(&at, &model, &d.Answers)
		d.AsOf = at.time()
		c.Dates, ids, c.Answers = append(c.Dates, d), append(ids, model), c.Answers+d.Answers
		return err
	})
	if err != nil {
		return c, s.failed("count snapshots", err)
	}
	texts, err := s.texts(ctx, ids...)
	for i, k := range ids {
		c.Dates[i].Model = texts[k]
	}
	slices.SortFunc(c.Dates, func(a, b Dated) int { return cmp.Or(a.AsOf.Compare(b.AsOf), cmp.Compare(a.Model, b.Model)) })
	return c, err
}
