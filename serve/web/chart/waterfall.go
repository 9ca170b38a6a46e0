package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Waterfall is the axis that all lines of a waterfall share: scores, of which
// the picture of each line is as wide as its place on the page.
type Waterfall struct{ Low, High float64 }

// NewWaterfall spans all scores that the lines touch, rounded outwards to
// fives and at least ten wide.
func NewWaterfall(scores []float64) Waterfall {
	s := Waterfall{Low: math.Inf(1), High: math.Inf(-1)}
	for _, v := range scores {
		s.Low, s.High = min(s.Low, v), max(s.High, v)
	}
	s.Low, s.High = math.Floor((s.Low-1)/5)*5, math.Ceil((s.High+1)/5)*5
	if s.High-s.Low < 10 {
		s.High = s.Low + 10
	}
	return s
}

// part is where a score lies, in per cent of the width.
func (s Waterfall) part(score float64) float64 {
	return between((score-s.Low)/(s.High-s.Low)*100, 0, 100)
}

// Measures of a line of the waterfall, in pixels.
const (
	waterHeight = 22
	waterInset  = 4
)

// patterns distinguish kinds of bars where colours do not. A kind without a
// pattern is plain.
var patterns = []struct {
	kind string
	data string // strokes within a tile of 8 by 8
}{
	{"calendar", "M2 0V8M6 0V8"},
	{"data_quality", "M0 8L8 0M-2 2L2 -2M6 10L10 6"},
	{"milestone", "M0 6L4 2L8 6"},
	{"cluster", "M4 2V6M2 4H6"},
	{"model", "M0 0L8 8M0 8L8 0"},
	{"cut", "M0 4H8"},
}

// PatternKinds lists the kinds that have a pattern, in the order of a legend.
func PatternKinds() []string {
	var kinds []string
	for _, p := range patterns {
		kinds = append(kinds, p.kind)
	}
	return kinds
}

// Patterns defines the patterns that all lines of the page's waterfall
// refer to.
func Patterns() template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="water-defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>`)
	for _, p := range patterns {
		fmt.Fprintf(&b, `<pattern id="water-%s" width="8" height="8" patternUnits="userSpaceOnUse"><path class="water-stroke" d="%s"/></pattern>`, p.kind, p.data)
	}
	b.WriteString("</defs></svg>")
	return template.HTML(b.String())
}

// Step draws one line of a waterfall: a bar of a kind from one score to another.
// It has no words of its own, for they stand in the same line. A fine line leads
// on to where the next one begins.
func (s Waterfall) Step(kind string, from, to float64) template.HTML {
	class := "water-gain"
	if to < from {
		class = "water-loss"
	}
	left, right := s.part(min(from, to)), s.part(max(from, to))
	var b strings.Builder
	b.WriteString(openLine)
	box := fmt.Sprintf(`x="%s%%" y="%d" width="%s%%" height="%d"`, fine(left), waterInset, fine(max(right-left, 0.2)), waterHeight-2*waterInset)
	fmt.Fprintf(&b, `<rect class="%s" %s/>`, class, box)
	for _, p := range patterns {
		if p.kind == kind {
			fmt.Fprintf(&b, `<rect class="water-fill" fill="url(#water-%s)" %s/>`, kind, box)
		}
	}
	fmt.Fprintf(&b, `<line class="water-lead" x1="%s%%" y1="%d" x2="%s%%" y2="%d"/></svg>`,
		fine(s.part(to)), waterHeight-waterInset, fine(s.part(to)), waterHeight)
	return template.HTML(b.String())
}

// Level draws a score itself, from the left edge, in the colour of its band.
func (s Waterfall) Level(score float64, band string) template.HTML {
	return template.HTML(fmt.Sprintf(`%s<rect class="water-level fill-%s" x="0" y="%d" width="%s%%" height="%d"/></svg>`,
		openLine, escape(band), waterInset, fine(max(s.part(score), 0.4)), waterHeight-2*waterInset))
}

var openLine = fmt.Sprintf(`<svg class="drawing water-line" width="100%%" height="%d" aria-hidden="true" focusable="false">`, waterHeight)

// PatternKey draws the legend's sign of a kind.
func PatternKey(kind string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="water-key" width="28" height="14" aria-hidden="true" focusable="false">`+
		`<rect class="water-plain" width="28" height="14"/><rect class="water-fill" fill="url(#water-%s)" width="28" height="14"/></svg>`, escape(kind)))
}

// fine writes a per cent with two decimals at most.
func fine(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
}
