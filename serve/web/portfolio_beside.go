package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// severalFilters are the filters of which several values may be chosen.
var severalFilters = []string{"band", "cluster", "owner", "theme"}

// severalValues reads those filters from an address, each value once.
func severalValues(query url.Values) map[string][]string {
	several := map[string][]string{}
	for _, name := range severalFilters {
		for _, value := range query[name] {
			if value != "" && !slices.Contains(several[name], value) {
				several[name] = append(several[name], value)
			}
		}
	}
	return several
}

// monthLayout is how a month stands in an address, and overdue the renewals before today.
const (
	monthLayout = "2006-01"
	overdue     = "overdue"
)

// parseBeside reads the filters that are not among several values.
func (p *portfolioQuery) parseBeside(parameter func(string) string) error {
	for name, set := range map[string]*bool{"left": &p.left, "override": &p.override, "changed": &p.changedBand} {
		switch value := parameter(name); value {
		case "":
		case "yes":
			*set = true
		default:
			return fmt.Errorf("%w: %s %q", errQuery, name, value)
		}
	}
	for name, limit := range map[string]**float64{"arr_from": &p.arrFrom, "arr_to": &p.arrTo} {
		text := parameter(name)
		if text == "" {
			continue
		}
		arr, err := strconv.ParseFloat(text, 64)
		if err != nil || !(arr >= -1e12 && arr <= 1e12) {
			return fmt.Errorf("%w: %s %q", errQuery, name, text)
		}
		*limit = &arr
	}
	switch month := parameter("month"); month {
	case "":
	case overdue:
		p.overdue = true
	default:
		first, err := time.Parse(monthLayout, month)
		if err != nil {
			return fmt.Errorf("%w: month %q", errQuery, month)
		}
		p.month = first
	}
	return nil
}

// dueMonth narrows the days of renewal down to the month that was chosen. Of the month of
// today those before it are overdue.
func (p *portfolioQuery) dueMonth(q *history.Query) {
	end := q.DueBefore
	switch {
	case p.overdue:
		end = p.today
	case !p.month.IsZero():
		q.DueFrom, end = p.month, p.month.AddDate(0, 1, 0)
		if q.DueFrom.Before(p.today) && p.today.Before(end) {
			q.DueFrom = p.today
		}
	}
	if q.DueBefore.IsZero() || end.Before(q.DueBefore) {
		q.DueBefore = end
	}
}

// besideValues are parseBeside's parameters.
func (p *portfolioQuery) besideValues(q url.Values) {
	for name, set := range map[string]bool{"left": p.left, "override": p.override, "changed": p.changedBand} {
		if set {
			q.Set(name, "yes")
		}
	}
	for name, limit := range map[string]*float64{"arr_from": p.arrFrom, "arr_to": p.arrTo} {
		if limit != nil {
			q.Set(name, strconv.FormatFloat(*limit, 'f', -1, 64))
		}
	}
	if p.overdue {
		q.Set("month", overdue)
	} else if !p.month.IsZero() {
		q.Set("month", p.month.Format(monthLayout))
	}
}

// without is the address of the first page with one value of a filter taken out.
func (p *portfolioQuery) without(name, value string) string {
	q := p.values()
	q.Del("cursor")
	q[name] = slices.DeleteFunc(slices.Clone(q[name]), func(v string) bool { return v == value })
	if len(q[name]) == 0 {
		return p.changed(name, "")
	}
	return address("/", q)
}

// dueIn is the address of the renewals of a month, and of the overdue ones for a zero one.
func (p *portfolioQuery) dueIn(month time.Time) string {
	other := *p
	other.due, other.month, other.overdue, other.cursor = 0, month, month.IsZero(), ""
	return address("/", other.values())
}
