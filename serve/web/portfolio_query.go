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
	sort                        history.Sort
	desc                        bool
	cluster, band, owner, theme string
	search                      string
	kept                        string // the owner that the reader's browser keeps; "": none
	due                         int    // days ahead; 0: any
	really                      bool   // accounts that moved by more than usual alone
	left                        bool   // accounts that have left, instead of those that are there
	cursor                      string
	today                       time.Time // midnight UTC; what days are counted from
	stale                       bool      // today is the answers' date, not the reader's
}

// parsePortfolio reads the address. errQuery for a sort, band, span or
// direction that there is none of; parameters of other programs are let pass.
func (v *visit) parsePortfolio() (*portfolioQuery, error) {
	p := &portfolioQuery{
		sort: history.Sort(v.QueryParam("sort")), cluster: v.QueryParam("cluster"), band: v.QueryParam("band"),
		owner: v.QueryParam("owner"), theme: v.QueryParam("theme"), search: v.QueryParam("q"), cursor: v.QueryParam("cursor"),
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
	if p.band != "" && !slices.Contains(bands, p.band) {
		return nil, fmt.Errorf("%w: band %q", errQuery, p.band)
	}
	switch verdict := v.QueryParam("verdict"); verdict {
	case "":
	case history.VerdictMoved:
		p.really = true
	default:
		return nil, fmt.Errorf("%w: verdict %q", errQuery, verdict)
	}
	switch left := v.QueryParam("left"); left {
	case "":
	case "yes":
		p.left = true
	default:
		return nil, fmt.Errorf("%w: left %q", errQuery, left)
	}
	if due := v.QueryParam("due"); due != "" {
		days, err := strconv.Atoi(due)
		if err != nil || !slices.Contains(dueDays, days) {
			return nil, fmt.Errorf("%w: due %q", errQuery, due)
		}
		p.due = days
	}
	return p, nil
}

// setToday decides what days are counted from.
func (p *portfolioQuery) setToday(now, newest time.Time) {
	if p.stale = !newest.IsZero() && daysBetween(newest, now) > staleDays; p.stale {
		p.today = newest
	}
}

// filters are the query's filters without its order and page.
func (p *portfolioQuery) filters() history.Query {
	q := history.Query{Cluster: p.cluster, Band: p.band, Owner: p.owner, Theme: p.theme, Search: p.search, Left: p.left}
	if p.really {
		q.Verdict = history.VerdictMoved
	}
	if p.due > 0 {
		q.DueBefore = p.today.AddDate(0, 0, p.due+1)
	}
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
	for name, value := range map[string]string{"cluster": p.cluster, "band": p.band, "owner": p.owner, "theme": p.theme, "q": p.search} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if p.due > 0 {
		q.Set("due", strconv.Itoa(p.due))
	}
	if p.really {
		q.Set("verdict", history.VerdictMoved)
	}
	if p.left {
		q.Set("left", "yes")
	}
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
