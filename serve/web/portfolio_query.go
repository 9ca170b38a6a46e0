package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// pageRows is how many accounts a page lists.
const pageRows = 50

// staleDays is how old the newest answers may be for renewals to be counted
// from today; from older ones on they are counted from the answers' own date.
const staleDays = 45

// dueDays are the spans that the filter by renewal offers, in days.
var dueDays = []int{30, 60, 90, 180, 365}

// sortings are the orders that a reader may choose, with the direction in
// which each is first useful.
var sortings = map[history.Sort]bool{ // true: descending
	history.SortRenewal: false, history.SortHealth: false, history.SortChurn: true,
	history.SortARR: true, history.SortMoved: false, history.SortAccount: false, history.SortMatch: false,
}

// portfolioQuery is what a reader chose.
type portfolioQuery struct {
	sort                  history.Sort
	desc                  bool
	several               map[string][]string // by name of severalFilters: one of the values is enough
	search                string
	kept                  string // the owner that the reader's browser keeps; "": none
	due                   int    // days ahead; 0: any
	really                bool   // accounts that moved by more than usual alone
	left                  bool   // accounts that have left, instead of those that are there
	override, changedBand bool
	arrFrom, arrTo        *float64
	month                 time.Time // of the renewal: its first day; zero: any
	overdue               bool      // the renewal is before today
	cursor                string
	today                 time.Time // midnight UTC; what days are counted from
	stale                 bool      // today is the answers' date, not the reader's
}

// parsePortfolio reads the address. errQuery for a sort, band, span or
// direction that there is none of; parameters of other programs are let pass.
func (v *visit) parsePortfolio() (*portfolioQuery, error) {
	p := &portfolioQuery{
		sort: history.Sort(v.QueryParam("sort")), several: severalValues(v.QueryParams()), search: v.QueryParam("q"), cursor: v.QueryParam("cursor"),
		today: v.now.Truncate(oneDay),
	}
	if p.sort == "" {
		p.sort = p.usualSort()
	}
	desc, known := sortings[p.sort]
	if !known {
		return nil, fmt.Errorf("%w: sort %q", errQuery, p.sort)
	}
	switch order := v.QueryParam("order"); order {
	case "":
		p.desc = desc
	case "up", "down":
		p.desc = order == "down"
	default:
		return nil, fmt.Errorf("%w: order %q", errQuery, order)
	}
	for _, band := range p.several["band"] {
		if !slices.Contains(bands, band) {
			return nil, fmt.Errorf("%w: band %q", errQuery, band)
		}
	}
	switch verdict := v.QueryParam("verdict"); verdict {
	case "":
	case history.VerdictMoved:
		p.really = true
	default:
		return nil, fmt.Errorf("%w: verdict %q", errQuery, verdict)
	}
	if due := v.QueryParam("due"); due != "" {
		days, err := strconv.Atoi(due)
		if err != nil || !slices.Contains(dueDays, days) {
			return nil, fmt.Errorf("%w: due %q", errQuery, due)
		}
		p.due = days
	}
	return p, p.parseBeside(v.QueryParam)
}

// setToday decides what days are counted from.
func (p *portfolioQuery) setToday(now, newest time.Time) {
	if p.stale = !newest.IsZero() && daysBetween(newest, now) > staleDays; p.stale {
		p.today = newest
	}
}

// filters are the query's filters without its order and page.
func (p *portfolioQuery) filters() history.Query {
	q := history.Query{Clusters: p.several["cluster"], Bands: p.several["band"], Owners: p.several["owner"], Themes: p.several["theme"],
		Search: p.search, Left: p.left, Override: p.override, Changed: p.changedBand, ARRFrom: p.arrFrom, ARRTo: p.arrTo}
	if p.really {
		q.Verdict = history.VerdictMoved
	}
	if p.due > 0 {
		q.DueBefore = p.today.AddDate(0, 0, p.due+1)
	}
	p.dueMonth(&q)
	return q
}

// query is what is read from the history.
func (p *portfolioQuery) query() history.Query {
	q := p.filters()
	q.Sort, q.Desc, q.Limit, q.Cursor = p.sort, p.desc, pageRows, p.cursor
	return q
}

// values are the address's parameters, without the page.
func (p *portfolioQuery) values() url.Values {
	q := p.keepSort()
	for name, values := range p.several {
		if len(values) > 0 {
			q[name] = values
		}
	}
	if p.search != "" {
		q.Set("q", p.search)
	}
	if p.due > 0 {
		q.Set("due", strconv.Itoa(p.due))
	}
	if p.really {
		q.Set("verdict", history.VerdictMoved)
	}
	p.besideValues(q)
	return q
}

// usualSort is the order that a reader has not chosen.
func (p *portfolioQuery) usualSort() history.Sort {
	if p.search != "" {
		return history.SortMatch
	}
	return history.SortRenewal
}

// keepSort are the parameters of the order alone.
func (p *portfolioQuery) keepSort() url.Values {
	q := url.Values{}
	if p.sort != p.usualSort() {
		q.Set("sort", string(p.sort))
	}
	if p.desc != sortings[p.sort] {
		q.Set("order", direction(p.desc))
	}
	return q
}

func direction(desc bool) string {
	if desc {
		return "down"
	}
	return "up"
}

// changed is the address of the first page with one parameter changed; "" takes it
// out, the owner by naming none.
func (p *portfolioQuery) changed(name, value string) string {
	q := p.values()
	q.Del(name)
	if value != "" || name == "owner" {
		q.Set(name, value)
	}
	return address("/", q)
}

// turn is the address of another page of the same list.
func (p *portfolioQuery) turn(cursor string) string { return p.changed("cursor", cursor) }

// sorted is the address of the list in an order; the order that it has already
// is turned round.
func (p *portfolioQuery) sorted(by history.Sort) string {
	other := *p
	other.sort, other.desc = by, sortings[by]
	if p.sort == by {
		other.desc = !p.desc
	}
	return address("/", other.values())
}

// exported is the address of the whole list as a file.
func (p *portfolioQuery) exported() string { return address("/accounts.csv", p.values()) }
