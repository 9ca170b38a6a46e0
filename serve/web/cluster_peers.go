package web

import (
	"cmp"
	"context"
	"errors"

	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// exemplar is one of a cluster's model accounts.
type exemplar struct {
	ID, Name, Owner string
	Known           bool // the history has a page of it
	Health, Band    string
	Outcome         string
}

// exemplars lists model accounts with what the history has of them; those that
// it does not have are named by their ids alone, and those that were erased from
// it are not named at all, whatever the model remembers.
func (w Words) exemplars(ctx context.Context, store *history.Store, list []artifact.Exemplar) ([]exemplar, error) {
	var out []exemplar
	for _, e := range list {
		one := exemplar{ID: e.AccountID, Name: e.AccountID, Outcome: w.outcome(e)}
		if store != nil {
			row, err := store.Row(ctx, e.AccountID)
			if errors.Is(err, history.ErrNotFound) {
				erased, failed := store.Erased(ctx, e.AccountID)
				if failed != nil {
					return nil, failed
				}
				if erased {
					continue
				}
			}
			switch {
			case err == nil:
				one.Known, one.Name, one.Owner = true, cmp.Or(row.Name, row.ID), row.Owner
				one.Health, one.Band = w.Score(row.Health), row.Band
			case !errors.Is(err, history.ErrNotFound):
				return nil, err
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// outcome is what became of a model account's last renewal.
func (w Words) outcome(e artifact.Exemplar) string {
	switch {
	case e.Expanded:
		return w.T("cluster.exemplar.expanded")
	case e.Renewed:
		return w.T("cluster.exemplar.renewed")
	}
	return ""
}

// scorecardRow is a line of the scorecard, in words.
type scorecardRow struct {
	Label, Typical, Range, Good string
}

// scorecard puts what renewed accounts usually have into words.
func (w Words) scorecard(lines []explain.ScorecardLine) []scorecardRow {
	var rows []scorecardRow
	for _, l := range lines {
		row := scorecardRow{Label: capitalized(l.Label), Typical: l.Level, Range: none, Good: none}
		switch {
		case l.Answered:
			row.Typical = w.answered(l.Typical > 0)
		case l.Level == "":
			row.Typical = w.Value(l.Typical, l.Unit)
			if text.Known(l.Low) && text.Known(l.High) {
				row.Range = w.Value(l.Low, l.Unit) + "–" + w.Value(l.High, l.Unit)
			}
		}
		switch l.More {
		case 1:
			row.Good = w.T("cluster.scorecard.more")
		case -1:
			row.Good = w.T("cluster.scorecard.less")
		}
		rows = append(rows, row)
	}
	return rows
}
