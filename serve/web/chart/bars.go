package chart

import "slices"

// Bars is the picture of a term as horizontal bars: the levels of a categorical
// field, or the strongest cells of three fields; to the right of zero, churn is
// likelier. A line is the error band of a bar.
type Bars struct {
	Term
	Marks   []Mark // Label: the name and its share of the weight
	Apart   []Mark // below the others: missing and never seen
	PerUnit float64
	Names   string // what the labels are
}

// Measures of the picture of bars, in user units.
const (
	barsRow    = 26.0
	barsNarrow = 40.0 // on a phone, where a label stands above its bar
	barsThick  = 14.0
	barsGap    = 12.0 // before what is set apart
	barsLabel  = 250.0
)

// File draws the bars as a whole SVG file.
func (v *Bars) File() []byte { return file(v.draw) }

func (v *Bars) draw(width float64) *drawing {
	d := newDrawing("", v.Title, v.Facts[0], width, 0)
	y := v.head(d)
	entries := []legendEntry{{"error", "bar", v.Shared}}
	if v.Other != "" {
		entries = append(entries, legendEntry{"other", "", v.Other})
	}
	y = v.legend(d, y, entries...)
	for _, line := range wrap(v.Names, termText, width-2*termMargin, 2) {
		d.text("ink", "start", termMargin, y, line)
		y += termLine
	}
	left, row := termMargin+16, barsNarrow
	if width > narrowWidth {
		row = barsRow
		for _, m := range slices.Concat(v.Marks, v.Apart) {
			left = max(left, termMargin+8+min(TextWidth(m.Label, termText), barsLabel))
		}
	}
	low, high := v.span()
	x := scale{low: low, high: high, from: left + 8, to: width - termMargin - 16}
	foot := y + row*float64(len(v.Marks)+len(v.Apart)) + barsGap
	ticks := 6
	if width == narrowWidth {
		ticks = 4
	}
	v.drawValues(d, x, y, foot, ticks)
	for i, m := range slices.Concat(v.Marks, v.Apart) {
		at := y + row*float64(i)
		if i >= len(v.Marks) {
			at += barsGap
		}
		v.drawMark(d, m, x, left, at, row)
	}
	y = foot + 2*termLine + 4
	for _, line := range wrap(v.Values, termText, width-2*termMargin, 2) {
		y += termLine
		d.text("ink", "start", termMargin, y, line)
	}
	d.Height = y + termMargin
	return d
}

// leastSpan is the least range of log-odds that bars are drawn on.
const leastSpan = 0.02

// span is the range of log-odds; zero is always inside.
func (v *Bars) span() (low, high float64) {
	for _, m := range slices.Concat(v.Marks, v.Apart) {
		low, high = min(low, m.Value-m.Half, m.Own), max(high, m.Value+m.Half, m.Own)
	}
	if high-low < leastSpan { // smaller differences are nothing, and their numbers too long
		return min(low, -leastSpan/2), max(high, leastSpan/2)
	}
	return low, high
}

// drawValues draws the axis of values at the foot, the points below the log-odds.
func (v *Bars) drawValues(d *drawing, x scale, top, foot float64, n int) {
	ticks, logOdds, points := v.valueTicks(x.low, x.high, v.PerUnit, n)
	d.line("axis", x.from, foot, x.to, foot)
	for i, tick := range ticks {
		class := "grid"
		if tick == 0 {
			class = "zero"
		}
		d.line(class, x.at(tick), top, x.at(tick), foot)
		for line, text := range []string{logOdds[i], "(" + points[i] + ")"} {
			half := TextWidth(text, termText)/2 + 1 // a long number at the edge stays inside
			d.text("ink", "middle", min(max(x.at(tick), half), d.Width-half), foot+float64(line+1)*termLine, text)
		}
	}
}

// drawMark draws a bar below y, its label before it or, on a phone, above it.
func (v *Bars) drawMark(d *drawing, m Mark, x scale, left, y, row float64) {
	middle := y + row - barsThick/2 - 4
	if row == barsRow {
		d.text("ink", "end", left, middle+4, fit(m.Label, termText, left-termMargin))
	} else {
		d.text("ink", "start", termMargin, y+termText+2, fit(m.Label, termText, d.Width-2*termMargin))
	}
	d.rect("bar", x.at(0), middle-barsThick/2, x.at(m.Value)-x.at(0), barsThick)
	d.line("error", x.at(m.Value-m.Half), middle, x.at(m.Value+m.Half), middle)
	if v.Other != "" {
		d.line("other", x.at(m.Own), middle-barsThick/2-3, x.at(m.Own), middle+barsThick/2+3)
	}
}
