package web

import (
	"strings"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// shownCalls is how many accounts the first page puts first.
const shownCalls = 5

// call is an account that someone should call, and why.
type call struct {
	accountRow
	Why string
}

// callFirst lists whom to call first.
func (p *portfolio) callFirst() ([]call, error) {
	rows, err := p.visit.site.source.CallFirst(p.ctx, p.filters(), p.today, shownCalls)
	if err != nil {
		return nil, err
	}
	var calls []call
	for i := range rows {
		row := p.words.accountRow(&rows[i].Row, p.today, p.label)
		calls = append(calls, call{row, p.words.whyCall(&rows[i], row)})
	}
	return calls, nil
}

// whyCall is what is at stake, and what else puts the account where it is.
func (w Words) whyCall(c *account.Call, r accountRow) string {
	why := w.T("portfolio.call.churn", "churn", r.Churn)
	if text.Known(c.ARR) {
		why = w.T("portfolio.call.money", "arr", r.AtRisk, "churn", r.Churn)
	}
	parts := []string{why}
	if c.Dropped {
		parts = append(parts, w.T("portfolio.call.dropped", "points", w.Score(-c.Moved), "date", w.Date(c.Previous)))
	}
	if c.Contact != nil {
		parts = append(parts, w.T("portfolio.call.contact", "kind", text.Readable(c.Contact.Kind), "date", w.Date(c.Contact.At)))
	} else {
		parts = append(parts, w.T("portfolio.call.nobody", "n", account.ContactedDays))
	}
	return strings.Join(parts, " · ")
}

// modelMoved is how far another model moved a score, as displayed.
func modelMoved(r *history.Row) float64 {
	if text.Known(r.ModelMoved) {
		return r.ModelMoved
	}
	return 0
}

// fallen lists the accounts that fell most since the last scoring, with what another
// model did besides.
func (p *portfolio) fallen() ([]call, error) {
	rows, err := p.visit.site.source.Fallen(p.ctx, p.filters(), shownCalls)
	if err != nil {
		return nil, err
	}
	var calls []call
	for i := range rows {
		r := &rows[i]
		row := p.words.accountRow(r, p.today, p.label)
		why := p.words.T("portfolio.fallen.why", "from", p.words.Score(text.Round1(r.Health)-r.Moved-modelMoved(r)), "to", row.Health, "since", row.Since)
		if r.OtherModel {
			why += p.words.T("portfolio.fallen.model", "change", p.words.Change(modelMoved(r)))
		}
		if row.Real != "" {
			why += " · " + row.Real
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
	return w.T("portfolio.lead.calm", "n", account.CalledDays)
}

// names lists the first three accounts to call.
func (w Words) names(calls []call) string {
	var names []string
	for _, c := range calls[:min(len(calls), 3)] {
		names = append(names, c.Name)
	}
	return w.list(names)
}
