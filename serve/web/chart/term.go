package chart

import (
	"fmt"
	"math"
	"strings"
)

// Term is what the pictures of a model's terms share: [Curve], [Bars] and
// [Heatmap]. A picture is drawn as an SVG file of its own or, where it is a
// curve, in letters for a terminal.
type Term struct {
	Title  string                               // what the fields are, in words
	Facts  []string                             // lines below the title
	Axes   []string                             // names of the fields, with their units
	Other  string                               // names the cluster whose values stand beside the shared ones; "": none
	Shared string                               // names the shared values, and what their band is
	Values string                               // names the values' two units: log-odds and health points
	Number func(v float64, decimals int) string // writes a value with its sign
}

// Mark is a bin of a field, or several pooled.
type Mark struct {
	Label       string
	Value, Half float64 // log-odds; half-width of the error band
	Points      float64 // health points of the value
	Share       float64 // of the training weight, 0 to 1
	Own         float64 // value in the other cluster
}

// Measures of the pictures of terms, in user units.
const (
	termText   = 12.0
	termTitle  = 14.0
	termBold   = 15.4 // what a bold title is as wide as
	termLine   = 17.0
	termMargin = 10.0
)

// head writes the title, the first fact and further lines, and returns where
// they end.
func (t *Term) head(d *drawing, more ...string) float64 {
	y := termMargin + termTitle
	for _, line := range wrap(t.Title, termBold, d.Width-2*termMargin, 2) {
		d.text("ink title", "start", termMargin, y, line)
		y += termLine + 2
	}
	for _, text := range append(t.Facts[:1:1], more...) {
		for _, line := range wrap(text, termText, d.Width-2*termMargin, 4) {
			d.text("ink", "start", termMargin, y, line)
			y += termLine
		}
	}
	return y
}

// legend writes what the strokes mean in rows from y on, and returns where they
// end.
func (t *Term) legend(d *drawing, y float64, entries ...legendEntry) float64 {
	const swatch = 22.0
	x := termMargin
	for _, e := range entries {
		text := fit(e.text, termText, d.Width-2*termMargin-swatch-6)
		wide := swatch + 6 + TextWidth(text, termText)
		if x > termMargin && x+wide > d.Width-termMargin {
			x, y = termMargin, y+termLine
		}
		if e.area != "" {
			d.rect(e.area, x, y-9, swatch, 11)
		}
		d.line(e.stroke, x, y-4, x+swatch, y-4)
		d.text("ink", "start", x+swatch+6, y, text)
		x += wide + 18
	}
	return y + termLine
}

// legendEntry is one line style with its text; area: class of a band behind it.
type legendEntry struct{ stroke, area, text string }

// valueTicks are round log-odds with their texts, and those of the health points
// they are worth.
func (t *Term) valueTicks(low, high, perUnit float64, n int) (at []float64, logOdds, points []string) {
	at = scale{low: low, high: high}.ticks(n)
	decimals := max(1, tickDecimals(at))
	for _, v := range at {
		logOdds = append(logOdds, t.Number(v, decimals))
		points = append(points, t.Number(perUnit*v, max(decimals-1, 1)))
	}
	return at, logOdds, points
}

// fileStyle gives a file of its own its colours, by day and, for viewers that
// support prefers-color-scheme, at night; and shows the drawing that the window has
// room for.
const fileStyle = `text{font:12px 'Liberation Sans',Arial,Helvetica,sans-serif}.title{font-weight:bold;font-size:14px}
:root{background:#fff}.ink{fill:#24292f}.cell-ink{fill:#1b1f24}.small{font-size:10px}
.axis{stroke:#24292f;stroke-width:1}.grid{stroke:#d8dee4;stroke-width:1}.zero{stroke:#8c959f;stroke-width:1}
.weight{fill:#8c959f}.band{fill:#cce0f8}.bar{fill:#0969da}.error{stroke:#24292f;stroke-width:1}
.shared{fill:none;stroke:#0969da;stroke-width:2}.other{fill:none;stroke:#bc4c00;stroke-width:2}
@media (prefers-color-scheme:dark){:root{background:#0d1117}.ink{fill:#e6edf3}.axis,.error{stroke:#e6edf3}.grid{stroke:#2a313a}
.zero{stroke:#848d97}.weight{fill:#848d97}.band{fill:#1b3a5c}.bar{fill:#58a6ff}.shared{stroke:#58a6ff}.other{stroke:#f0883e}}
`

// file is an SVG file that holds a drawing for a wide window and one for a
// narrow one, a phone held upright. Viewers without media queries show the wide
// one, and so does a page that embeds the file: it keeps the wide one's ratio.
func file(draw func(width float64) *drawing) []byte {
	wide, narrow := draw(wideWidth), draw(narrowWidth)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" role="img" aria-label="%s">`+"\n",
		px(wide.Width), px(wide.Height), escape(wide.title))
	fmt.Fprintf(&b, "<title>%s</title><desc>%s</desc>\n<style>%s", escape(wide.title), escape(wide.about), fileStyle)
	fmt.Fprintf(&b, "@media (max-width:%dpx) and (orientation:portrait){:root{width:%spx;height:%spx}.wide{display:none}.narrow{display:inline}}</style>\n",
		wideWidth-160, px(narrow.Width), px(narrow.Height))
	for _, one := range []struct {
		class, hidden string
		d             *drawing
	}{{"wide", "", wide}, {"narrow", ` display="none"`, narrow}} {
		fmt.Fprintf(&b, `<svg class="%s"%s viewBox="0 0 %s %s">%s</svg>`+"\n", one.class, one.hidden, px(one.d.Width), px(one.d.Height),
			strings.ReplaceAll(one.d.b.String(), "><", ">\n<"))
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// blend goes from blue over nearly white to orange as v goes from -1 to 1, light
// enough everywhere for dark letters.
func blend(v float64) string {
	middle, end := [3]float64{0xf3, 0xf4, 0xf6}, [3]float64{0xff, 0xa6, 0x57}
	if v < 0 {
		end = [3]float64{0x79, 0xb8, 0xff}
	}
	out := "#"
	for i := range middle {
		out += fmt.Sprintf("%02x", uint8(math.Round(middle[i]+math.Abs(v)*(end[i]-middle[i]))))
	}
	return out
}
