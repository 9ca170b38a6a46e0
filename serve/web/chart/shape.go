package chart

import (
	"html/template"
	"math"
)

// Shape is a small picture of what a feature's values are worth in a cluster and
// elsewhere. The axis gives every training row the same room, so that values
// that hardly occur take none and outliers do not press the rest together.
type Shape struct {
	Title, Description string
	Bins               []ShapeBin // rising; the missing values, if any, first
	Tick               func(points float64, decimals int) string
	Missing            string // stands below the missing values
	Axis               string // names the unit of the values
}

// ShapeBin is some values of a feature.
type ShapeBin struct {
	Missing         bool
	Weight          float64 // share of the training rows, 0 to 1
	Here, Elsewhere float64 // health points
	Label           string  // stands below; "": nothing
	Middle          bool    // it stands below the middle of the bin, not where it begins
}

// Measures of the picture: two fit beside each other on a screen, one on a
// phone.
const (
	shapeWidth, shapeHeight = 340, 190
	shapeLeft, shapeRight   = 40, 8
	shapeTop, shapeBottom   = 10, 40
	missingWidth            = 24 // for the values that are missing
	shapeLabel              = 80 // widest label of a level
	leastTickGap            = 46 // between two labels below the axis
	tickSize                = 13 // of the text, as in the stylesheet
)

// leastWide is the difference, in points of health and weighted, from which on a
// cluster differs.
const leastWide = 0.05

// Widest is the bin in which the two lines differ most, −1 where they hardly do.
// A difference counts by the root of the bin's weight.
func (v Shape) Widest() int {
	best, most := -1, leastWide
	for i, b := range v.Bins {
		if wide := math.Abs(b.Here-b.Elsewhere) * math.Sqrt(b.Weight); wide > most {
			best, most = i, wide
		}
	}
	return best
}

// SVG draws the picture. id is unique in the page.
func (v Shape) SVG(id string) template.HTML {
	g := newDrawing(id, v.Title, v.Description, shapeWidth, shapeHeight)
	low, high := v.span()
	y := scale{low: low, high: high, from: shapeHeight - shapeBottom, to: shapeTop}
	ticks := y.ticks(3)
	for _, tick := range ticks {
		class := "grid"
		if tick == 0 {
			class = "zero"
		}
		g.line(class, shapeLeft, y.at(tick), shapeWidth-shapeRight, y.at(tick))
		g.text("tick", "end", shapeLeft-6, y.at(tick)+4, v.Tick(tick, tickDecimals(ticks)))
	}
	bins := v.Bins
	x := scale{low: 0, high: 1, from: shapeLeft, to: shapeWidth - shapeRight}
	if len(bins) > 0 && bins[0].Missing {
		x.from += missingWidth + 6
		v.drawMissing(g, bins[0], y)
		bins = bins[1:]
	}
	v.drawLines(g, bins, x, y)
	return g.html()
}

// span is the range of points; zero is always inside.
func (v Shape) span() (low, high float64) {
	for _, b := range v.Bins {
		low, high = min(low, b.Here, b.Elsewhere), max(high, b.Here, b.Elsewhere)
	}
	room := max((high-low)*0.06, 0.1)
	return low - room, high + room
}

func (v Shape) drawMissing(g *drawing, b ShapeBin, y scale) {
	g.line("line-muted", shapeLeft, y.at(b.Elsewhere), shapeLeft+missingWidth, y.at(b.Elsewhere))
	g.line("line-accent", shapeLeft, y.at(b.Here), shapeLeft+missingWidth, y.at(b.Here))
	g.text("tick", "start", shapeLeft, shapeHeight-shapeBottom+16, v.Missing)
}

// drawLines draws the two step lines and the axis below them.
func (v Shape) drawLines(g *drawing, bins []ShapeBin, x, y scale) {
	total := 0.0
	for _, b := range bins {
		total += b.Weight
	}
	if total == 0 {
		return
	}
	var here, elsewhere []point
	at, free := 0.0, math.Inf(-1)
	base := float64(shapeHeight - shapeBottom)
	for _, b := range bins {
		from, to := x.at(at), x.at(at+b.Weight/total)
		here = append(here, point{from, y.at(b.Here)}, point{to, y.at(b.Here)})
		elsewhere = append(elsewhere, point{from, y.at(b.Elsewhere)}, point{to, y.at(b.Elsewhere)})
		label, place := fit(b.Label, tickSize, shapeLabel), from
		if b.Middle {
			place = (from + to) / 2
		}
		if label != "" && place >= free && place < shapeWidth-shapeRight-12 {
			g.line("axis", place, base, place, base+4)
			g.text("tick", "middle", place, base+16, label)
			free = place + leastTickGap
		}
		at += b.Weight / total
	}
	g.line("axis", shapeLeft, base, shapeWidth-shapeRight, base)
	g.trace("line-muted", elsewhere)
	g.trace("line-accent", here)
	g.text("label", "end", shapeWidth-shapeRight, shapeHeight-6, v.Axis)
}
