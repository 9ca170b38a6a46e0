package web

import (
	"cmp"
	"time"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// column is a heading of the table.
type column struct {
	Label, Class string
	Href         string // sorts by it; "": cannot
	Sorted       string // aria-sort: ascending, descending, or "" for another column
}

// columns are the headings of the table.
func (p *portfolio) columns(money bool) []column {
	var list []column
	for _, c := range []struct {
		key, class string
		sort       history.Sort
	}{
		{"portfolio.account", "", history.SortAccount}, {"portfolio.renewal", "", history.SortRenewal},
		{"portfolio.health", "num", history.SortHealth}, {"portfolio.moved", "num", history.SortMoved},
		{"portfolio.churn", "num", history.SortChurn}, {"portfolio.arr", "num", history.SortARR},
		{"portfolio.cluster", "", ""}, {"portfolio.reason", "", ""},
	} {
		if c.sort == history.SortARR && !money {
			continue
		}
		one := column{Label: p.words.T(c.key), Class: c.class}
		if c.sort != "" {
			one.Href = p.sorted(c.sort)
		}
		if c.sort == p.sort {
			one.Sorted = "ascending"
			if p.desc {
				one.Sorted = "descending"
			}
		}
		list = append(list, one)
	}
	return list
}

// accountRow is a line of the table, in words.
type accountRow struct {
	ID, Name, Owner           string
	Due, DueIn                string
	Soon                      bool // the renewal is due within 30 days or overdue
	Health, Band              string
	Moved, Since, Direction   string // direction: up, down or ""
	Real, Other               string // that the movement is more than usual; what another model did
	Churn, Interval           string
	ARR, AtRisk               string
	ClusterID, Cluster, Share string // share: of membership, where it is below .6
	Theme, Reason             string
}

// soonDays is how near a renewal must be to stand out.
const soonDays = 30

// unsureBelow is the membership below which a cluster is named with it.
const unsureBelow = 0.6

func (w Words) accountRow(r *history.Row, today time.Time, label func(string) string) accountRow {
	row := accountRow{
		ID: r.ID, Name: cmp.Or(r.Name, r.ID), Owner: r.Owner,
		Due: w.Date(r.DueOn), Health: w.Score(r.Health), Band: r.Band,
		Churn: w.Percent(r.Churn), ARR: w.Money(r.ARR),
		ClusterID: r.ClusterID, Cluster: w.cluster(r.ClusterID, r.ClusterName),
		Moved: none,
	}
	if !r.DueOn.IsZero() {
		row.DueIn = w.renewsIn(r.DueOn, today)
		row.Soon = daysBetween(today, r.DueOn) <= soonDays
	}
	if text.Known(r.ARR) {
		row.AtRisk = w.ShortMoney(r.ARR * r.Churn)
	}
	if text.Known(r.Low) {
		row.Interval = w.span(r.Low, r.High)
	}
	if text.Known(r.Moved) {
		row.Moved, row.Since, row.Direction = w.Change(r.Moved), w.T("portfolio.since", "date", w.Date(r.Previous)), heading(r.Moved)
	}
	if r.Verdict == history.VerdictMoved {
		row.Real = w.T("portfolio.real")
	}
	switch {
	case !r.OtherModel:
	case !text.Known(r.Moved):
		row.Other = w.T("portfolio.othermodel")
	case text.Known(r.ModelMoved) && r.ModelMoved != 0:
		row.Other = w.T("portfolio.othermodel.points", "change", w.Change(r.ModelMoved))
	}
	if r.ClusterID != "" && r.Membership < unsureBelow {
		row.Share = w.T("portfolio.membership", "share", w.Percent(r.Membership))
	}
	if r.TopTheme != "" {
		row.Theme = w.Theme(r.TopTheme)
	}
	if r.TopReason != "" {
		row.Reason = capitalized(label(r.TopReason))
	}
	return row
}

// heading is where a change that shows leads.
func heading(change float64) string {
	switch {
	case change >= 0.05:
		return "up"
	case change <= -0.05:
		return "down"
	}
	return ""
}

// renewsIn is how far a renewal is from a day.
func (w Words) renewsIn(due, today time.Time) string {
	switch days := daysBetween(today, due); {
	case days == 0:
		return w.T("portfolio.due.today")
	case days == 1:
		return w.T("portfolio.due.tomorrow")
	case days > 0:
		return w.T("days.in", "n", days)
	default:
		return w.T("portfolio.due.overdue", "n", -days)
	}
}
