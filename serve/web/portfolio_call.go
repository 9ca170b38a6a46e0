package web

import (
	"cmp"
	"errors"
	"slices"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// What the first page puts first.
const (
	shownCalls  = 5
	calledDays  = 90  // renewals that are near enough to call for
	calledRows  = 200 // candidates read from either side
	leastFallen = 5.0 // points; what fell less is left to the table
)

// call is an account that someone should call, and why.
type call struct {
	accountRow
	Why string
}

// callFirst lists the accounts renewing soon with the most ARR at risk; where
// their ARR is not known, those most likely to churn. Candidates are the
// likeliest to churn and the largest, of which the product is the largest too
// unless hundreds of accounts are ahead of it on both lists.
func (p *portfolio) callFirst() ([]call, error) {
	q := p.filters()
	q.Limit, q.Desc = calledRows, true
	if soon := p.today.AddDate(0, 0, calledDays+1); q.DueBefore.IsZero() || soon.Before(q.DueBefore) {
		q.DueBefore = soon
	}
	var rows []history.Row
	seen := map[string]bool{}
	for _, by := range []history.Sort{history.SortChurn, history.SortARR} {
		q.Sort = by
		list, err := p.store.List(p.ctx, q)
		if err != nil {
			return nil, err
		}
		for _, r := range list.Rows {
			if !seen[r.ID] && r.Band != "healthy" {
				rows, seen[r.ID] = append(rows, r), true
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b history.Row) int {
		return cmp.Or(cmp.Compare(knownOr0(b.ARR)*b.Churn, knownOr0(a.ARR)*a.Churn), cmp.Compare(b.Churn, a.Churn))
	})
	var calls []call
	for i := range rows[:min(len(rows), shownCalls)] {
		row := p.words.accountRow(&rows[i], p.today, p.label)
		calls = append(calls, call{row, p.words.whyCall(row, rows[i].ARR)})
	}
	return calls, nil
}

func knownOr0(v float64) float64 {
	if !text.Known(v) {
		return 0
	}
	return v
}

// whyCall is what is at stake.
func (w Words) whyCall(r accountRow, arr float64) string {
	if !text.Known(arr) {
		return w.T("portfolio.call.churn", "churn", r.Churn)
	}
	return w.T("portfolio.call.money", "arr", r.AtRisk, "churn", r.Churn)
}

// fallen lists the accounts whose score fell most since the last scoring, and
// marks where another model answered then: the fall may be all its own.
func (p *portfolio) fallen() ([]call, error) {
	q := p.filters()
	q.Sort, q.Limit = history.SortMoved, shownCalls
	list, err := p.store.List(p.ctx, q)
	if err != nil {
		return nil, err
	}
	var calls []call
	for i := range list.Rows {
		r := &list.Rows[i]
		if !(r.Moved <= -leastFallen) {
			break
		}
		row := p.words.accountRow(r, p.today, p.label)
		why := p.words.T("portfolio.fallen.why", "from", p.words.Score(r.Health-r.Moved), "to", row.Health, "since", row.Since)
		before, err := p.store.Before(p.ctx, r.ID, r.AsOf)
		if err != nil && !errors.Is(err, history.ErrNotFound) {
			return nil, err
		}
		if err == nil && before.Model != r.Model {
			why += p.words.T("portfolio.fallen.model")
		}
		calls = append(calls, call{row, why})
	}
	return calls, nil
}

// portfolioLead is the first sentence: whom to call today.
func (w Words) portfolioLead(b *portfolioBody) string {
	switch {
	case len(b.First) > 0:
		return w.T("portfolio.lead", "accounts", w.names(b.First))
	case len(b.Rows) == 0:
		return ""
	}
	return w.T("portfolio.lead.calm", "n", calledDays)
}

// names lists the first three accounts to call.
func (w Words) names(calls []call) string {
	var names []string
	for _, c := range calls[:min(len(calls), 3)] {
		names = append(names, c.Name)
	}
	return w.list(names)
}
