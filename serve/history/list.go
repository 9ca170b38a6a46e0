package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Page is a part of the portfolio.
type Page struct {
	Rows []Row
	Next string // cursor of the next page, "" on the last
}

// List returns a page of the portfolio. The database filters, sorts and pages.
// ErrCursor means that the cursor was made for another query.
func (s *Store) List(ctx context.Context, q Query) (Page, error) {
	q, err := q.normalize()
	if err != nil {
		return Page{}, err
	}
	var from *position
	if q.Cursor != "" {
		p, err := s.position(q)
		if err != nil {
			return Page{}, err
		}
		from = &p
	}
	rows, err := s.ranks(ctx, q, from)
	if err != nil {
		return Page{}, err
	}
	return s.finish(ctx, q, rows)
}

// ranks reads one row more than a page has: of SortMatch those of each rank after
// those of the rank before.
func (s *Store) ranks(ctx context.Context, q Query, from *position) ([]listRow, error) {
	first, last := anyRank, anyRank
	if q.Sort == SortMatch && q.Search != "" {
		if first, last = rankExact, rankPart; from != nil {
			first = from.Rank
		}
	}
	var list []listRow
	for r := first; r <= last && len(list) <= q.Limit; r++ {
		f, err := s.filter(ctx, q, r)
		if err != nil {
			return nil, err
		}
		if !f.none {
			rows, err := s.page(ctx, q, f, from, q.Limit+1-len(list))
			if err != nil {
				return nil, err
			}
			for i := range rows {
				rows[i].rank = r
			}
			list = append(list, rows...)
		}
		from = nil
	}
	return list, nil
}

// page reads rows of one rank: first those with a number to sort by, then those
// without.
func (s *Store) page(ctx context.Context, q Query, f *filter, from *position, limit int) ([]listRow, error) {
	o := orders[q.Sort]
	var rows []listRow
	if from == nil || !from.Unknown {
		known, err := s.stretch(ctx, q, f, from, false, limit)
		if err != nil {
			return nil, err
		}
		rows = known
	}
	if !o.nullable || len(rows) >= limit || o.columns[0] == "due_on" && q.due() {
		return rows, nil
	}
	if from != nil && !from.Unknown {
		from = nil
	}
	unknown, err := s.stretch(ctx, q, f, from, true, limit-len(rows))
	return append(rows, unknown...), err
}

// stretch reads rows whose first column of the order is known, or those where
// it is not, behind a position.
func (s *Store) stretch(ctx context.Context, q Query, f *filter, behind *position, unknown bool, limit int) ([]listRow, error) {
	query, args := s.stretchSQL(q, f, behind, unknown, limit)
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.failed("read the portfolio", err)
	}
	var list []listRow
	err = each(rows, func(scan func(...any) error) error {
		var r listRow
		err := scan(r.targets()...)
		list = append(list, r)
		return err
	})
	return list, s.failed("read the portfolio", err)
}

// stretchSQL finds the keys of a stretch first, in an index where it can, and
// reads whole rows only for those.
func (s *Store) stretchSQL(q Query, f *filter, behind *position, unknown bool, limit int) (string, []any) {
	o := orders[q.Sort]
	columns := o.columns
	conditions := slices.Clone(f.conditions)
	from, args := s.lead(f, o, len(q.Bands) == 1)
	args = append(args, f.args...)
	switch {
	case unknown:
		conditions = append(conditions, "a."+columns[0]+" IS NULL")
		columns = columns[1:]
	case o.nullable:
		conditions = append(conditions, "a."+columns[0]+" IS NOT NULL")
	}
	direction, compare := "", ">"
	if q.Desc {
		direction, compare = " DESC", "<"
	}
	if behind != nil {
		conditions = append(conditions, "(a."+strings.Join(columns, ", a.")+") "+compare+" ("+marks(len(columns))+")")
		args = append(args, behind.values(q.Sort)...)
	}
	by := "a." + strings.Join(columns, direction+", a.") + direction
	return s.sql(`SELECT ` + rowColumns + ` FROM (SELECT a.k AS found FROM ` + from + ` WHERE ` + strings.Join(conditions, " AND ") +
		` ORDER BY ` + by + ` LIMIT ?) AS p CROSS JOIN account a WHERE a.k = p.found ORDER BY ` + by), append(args, limit)
}

// finish makes a page of rows, of which one more than fit means that there is
// another page.
func (s *Store) finish(ctx context.Context, q Query, rows []listRow) (Page, error) {
	next := ""
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		var err error
		if next, err = s.cursor(q, rows[q.Limit-1].position(q.Sort)); err != nil {
			return Page{}, fmt.Errorf("make a cursor: %w", err)
		}
	}
	list, err := s.rows(ctx, rows)
	return Page{list, next}, err
}
