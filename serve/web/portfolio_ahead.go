package web

import (
	"html/template"
	"time"

	"github.com/etappe/etappe/serve/web/chart"
)

// aheadMonths is how many months of renewals are drawn.
const aheadMonths = 6

// renewalMonth is the renewals of a month.
type renewalMonth struct {
	first  time.Time      // of the month; zero: overdue ones
	counts map[string]int // accounts by band
	all    int
	atRisk float64 // Σ ARR · churn probability
}

// renewalsAhead sums the renewals of the coming months, this one first, and
// before them those overdue if there are any. The filter by renewal is left out.
func (p *portfolio) renewalsAhead() ([]renewalMonth, error) {
	q := p.filters()
	first := time.Date(p.today.Year(), p.today.Month(), 1, 0, 0, 0, 0, time.UTC)
	ends := []time.Time{p.today}
	for m := 1; m <= aheadMonths; m++ {
		ends = append(ends, first.AddDate(0, m, 0))
	}
	stretches, err := p.store.Renewals(p.ctx, q, ends)
	if err != nil {
		return nil, err
	}
	var months []renewalMonth
	all := 0
	for i, s := range stretches {
		m := renewalMonth{counts: map[string]int{}, all: s.Accounts, atRisk: s.ARRAtRisk}
		if i > 0 {
			m.first = first.AddDate(0, i-1, 0)
		}
		for _, g := range s.Bands {
			m.counts[g.ID] = g.Accounts
		}
		all += m.all
		if i > 0 || m.all > 0 {
			months = append(months, m)
		}
	}
	if all == 0 {
		return nil, nil
	}
	return months, nil
}

// drawAhead draws the renewals ahead: a bar a month, its accounts stacked by
// band, their number and what is at risk beside it.
func (w Words) drawAhead(months []renewalMonth, money bool) template.HTML {
	v := chart.Renewals{Title: w.T("portfolio.ahead"), Description: w.aheadAbout(months, money)}
	for _, m := range months {
		month := chart.Month{Name: w.aheadName(m), All: m.all, Count: w.Whole(m.all)}
		if money {
			month.Money = w.ShortMoney(m.atRisk)
		}
		for _, band := range bands {
			month.Bands = append(month.Bands, chart.Count{Band: band, Accounts: m.counts[band]})
		}
		v.Months = append(v.Months, month)
	}
	return v.SVG("ahead")
}

// aheadName names a bar.
func (w Words) aheadName(m renewalMonth) string {
	switch {
	case m.first.IsZero():
		return w.T("portfolio.ahead.overdue")
	case m.first.Month() == time.January:
		return w.MonthName(m.first) + m.first.Format(" 06")
	}
	return w.MonthName(m.first)
}

// aheadAbout is the picture in words.
func (w Words) aheadAbout(months []renewalMonth, money bool) string {
	text := ""
	for _, m := range months {
		name := w.T("portfolio.ahead.overdue")
		if !m.first.IsZero() {
			name = w.Month(m.first)
		}
		line := w.T("portfolio.ahead.month", "month", name, "accounts", w.T("accounts", "n", m.all), "sick", w.Whole(m.counts["sick"]), "risk", w.Whole(m.counts["at_risk"]))
		if money {
			line += w.T("portfolio.ahead.money", "arr", w.ShortMoney(m.atRisk))
		}
		text += line + ". "
	}
	return text
}
