package chart

import (
	"html/template"
	"math"
)

// WhatIf is the picture of one counterfactual: the score for other values of one
// feature.
type WhatIf struct {
	Title, Description string
	Values             []float64 // rising; or one per level, 0, 1, 2 …
	Scores             []float64 // health score for each
	Texts              []string  // the values as they are read
	Levels             bool      // values are levels of a categorical feature
	Now, NowScore      float64   // the present value; NaN: missing or unseen
	NowText            string
	Peers              float64 // of the typical renewed peer; NaN: unknown
	PeersText          string
	Tick               func(float64) string // writes a score on the axis
}

// Measures of a what-if, in user units.
const (
	whatWidth  = 300.0
	whatHeight = 128.0
	whatLeft   = 34.0
	whatRight  = 8.0
	whatTop    = 20.0
	whatText   = 12.0
	whatBottom = 22.0
	markSize   = 14.0 // of a mark by itself
)

// SVG draws a curve of steps, because the score is a table of the value. id is
// unique in the page.
func (v WhatIf) SVG(id string) template.HTML { return drawWhatIf(id, v).html() }

func drawWhatIf(id string, v WhatIf) *drawing {
	d := newDrawing(id, v.Title, v.Description, whatWidth, whatHeight)
	x, y := v.scales()
	for _, tick := range []float64{y.low, y.high} {
		d.line("grid", whatLeft, y.at(tick), whatWidth-whatRight, y.at(tick))
		d.text("tick what-small", "end", whatLeft-5, y.at(tick)+4, v.Tick(tick))
	}
	v.drawCurve(d, x, y)
	v.drawEnds(d, y.from+16)
	v.drawMarks(d, x, y)
	return d
}

// scales spans the values and at least ten points of score, on whole fives.
func (v WhatIf) scales() (x, y scale) {
	low, high := v.NowScore, v.NowScore
	for _, s := range v.Scores {
		low, high = min(low, s), max(high, s)
	}
	y = scale{low: 5 * math.Floor(low/5), high: 5 * math.Ceil(high/5), from: whatHeight - whatBottom, to: whatTop}
	if y.high-y.low < 10 {
		y.low, y.high = y.low-5, y.low+5
		if y.low < 0 {
			y.low, y.high = 0, 10
		}
	}
	x = scale{low: v.Values[0], high: v.Values[len(v.Values)-1], from: whatLeft + 8, to: whatWidth - whatRight - 8}
	if v.Levels { // each in the middle of its share of the width
		half := (whatWidth - whatLeft - whatRight) / float64(2*len(v.Values))
		x.from, x.to = whatLeft+half, whatWidth-whatRight-half
	}
	return x, y
}

// drawCurve draws the score: steps half-way between two values, or a dot for
// each level.
func (v WhatIf) drawCurve(d *drawing, x, y scale) {
	if v.Levels {
		for i, value := range v.Values {
			d.circle("what-dot", x.at(value), y.clamp(v.Scores[i]), 4, v.Texts[i])
		}
		return
	}
	var points []point
	for i, value := range v.Values {
		if i > 0 {
			half := x.at((v.Values[i-1] + value) / 2)
			points = append(points, point{half, y.clamp(v.Scores[i-1])}, point{half, y.clamp(v.Scores[i])})
		}
		points = append(points, point{x.at(value), y.clamp(v.Scores[i])})
	}
	d.trace("what-curve", points)
}

// drawEnds writes the least and the greatest value, or as many levels as there
// is room for.
func (v WhatIf) drawEnds(d *drawing, baseline float64) {
	last := len(v.Values) - 1
	room := whatWidth - whatLeft - whatRight
	if !v.Levels || last == 0 || room/float64(last+1) < 40 {
		d.text("tick what-small", "start", whatLeft, baseline, fit(v.Texts[0], whatText, room/2-8))
		if last > 0 {
			d.text("tick what-small", "end", whatWidth-whatRight, baseline, fit(v.Texts[last], whatText, room/2-8))
		}
		return
	}
	each := room / float64(last+1)
	for i, text := range v.Texts {
		d.text("tick what-small", "middle", whatLeft+(float64(i)+0.5)*each, baseline, fit(text, whatText, each-6))
	}
}

// drawMarks draws what the peers have, as a ring on a dashed line, and the
// present value, as a disc.
func (v WhatIf) drawMarks(d *drawing, x, y scale) {
	if !math.IsNaN(v.Peers) {
		at := x.clamp(v.Peers)
		d.line("what-peers-line", at, y.to-8, at, y.from)
		d.path("what-peers", polygon(point{at, y.to - 14}, point{at + 6, y.to - 8}, point{at, y.to - 2}, point{at - 6, y.to - 8}))
	}
	if !math.IsNaN(v.Now) {
		d.circle("what-now", x.clamp(v.Now), y.clamp(v.NowScore), 5.5, v.NowText)
	}
}

// NowMark draws the mark of the present value, for the line below the picture.
func NowMark() template.HTML {
	d := newDrawing("", "", "", markSize, markSize)
	d.circle("what-now", markSize/2, markSize/2, 5.5, "")
	return d.decoration("what-key")
}

// PeersMark draws the mark of the peers' value.
func PeersMark() template.HTML {
	d := newDrawing("", "", "", markSize, markSize)
	d.path("what-peers", polygon(point{7, 1}, point{13, 7}, point{7, 13}, point{1, 7}))
	return d.decoration("what-key")
}
