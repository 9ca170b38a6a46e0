package web

import (
	"context"
	"errors"
	"html/template"
	"slices"
	"time"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/web/chart"
)

// portfolioRoutes are the addresses of the portfolio.
var portfolioRoutes = []route{{"/", (*visit).portfolio}, {"/accounts.csv", (*visit).export}}

// portfolioBody is the portfolio page's dot.
type portfolioBody struct {
	Lead    string
	Notes   []string
	Sums    history.Sums
	Money   bool // some ARR is known
	AtRisk  string
	Bands   []bandCount // nil: too many accounts are found to be added up
	BandBar template.HTML
	First   []call        // whom to call first
	Fallen  []call        // who fell most
	Ahead   template.HTML // the renewals ahead; "" where none is known
	Columns []column
	Rows    []accountRow
	Filters filterForm
	Active  []choice // filters that are set, each a link that takes it away
	Stated  []string // the same in words
	Months  []choice // the renewals ahead, each a link to those of its month
	Reset   string   // address without filters
	Export  string
	Next    string // address of the next page, "" on the last
	Start   string // address of the first page, "" there
	Empty   bool   // nothing is stored at all
	Left    bool   // the list is of accounts that have left
	Gone    string // address of that list
}

// bandCount is how many accounts of the filters are in a band.
type bandCount struct {
	Band    string
	Count   int
	Href    string
	Current bool
}

// bands in the order in which they are shown: what needs someone first.
var bands = []string{"sick", "at_risk", "healthy"}

// portfolio is one reading of the portfolio.
type portfolio struct {
	*visit
	*portfolioQuery
	ctx   context.Context
	store *history.Store
	label func(code string) string // of reasons
	whole *history.Summary         // without filters
}

// portfolio shows the accounts.
func (v *visit) portfolio() error {
	body := portfolioBody{}
	show := func() error {
		return v.render("portfolio", page{Title: v.words.T("frame.portfolio"), Section: "portfolio", Body: &body})
	}
	p, err := v.readPortfolio()
	if err != nil {
		return err
	}
	body.Empty, body.Money = p.whole.Accounts == 0, p.whole.NoARR < p.whole.Accounts
	if body.Empty {
		return show()
	}
	for _, fill := range []func(*portfolioBody) error{p.fillSums, p.fillRows, p.fillFilters, p.fillAttention} {
		if err := fill(&body); err != nil {
			return err
		}
	}
	return show()
}

// readPortfolio understands the address and opens the history.
func (v *visit) readPortfolio() (*portfolio, error) {
	store, err := v.site.source.Store()
	if err != nil {
		return nil, err
	}
	p := &portfolio{visit: v, ctx: v.Request().Context(), store: store, label: v.reasonLabels()}
	if p.portfolioQuery, err = v.parsePortfolio(); err != nil {
		return nil, err
	}
	if err := p.keepOwner(); err != nil {
		return nil, err
	}
	if p.whole, err = store.Summary(p.ctx, history.Query{}); err != nil {
		return nil, err
	}
	newest, err := p.newest()
	if err != nil {
		return nil, err
	}
	p.setToday(v.now, newest)
	return p, nil
}

// fillSums fills in what the accounts of the filters add up to.
func (p *portfolio) fillSums(body *portfolioBody) error {
	if p.stale {
		body.Notes = append(body.Notes, p.words.T("portfolio.stale", "date", p.words.Date(p.today), "age", p.words.T("days.ago", "n", daysBetween(p.today, p.now))))
	}
	sum, err := p.store.Summary(p.ctx, p.filters())
	if errors.Is(err, history.ErrTooMany) {
		body.Notes = append(body.Notes, p.words.T("portfolio.toomany"))
		return nil
	}
	if err != nil {
		return err
	}
	body.Sums = sum.Sums
	if sum.ARR > 0 {
		body.AtRisk = p.words.Percent(sum.ARRAtRisk / sum.ARR)
	}
	return p.fillBands(body)
}

// fillBands counts the bands; the filter by band itself is left out, so that
// the others stay in sight.
func (p *portfolio) fillBands(body *portfolioBody) error {
	q := p.filters()
	q.Bands = nil
	sum, err := p.store.Summary(p.ctx, q)
	if errors.Is(err, history.ErrTooMany) {
		return nil
	}
	if err != nil {
		return err
	}
	var shares []float64
	for _, band := range bands {
		b := bandCount{Band: band, Current: slices.Contains(p.several["band"], band), Href: p.changed("band", band)}
		if b.Current {
			b.Href = p.without("band", band)
		}
		if i := slices.IndexFunc(sum.Bands, func(g history.Group) bool { return g.ID == band }); i >= 0 {
			b.Count = sum.Bands[i].Accounts
		}
		body.Bands = append(body.Bands, b)
		shares = append(shares, float64(b.Count))
	}
	body.BandBar = chart.Stacked(bands, shares)
	return nil
}

// fillRows fills in the table.
func (p *portfolio) fillRows(body *portfolioBody) error {
	list, err := p.store.List(p.ctx, p.query())
	if err != nil {
		return err
	}
	for i := range list.Rows {
		body.Rows = append(body.Rows, p.words.accountRow(&list.Rows[i], p.today, p.label))
	}
	body.Columns = p.columns(body.Money)
	body.Export = p.exported()
	if list.Next != "" {
		body.Next = p.turn(list.Next)
	}
	if p.cursor != "" {
		body.Start = p.turn("")
	}
	return nil
}

// fillAttention fills in what a reader should look at first; only the first
// page has it, and nobody who looks for an account by name is held up by it.
func (p *portfolio) fillAttention(body *portfolioBody) (err error) {
	if p.cursor != "" || p.left || p.search != "" {
		return nil
	}
	if body.First, err = p.callFirst(); err != nil {
		return err
	}
	if body.Fallen, err = p.fallen(); err != nil {
		return err
	}
	months, err := p.renewalsAhead()
	if err != nil {
		return err
	}
	body.Ahead = p.words.drawAhead(months, body.Money)
	for _, m := range months {
		if m.all > 0 {
			body.Months = append(body.Months, choice{Label: p.words.aheadName(m) + " (" + p.words.Whole(m.all) + ")", Href: p.dueIn(m.first)})
		}
	}
	body.Lead = p.words.portfolioLead(body)
	return nil
}

// newest is the as-of date of the newest answers: that of the account whose
// renewal is farthest, for accounts that have left are not answered for again.
func (p *portfolio) newest() (time.Time, error) {
	list, err := p.store.List(p.ctx, history.Query{Sort: history.SortRenewal, Desc: true, Limit: 1})
	if err != nil || len(list.Rows) == 0 {
		return time.Time{}, err
	}
	return list.Rows[0].AsOf, nil
}

// reasonLabels names reasons by their code; where no model is in service a code
// stays what it is.
func (v *visit) reasonLabels() func(string) string {
	scorer, err := v.site.source.Scorer()
	if err != nil {
		return func(code string) string { return code }
	}
	return v.words.ReasonLabels(scorer)
}

// daysBetween is how many days lie between two moments' dates.
func daysBetween(from, to time.Time) int {
	return int(to.Truncate(oneDay).Sub(from.Truncate(oneDay)) / oneDay)
}

const oneDay = 24 * time.Hour
