package serve

import (
	"math"
	"strings"
	"unicode/utf8"
)

const (
	// groupRows is how many bars a group opens into; the rest share a line.
	groupRows    = 4
	amountWidth  = 7 // "−100.0" and a blank
	leastWidth   = 60
	levelMark    = "━"
	gainMark     = "█"
	lossMark     = "░"
	innerIndent  = "  "
	columnBlanks = 2
	leastLabel   = 12 // characters of a label below which the values beside it go
)

// line is one line of a waterfall: a bar from one score to another.
type line struct {
	label    string
	detail   string // values then and now; never cut off
	amount   string
	from, to float64
	level    bool // a score itself, drawn from the left edge
}

// Waterfall draws the movement as text, width characters wide (60 at least):
// the score then, a bar for every theme and the features that it opens into,
// the score now. The numbers are rounded so that those shown add up: features
// to their theme, themes to the difference of the two scores as shown.
func (e *Explanation) Waterfall(width int) string {
	lines := e.lines()
	width = max(width, leastWidth)
	labels := 0
	for _, one := range lines {
		labels = max(labels, utf8.RuneCountInString(one.label)+utf8.RuneCountInString(one.detail))
	}
	labels = min(labels, width*6/10)
	plot := newPlot(lines, width-labels-amountWidth-columnBlanks)
	var b strings.Builder
	for _, one := range lines {
		room, detail := labels-utf8.RuneCountInString(one.detail), one.detail
		if room < leastLabel && room < utf8.RuneCountInString(one.label) {
			room, detail = labels, "" // two model versions, say: the label says more
		}
		text := fit(one.label, room) + detail
		b.WriteString(pad(text, labels) + padLeft(one.amount, amountWidth) + strings.Repeat(" ", columnBlanks) + plot.draw(one) + "\n")
	}
	low, high := e.language.number(plot.low), e.language.number(plot.high)
	b.WriteString(pad("", labels+amountWidth+columnBlanks) + pad(low, plot.width-utf8.RuneCountInString(high)) + high + "\n")
	return b.String()
}

// lines lays the waterfall out: groups by weight, in each its strongest bars.
func (e *Explanation) lines() []line {
	l := e.language
	before, after := round1(e.From.HealthScore), round1(e.To.HealthScore)
	lines := []line{{label: e.start(), amount: l.score(before), to: before, level: true}}
	at := before
	for i := range e.Themes {
		t := &e.Themes[i]
		bars := t.shown(e.Bars)
		if bars == nil {
			continue
		}
		one := line{label: t.Label, amount: l.change(t.Shown), from: at, to: at + t.Shown}
		if t.single() {
			one.detail = bars[0].detail()
			lines = append(lines, one)
		} else {
			lines = append(append(lines, one), l.opened(bars, at)...)
		}
		at += t.Shown
	}
	return append(lines, line{label: l.dated(e.To), amount: l.score(after), to: after, level: true})
}

// shown picks the theme's bars that do not show as 0.0, strongest first.
func (t *Theme) shown(bars []Bar) []*Bar {
	var list []*Bar
	for _, i := range t.Bars {
		if bars[i].Shown != 0 {
			list = append(list, &bars[i])
		}
	}
	return list
}

// opened lists the bars of a theme that begins at a score.
func (l Language) opened(bars []*Bar, at float64) []line {
	shown := len(bars)
	if shown > groupRows+1 {
		shown = groupRows
	}
	var lines []line
	for _, b := range bars[:shown] {
		lines = append(lines, line{
			label: innerIndent + b.Label, detail: b.detail(), amount: l.change(b.Shown), from: at, to: at + b.Shown,
		})
		at += b.Shown
	}
	if rest := len(bars) - shown; rest > 0 {
		points := 0.0
		for _, b := range bars[shown:] {
			points += b.Shown
		}
		lines = append(lines, line{
			label:  innerIndent + l.number(float64(rest)) + l.pick(" more", " weitere"),
			amount: l.change(points), from: at, to: at + points,
		})
	}
	return lines
}

// detail is a bar's values as they follow its label.
func (b *Bar) detail() string {
	if b.values == "" {
		return ""
	}
	return ", " + b.values
}

// dated names a line that stands for the score at a date.
func (l Language) dated(m Moment) string {
	return strings.TrimSpace(l.pick("Health ", "Health Score ") + m.AsOf)
}

// start names the line of the score then, or of the reference's.
func (e *Explanation) start() string {
	switch l := e.language; e.Reference {
	case ReferenceCluster:
		return l.pick("Average of ", "Durchschnitt von ") + e.peers
	case ReferenceRenewedPeers:
		return l.pick("Renewed peers, ", "Verlängerte Accounts, ") + e.peers
	default:
		return l.dated(e.From)
	}
}

// plot maps scores to columns.
type plot struct {
	low, high float64
	width     int
}

// newPlot spans the scores that the lines touch, rounded outwards to fives.
func newPlot(lines []line, width int) plot {
	p := plot{low: math.Inf(1), high: math.Inf(-1), width: width}
	for _, one := range lines {
		p.high = max(p.high, one.to)
		p.low = min(p.low, one.to)
		if !one.level {
			p.high = max(p.high, one.from)
			p.low = min(p.low, one.from)
		}
	}
	p.low = math.Floor((p.low-1)/5) * 5
	p.high = math.Ceil((p.high+1)/5) * 5
	return p
}

// draw draws one line; every bar that is worth a tenth of a point gets at
// least one column.
func (p plot) draw(one line) string {
	column := func(score float64) int {
		return int(math.Round((score - p.low) / (p.high - p.low) * float64(p.width)))
	}
	if one.level {
		return strings.Repeat(levelMark, column(one.to))
	}
	mark := gainMark
	if one.to < one.from {
		mark = lossMark
	}
	first, last := column(min(one.from, one.to)), column(max(one.from, one.to))
	if first == last && first == p.width {
		first--
	}
	if one.from == one.to {
		mark = "│"
	}
	return strings.Repeat(" ", first) + strings.Repeat(mark, max(1, last-first))
}

// fit shortens a text to n characters.
func fit(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:max(0, n-1)]) + "…"
}

func pad(text string, n int) string {
	return text + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(text)))
}

func padLeft(text string, n int) string {
	return strings.Repeat(" ", max(0, n-utf8.RuneCountInString(text))) + text
}
