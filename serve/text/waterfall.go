package text

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/etappe/etappe/serve/explain"
)

const (
	// groupRows is how many bars a theme opens into; the rest share a line.
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
// to their theme, themes to the difference of the two scores as shown. The texts
// of e must be written (Explanation).
func (l Language) Waterfall(e *explain.Explanation, width int) string {
	lines := l.lines(e)
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
			room, detail = labels, "" // two model versions, for example: the label has more to show
		}
		text := fit(one.label, room) + detail
		b.WriteString(pad(text, labels) + padLeft(one.amount, amountWidth) + strings.Repeat(" ", columnBlanks) + plot.draw(one) + "\n")
	}
	low, high := l.Rounded(plot.low), l.Rounded(plot.high)
	b.WriteString(pad("", labels+amountWidth+columnBlanks) + pad(low, plot.width-utf8.RuneCountInString(high)) + high + "\n")
	return b.String()
}

// lines writes the lines of a waterfall.
func (l Language) lines(e *explain.Explanation) []line {
	w := e.Waterfall(groupRows)
	lines := []line{{label: l.start(e), amount: l.Score(w.Before), to: w.Before, level: true}}
	for i := range w.Steps {
		s := &w.Steps[i]
		one := line{label: s.Theme.Label, amount: l.Change(s.Theme.Shown), from: s.From, to: s.To}
		if s.Theme.Single() {
			one.detail = l.detail(e, s.Rows[0].Bar)
			lines = append(lines, one)
			continue
		}
		lines = append(lines, one)
		for _, r := range s.Rows {
			lines = append(lines, line{label: innerIndent + r.Bar.Label, detail: l.detail(e, r.Bar), amount: l.Change(r.Bar.Shown), from: r.From, to: r.To})
		}
		if r := s.Rest; r != nil {
			lines = append(lines, line{
				label: innerIndent + l.T("waterfall.more", "n", r.Bars), amount: l.Change(r.Points), from: r.From, to: r.To,
			})
		}
	}
	return append(lines, line{label: l.dated(e.To), amount: l.Score(w.After), to: w.After, level: true})
}

// detail is a bar's values as they follow its label.
func (l Language) detail(e *explain.Explanation, b *explain.Bar) string {
	values := l.barValues(e.Reference, b)
	if values == "" {
		return ""
	}
	return ", " + values
}

// dated names a line that stands for the score at a date.
func (l Language) dated(m explain.Moment) string {
	return strings.TrimSpace(l.T("waterfall.health", "date", m.AsOf))
}

// start names the line of the score then, or of the reference's.
func (l Language) start(e *explain.Explanation) string {
	switch e.Reference {
	case explain.ReferenceCluster:
		return l.T("waterfall.cluster", "cluster", l.reference(e))
	case explain.ReferenceRenewedPeers:
		return l.T("waterfall.peers", "cluster", l.reference(e))
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
