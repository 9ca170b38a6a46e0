package web

import (
	"fmt"
	"html/template"
	"time"

	"github.com/etappe/etappe/serve/history"
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
	var months []renewalMonth
	before := &history.Summary{}
	for i, end := range ends {
		q.DueBefore = end
		sum, err := p.store.Summary(p.ctx, q)
		if err != nil {
			return nil, err
		}
		m := renewalMonth{counts: map[string]int{}, all: sum.Accounts - before.Accounts, atRisk: sum.ARRAtRisk - before.ARRAtRisk}
		if i > 0 {
			m.first = first.AddDate(0, i-1, 0)
		}
		for _, g := range sum.Bands {
			m.counts[g.ID] += g.Accounts
		}
		for _, g := range before.Bands {
			m.counts[g.ID] -= g.Accounts
		}
		if before = sum; i > 0 || m.all > 0 {
			months = append(months, m)
		}
	}
	if before.Accounts == 0 {
		return nil, nil
	}
	return months, nil
}

// Measures of the picture of the renewals ahead.
const (
	aheadHeight           = 210
	aheadTop, aheadBottom = 40, 26
	aheadBar              = 64 // widest bar
)

// drawAhead draws the renewals ahead: a bar a month, its accounts stacked by
// band, what is at risk written above.
func (w Words) drawAhead(months []renewalMonth, money bool) template.HTML {
	if len(months) == 0 {
		return ""
	}
	about := w.aheadAbout(months, money)
	return responsive("ahead", func(id string, width float64) *drawing {
		d := newDrawing(id, w.say("portfolio.ahead"), about, width, aheadHeight)
		most := 0
		for _, m := range months {
			most = max(most, m.all)
		}
		y := scale{low: 0, high: float64(max(most, 1)), from: aheadHeight - aheadBottom, to: aheadTop}
		step := width / float64(len(months))
		bar := min(step*0.62, aheadBar)
		d.line("axis", 0, y.from, width, y.from)
		for i, m := range months {
			w.drawMonth(d, m, step*(float64(i)+0.5), bar, y, money)
		}
		return d
	})
}

// drawMonth draws one bar around x.
func (w Words) drawMonth(d *drawing, m renewalMonth, x, bar float64, y scale, money bool) {
	at := y.from
	for _, band := range bands {
		if height := y.from - y.at(float64(m.counts[band])); height > 0 {
			d.rect("fill-"+band, x-bar/2, at-height, bar, height)
			at -= height
		}
	}
	if m.all > 0 {
		d.text("value", "middle", x, at-20, w.Whole(m.all))
		if money {
			d.text("label", "middle", x, at-6, w.ShortMoney(m.atRisk))
		}
	}
	name := w.say("portfolio.ahead.overdue")
	if !m.first.IsZero() {
		name = w.monthName(m.first)
		if m.first.Month() == time.January {
			name += m.first.Format(" 06")
		}
	}
	d.text("tick", "middle", x, y.from+17, name)
}

// aheadAbout says the picture in words.
func (w Words) aheadAbout(months []renewalMonth, money bool) string {
	text := ""
	for _, m := range months {
		name := w.say("portfolio.ahead.overdue")
		if !m.first.IsZero() {
			name = w.Month(m.first)
		}
		line := w.say("portfolio.ahead.month", name, w.count("accounts", m.all), w.Whole(m.counts["sick"]), w.Whole(m.counts["at_risk"]))
		if money {
			line += w.say("portfolio.ahead.money", w.ShortMoney(m.atRisk))
		}
		text += line + ". "
	}
	return text
}

// stackedBar draws shares of a whole beside each other; the numbers stand
// beside it.
func stackedBar(classes []string, values []float64) template.HTML {
	total := 0.0
	for _, v := range values {
		total += v
	}
	if total == 0 {
		return ""
	}
	bars, at := "", 0.0
	for i, v := range values {
		bars += fmt.Sprintf(`<rect class="fill-%s" x="%s" width="%s" height="8"/>`, classes[i], px(at), px(100*v/total))
		at += 100 * v / total
	}
	return template.HTML(`<svg class="stack drawing" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">` + bars + `</svg>`)
}
