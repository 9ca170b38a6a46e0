package account

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// Export is how rows of the portfolio become a file for programs.
type Export struct {
	Write func(*score.Answer)           // writes the texts of an answer
	Cell  func(string) string           // what a text becomes in a cell
	Next  func() ([]history.Row, error) // the next rows, nil after the last; at least one call returns rows
}

// Export writes rows of the portfolio as CSV, with the columns of Scores.
func (a *Service) Export(ctx context.Context, out io.Writer, o Export) error {
	first := true
	return columnar.WriteCSV(out, func() ([]columnar.Column, error) {
		rows, err := o.Next()
		if err != nil || rows == nil && !first {
			return nil, err
		}
		first = false
		columns, err := a.exported(ctx, rows, o.Write)
		for i := range columns {
			for row, text := range columns[i].Strings {
				columns[i].Strings[row] = o.Cell(text)
			}
		}
		return columns, err
	})
}

// exported turns rows of the portfolio into columns. A row whose model is gone has no
// text of its reason.
func (a *Service) exported(ctx context.Context, rows []history.Row, write func(*score.Answer)) ([]columnar.Column, error) {
	n := len(rows)
	f := &fileRows{ids: make([]string, n), asOf: make([]time.Time, n), model: make([]string, n), health: make([]float64, n), churn: make([]float64, n),
		low: make([]float64, n), high: make([]float64, n), band: make([]string, n), scoreBand: make([]string, n), clusterIDs: make([]string, n),
		clusterNames: make([]string, n), membership: make([]float64, n), theme: make([]string, n), reason: make([]string, n), reasonText: make([]string, n)}
	accounts := make([]history.Account, n)
	for i := range rows {
		r := &rows[i]
		accounts[i] = r.Account
		f.ids[i], f.asOf[i], f.model[i] = r.ID, r.AsOf, r.Model
		f.health[i], f.churn[i], f.low[i], f.high[i] = r.Health, r.Churn, r.Low, r.High
		f.band[i], f.scoreBand[i], f.membership[i] = r.Band, r.Plain, r.Membership
		f.clusterIDs[i], f.clusterNames[i], f.theme[i], f.reason[i] = r.ClusterID, r.ClusterName, r.TopTheme, r.TopReason
	}
	f.describe(accounts, n)
	list, err := a.movementsOf(ctx, f.ids, f.asOf, "")
	if err != nil {
		return nil, err
	}
	f.movements(list)
	for i := range list {
		if f.reasonText[i], err = a.reasonText(list[i].later, f.reason[i], write); err != nil {
			return nil, err
		}
	}
	return f.columns(), nil
}

// reasonText is the text of a stored answer's strongest reason; "" without one, and
// where the model that gave it is gone.
func (a *Service) reasonText(sn *history.Snapshot, code string, write func(*score.Answer)) (string, error) {
	if sn == nil || code == "" {
		return "", nil
	}
	answer, err := a.replay(sn)
	if errors.Is(err, ErrModelGone) || errors.Is(err, ErrReplay) {
		return "", nil
	} else if err != nil || len(answer.Reasons) == 0 {
		return "", err
	}
	write(answer)
	return answer.Reasons[0].Text, nil
}
