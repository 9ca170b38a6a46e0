package chart

import (
	"html/template"
	"math"
)

// Coin is the picture of the two sides of the score.
type Coin struct {
	Title, Description string
	Path, Outlook      float64 // 0 to 100; Path NaN: not measured
	PathText           string  // the two values as they are read
	OutlookText        string
	PathName           string
	OutlookName        string
}

// Measures of the coin, in user units.
const (
	coinRadius = 78.0
	coinGap    = 3.0 // half of what lies between the two sides
	coinEdge   = 7.0 // of the rim
	coinText   = 13.0
)

// SVG draws the coin. id is unique in the page.
func (v Coin) SVG(id string) template.HTML { return drawCoin(id, v).html() }

// drawCoin draws a coin cut in two: the left half is filled as far as the
// account is along the path, the right one as far as its outlook goes.
func drawCoin(id string, v Coin) *drawing {
	const outer = coinRadius + coinEdge
	width, height := 2*(outer+coinGap)+4, 2*outer+4
	d := newDrawing(id, v.Title, v.Description, width, height)
	middle := height / 2
	left, right := width/2-coinGap, width/2+coinGap
	drawHalf(d, "coin-path", left, middle, -1, v.Path)
	drawHalf(d, "coin-outlook", right, middle, 1, v.Outlook)
	for _, half := range []struct {
		x           float64
		value, name string
	}{{left - coinRadius*0.44, v.PathText, v.PathName}, {right + coinRadius*0.44, v.OutlookText, v.OutlookName}} {
		d.text("coin-value", "middle", half.x, middle+2, half.value)
		d.text("coin-name", "middle", half.x, middle+20, fit(half.name, coinText-1, coinRadius*0.88))
	}
	return d
}

// drawHalf draws half a coin whose straight edge stands at x, on its left (side
// −1) or right (side 1), filled from below up to value of 100.
func drawHalf(d *drawing, class string, x, y, side, value float64) {
	d.path("coin-rim", halfDisc(x, y, side, coinRadius+coinEdge, 100))
	d.path("coin-empty", halfDisc(x, y, side, coinRadius, 100))
	if !math.IsNaN(value) && value > 0 {
		d.path(class, halfDisc(x, y, side, coinRadius, value))
	}
}

// halfDisc is path data round the part of a half disc below the level of value,
// of 0 to 100 by height.
func halfDisc(x, y, side, r, value float64) string {
	level := between(value/50-1, -1, 1) // −1 at the bottom, 1 at the top
	reach := r * math.Sqrt(1-level*level)
	sweep := "1"
	if side < 0 {
		sweep = "0"
	}
	top := y - r*level
	return polyline(point{x, y + r}, point{x, top}, point{x + side*reach, top}) +
		"A" + px(r) + " " + px(r) + " 0 0 " + sweep + " " + px(x) + " " + px(y+r) + "Z"
}
