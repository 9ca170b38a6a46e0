package api

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
)

// Most accounts that one page of GET /v1/accounts holds, and how many it does
// without a limit.
const (
	mostListed    = 500
	usuallyListed = 50
)

// severalValues are the filters of GET /v1/accounts that may be given several times: one
// of the values is enough.
var severalValues = []string{"band", "cluster", "owner", "theme"}

// oneValue are its other parameters.
var oneValue = []string{"cursor", "limit", "sort", "due_from", "due_before", "arr_from", "arr_to", "q", "left", "verdict", "override", "changed"}

// listQuery reads the parameters of GET /v1/accounts. A sort with a minus sign
// before it runs from high to low.
func listQuery(u *url.URL) (q history.Query, err error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return q, fmt.Errorf("%w: %w", ErrQuery, err)
	}
	several := url.Values{}
	for _, name := range severalValues {
		several[name] = slices.DeleteFunc(query[name], func(v string) bool { return v == "" })
		delete(query, name)
	}
	p, err := parametersIn(query, slices.Concat(oneValue, severalValues))
	if err != nil {
		return q, err
	}
	q = history.Query{Cursor: p["cursor"], Search: p["q"], Limit: usuallyListed,
		Bands: several["band"], Clusters: several["cluster"], Owners: several["owner"], Themes: several["theme"]}
	for _, band := range q.Bands {
		if !slices.Contains(bands, band) {
			return q, fmt.Errorf("%w: band is %s, not %q", ErrQuery, orList(bands), clip(band))
		}
	}
	for _, read := range []func(*history.Query) error{p.listRanges, p.listMarks, p.listPage} {
		if err := read(&q); err != nil {
			return q, err
		}
	}
	return q, nil
}

// bands are the bands' codes.
var bands = []string{"healthy", "at_risk", "sick"}

// listRanges reads the filters by renewal and ARR.
func (p parameters) listRanges(q *history.Query) (err error) {
	if q.DueFrom, err = p.date("due_from"); err != nil {
		return err
	}
	if q.DueBefore, err = p.date("due_before"); err != nil {
		return err
	}
	for name, limit := range map[string]**float64{"arr_from": &q.ARRFrom, "arr_to": &q.ARRTo} {
		text, given := p[name]
		if !given {
			continue
		}
		arr, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(arr) || math.IsInf(arr, 0) {
			return fmt.Errorf("%w: %s is a number like 12000, not %q", ErrQuery, name, clip(text))
		}
		*limit = &arr
	}
	return nil
}

// listMarks reads the filters that an account has or has not.
func (p parameters) listMarks(q *history.Query) (err error) {
	for name, set := range map[string]*bool{"left": &q.Left, "override": &q.Override, "changed": &q.Changed} {
		text, err := p.oneOf(name, "false", "true")
		if err != nil {
			return err
		}
		*set = text == "true"
	}
	q.Verdict, err = p.oneOf("verdict", "", explain.VerdictMoved, explain.VerdictNormal, explain.VerdictDifferently, explain.VerdictModel)
	return err
}

// listPage reads how long a page is, and its order.
func (p parameters) listPage(q *history.Query) (err error) {
	if text, given := p["limit"]; given {
		if q.Limit, err = strconv.Atoi(text); err != nil || q.Limit < 1 || q.Limit > mostListed {
			return fmt.Errorf("%w: limit is a number from 1 to %d, not %q", ErrQuery, mostListed, clip(text))
		}
	}
	sort, given := p["sort"]
	if !given {
		return nil
	}
	p["sort"], q.Desc = strings.CutPrefix(sort, "-")
	sort, err = p.oneOf("sort", "renewal", "health", "churn", "arr", "moved", "account", "match")
	q.Sort = history.Sort(sort)
	return err
}
