package web

import (
	"fmt"
	"html/template"
	"time"
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

// Measures of the picture of the renewals ahead: upright bars on a wide screen,
// lying ones on a narrow one, where numbers above bars would run into each other.
const (
	aheadHeight           = 210
	aheadTop, aheadBottom = 40, 26
	aheadBar              = 64 // widest bar
	aheadRow              = 30
	aheadName, aheadValue = 68, 96 // room for the month and for the numbers
)

// drawAhead draws the renewals ahead: a bar a month, its accounts stacked by
// band, their number and what is at risk beside it.
func (w Words) drawAhead(months []renewalMonth, money bool) template.HTML {
	if len(months) == 0 {
		return ""
	}
	about, most := w.aheadAbout(months, money), 1
	for _, m := range months {
		most = max(most, m.all)
	}
	return responsive("ahead", func(id string, width float64) *drawing {
		if width == narrowWidth {
			d := newDrawing(id, w.say("portfolio.ahead"), about, width, aheadRow*float64(len(months)))
			for i, m := range months {
				w.drawMonthLying(d, m, aheadRow*float64(i), float64(most), money)
			}
			return d
		}
		d := newDrawing(id, w.say("portfolio.ahead"), about, width, aheadHeight)
		y := scale{low: 0, high: float64(most), from: aheadHeight - aheadBottom, to: aheadTop}
		step := width / float64(len(months))
		d.line("axis", 0, y.from, width, y.from)
		for i, m := range months {
			w.drawMonth(d, m, step*(float64(i)+0.5), min(step*0.62, aheadBar), y, money)
		}
		return d
	})
}

// drawMonth draws an upright bar around x.
func (w Words) drawMonth(d *drawing, m renewalMonth, x, bar float64, y scale, money bool) {
	at := y.from
	for _, band := range bands {
		if height := y.from - y.at(float64(m.counts[band])); height > 0 {
			d.rect("fill-"+band, x-bar/2, at-height, bar, height)
			at -= height
		}
	}
	if m.all > 0 && money {
		d.text("value", "middle", x, at-20, w.Whole(m.all))
		d.text("label", "middle", x, at-6, w.ShortMoney(m.atRisk))
	} else if m.all > 0 {
		d.text("value", "middle", x, at-6, w.Whole(m.all))
	}
	d.text("tick", "middle", x, y.from+17, w.aheadName(m))
}

// drawMonthLying draws a bar from left to right below y.
func (w Words) drawMonthLying(d *drawing, m renewalMonth, y, most float64, money bool) {
	x := scale{low: 0, high: most, from: aheadName, to: d.Width - aheadValue}
	at, base := x.from, y+aheadRow*0.65
	for _, band := range bands {
		if length := x.at(float64(m.counts[band])) - x.from; length > 0 {
			d.rect("fill-"+band, at, y+5, length, aheadRow-12)
			at += length
		}
	}
	d.text("tick", "start", 0, base, w.aheadName(m))
	value := w.Whole(m.all)
	d.text("value", "start", at+8, base, value)
	if m.all > 0 && money {
		d.text("label", "start", at+14+wordWidth(value, tickSize), base, w.ShortMoney(m.atRisk))
	}
}

// aheadName names a bar.
func (w Words) aheadName(m renewalMonth) string {
	switch {
	case m.first.IsZero():
		return w.say("portfolio.ahead.overdue")
	case m.first.Month() == time.January:
		return w.monthName(m.first) + m.first.Format(" 06")
	}
	return w.monthName(m.first)
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
