package history

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Row is an account of the portfolio with its latest answer.
type Row struct {
	Account
	AsOf        time.Time
	Model       string
	Health      float64 // points
	Churn       float64 // probability
	Low, High   float64 // its interval; NaN: none
	Band        string
	ClusterID   string
	ClusterName string
	Membership  float64
	TopTheme    string // of the strongest reason
	TopReason   string
	Previous    time.Time // the date before AsOf with an answer; zero: none
	Moved       float64   // Health less the health score at Previous; NaN: none
	Override    *Override // the newest that holds now; nil: none
}

// Page is a part of the portfolio.
type Page struct {
	Rows []Row
	Next string // cursor of the next page, "" on the last
}

// List returns a page of the portfolio. The database filters, sorts and pages.
// ErrCursor says that the cursor was made for another query.
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
	f, err := s.filter(ctx, q)
	if err != nil || f.none {
		return Page{}, err
	}
	rows, err := s.page(ctx, q, f, from)
	if err != nil {
		return Page{}, err
	}
	return s.finish(ctx, q, rows)
}

// page reads one row more than a page has: first those with a number to sort
// by, then those without.
func (s *Store) page(ctx context.Context, q Query, f *filter, from *position) ([]listRow, error) {
	o := orders[q.Sort]
	var rows []listRow
	if from == nil || !from.Unknown {
		known, err := s.stretch(ctx, q, f, from, false, q.Limit+1)
		if err != nil {
			return nil, err
		}
		rows = known
	}
	if !o.nullable || len(rows) > q.Limit || q.Sort == SortRenewal && !q.DueBefore.IsZero() {
		return rows, nil
	}
	if from != nil && !from.Unknown {
		from = nil
	}
	unknown, err := s.stretch(ctx, q, f, from, true, q.Limit+1-len(rows))
	return append(rows, unknown...), err
}

// stretch reads rows whose first column of the order is known, or those where
// it is not, behind a position.
func (s *Store) stretch(ctx context.Context, q Query, f *filter, behind *position, unknown bool, limit int) ([]listRow, error) {
	o := orders[q.Sort]
	columns := o.columns
	conditions, args := []string{f.and()}, slices.Clone(f.args)
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
	from, fromArgs := s.lead(f, o, q.Band != "")
	query := `SELECT ` + rowColumns + ` FROM (SELECT a.k AS found FROM ` + from + ` WHERE ` + strings.Join(conditions, " AND ") +
		` ORDER BY ` + by + ` LIMIT ?) AS p CROSS JOIN account a WHERE a.k = p.found ORDER BY ` + by
	rows, err := s.read.QueryContext(ctx, s.sql(query), append(append(fromArgs, args...), limit)...)
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

// rowColumns are the columns of a Row, in listRow's order.
const rowColumns = accountColumns + `, a.k, a.label, a.as_of, a.model, a.health, a.churn, a.low, a.high, a.band, a.cluster, a.cluster_name,
	a.membership, a.theme, a.reason, a.previous, a.moved`

// listRow is a Row as the table holds it.
type listRow struct {
	accountRow
	key                                     int64
	sortText                                string
	asOf, model, band, cluster, clusterName int64
	theme, reason                           int64
	health, churn                           float64
	low, high, membership, moved            sql.NullFloat64
	previous                                sql.NullInt64
}

func (r *listRow) targets() []any {
	return append(r.accountRow.targets(), &r.key, &r.sortText, &r.asOf, &r.model, &r.health, &r.churn, &r.low, &r.high, &r.band, &r.cluster,
		&r.clusterName, &r.membership, &r.theme, &r.reason, &r.previous, &r.moved)
}

// position is where the row stands in an order.
func (r *listRow) position(sort Sort) position {
	p := position{Key: r.key}
	switch sort {
	case SortRenewal:
		p.Unknown, p.Due, p.Number = !r.dueOn.Valid, r.dueOn.Int64, r.health
	case SortHealth:
		p.Number = r.health
	case SortChurn:
		p.Number = r.churn
	case SortARR:
		p.Unknown, p.Number = !r.arr.Valid, r.arr.Float64
	case SortMoved:
		p.Unknown, p.Number = !r.moved.Valid, r.moved.Float64
	case SortAccount:
		p.Text = r.sortText
	}
	return p
}

// finish makes a page of rows, of which one more than fit says that there is
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

// rows turns rows of the table into words and adds the overrides that hold.
func (s *Store) rows(ctx context.Context, rows []listRow) ([]Row, error) {
	var words []int64
	var keys []any
	for i := range rows {
		r := &rows[i]
		keys = append(keys, r.key)
		words = append(words, r.owner, r.model, r.band, r.cluster, r.clusterName, r.theme, r.reason)
	}
	texts, err := s.texts(ctx, s.read, words...)
	if err != nil {
		return nil, err
	}
	overrides, err := s.active(ctx, keys)
	if err != nil {
		return nil, err
	}
	var list []Row
	for i := range rows {
		row := rows[i].row(texts)
		row.Override = overrides[row.ID]
		list = append(list, row)
	}
	return list, nil
}

func (r *listRow) row(texts map[int64]string) Row {
	row := Row{
		Account: r.account(texts), AsOf: day(r.asOf).time(), Model: texts[r.model],
		Health: r.health, Churn: r.churn, Low: numberOf(r.low), High: numberOf(r.high),
		Band: texts[r.band], ClusterID: texts[r.cluster], ClusterName: texts[r.clusterName], Membership: numberOf(r.membership),
		TopTheme: texts[r.theme], TopReason: texts[r.reason], Moved: numberOf(r.moved),
	}
	if r.previous.Valid {
		row.Previous = day(r.previous.Int64).time()
	}
	return row
}

// Row returns one account as the portfolio shows it; ErrNotFound where the
// account is unknown or was never answered.
func (s *Store) Row(ctx context.Context, id string) (Row, error) {
	var r listRow
	err := s.read.QueryRowContext(ctx, s.sql(`SELECT `+rowColumns+` FROM account a WHERE a.id = ? AND a.as_of IS NOT NULL`), id).Scan(r.targets()...)
	if err == sql.ErrNoRows {
		return Row{}, fmt.Errorf("%w: account %q", ErrNotFound, id)
	}
	if err != nil {
		return Row{}, s.failed("read an account", err)
	}
	list, err := s.rows(ctx, []listRow{r})
	if err != nil {
		return Row{}, err
	}
	return list[0], nil
}
