package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Row is an account of the portfolio with its latest answer.
type Row struct {
	Account
	AsOf        time.Time
	Model       string
	Health      float64   // points
	Churn       float64   // probability
	Low, High   float64   // its interval; NaN: none
	Band        string    // the one that is displayed
	Plain       string    // that of the health score alone
	Since       time.Time // since when Band has been displayed; zero: not known
	ClusterID   string
	ClusterName string
	Membership  float64
	TopTheme    string // of the strongest reason
	TopReason   string
	Previous    time.Time // the date before AsOf with an answer; zero: none
	// Moved is how far the account moved since Previous, with one decimal as displayed: by
	// one model for both dates, without what another model moved. NaN: there is no date
	// before, or no one model reads both (OtherModel).
	Moved         float64
	OtherModel    bool   // another model answered at Previous
	PreviousModel string // who answered at Previous; "": nobody
	// ModelMoved is how far another model moved the score, as displayed; NaN: none did, or it
	// is not known.
	ModelMoved float64
	Verdict    string    // on the movement; "": none was computed when it was scored
	MoveReason string    // code of its first reason; "": none
	MovePoints float64   // of that reason as displayed; NaN: none
	Override   *Override // the newest that holds now; nil: none
}

// Row returns one account as the portfolio shows it; ErrNotFound where the
// account is unknown or was never answered.
func (s *Store) Row(ctx context.Context, id string) (Row, error) {
	var r listRow
	err := s.read.QueryRowContext(ctx, s.sql(`SELECT `+rowColumns+` FROM account a WHERE a.id = ? AND a.as_of IS NOT NULL`), id).Scan(r.targets()...)
	if errors.Is(err, sql.ErrNoRows) {
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

// rowColumns are the columns of a Row, in listRow's order.
const rowColumns = accountColumns + `, a.k, a.label, a.as_of, a.model, a.health, a.churn, a.low, a.high, a.band, a.cluster, a.cluster_name,
	a.membership, a.theme, a.reason, a.previous, a.moved, a.score_band, a.displayed_since, a.left_on,
	a.previous_model, a.model_moved, a.verdict, a.move_reason, a.move_points`

// listRow is a Row as the table holds it.
type listRow struct {
	accountRow
	rank                                    rank // of SortMatch
	key                                     int64
	sortText                                string
	asOf, model, band, cluster, clusterName int64
	theme, reason                           int64
	health, churn                           float64
	low, high, membership, moved            sql.NullFloat64
	plain                                   int64
	previous, since, left                   sql.NullInt64
	previousModel, moveReason               sql.NullInt64
	modelMoved, movePoints                  sql.NullFloat64
	verdict                                 sql.NullString
}

func (r *listRow) targets() []any {
	return append(r.accountRow.targets(), &r.key, &r.sortText, &r.asOf, &r.model, &r.health, &r.churn, &r.low, &r.high, &r.band, &r.cluster,
		&r.clusterName, &r.membership, &r.theme, &r.reason, &r.previous, &r.moved, &r.plain, &r.since, &r.left,
		&r.previousModel, &r.modelMoved, &r.verdict, &r.moveReason, &r.movePoints)
}

// position is where the row stands in an order.
func (r *listRow) position(sort Sort) position {
	p := position{Key: r.key}
	switch sort {
	case SortMatch, SortRenewal:
		p.Rank = r.rank
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

// rows turns rows of the table into texts and adds the overrides that hold.
func (s *Store) rows(ctx context.Context, rows []listRow) ([]Row, error) {
	var ids []int64
	var keys []any
	for i := range rows {
		r := &rows[i]
		keys = append(keys, r.key)
		ids = append(ids, r.owner, r.model, r.band, r.cluster, r.clusterName, r.theme, r.reason, r.plain, r.previousModel.Int64, r.moveReason.Int64)
	}
	texts, err := s.texts(ctx, ids...)
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
	account := r.account(texts)
	account.LeftOn = dateOf(r.left)
	return Row{
		Account: account, AsOf: day(r.asOf).time(), Model: texts[r.model],
		Health: r.health, Churn: r.churn, Low: numberOf(r.low), High: numberOf(r.high),
		Band: texts[r.band], Plain: texts[r.plain], Since: dateOf(r.since),
		ClusterID: texts[r.cluster], ClusterName: texts[r.clusterName], Membership: numberOf(r.membership),
		TopTheme: texts[r.theme], TopReason: texts[r.reason], Previous: dateOf(r.previous), Moved: numberOf(r.moved),
		OtherModel: r.previousModel.Valid && r.previousModel.Int64 != r.model, PreviousModel: texts[r.previousModel.Int64], ModelMoved: numberOf(r.modelMoved),
		Verdict: r.verdict.String, MoveReason: texts[r.moveReason.Int64], MovePoints: numberOf(r.movePoints),
	}
}
