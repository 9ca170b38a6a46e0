package chart

import (
	"html/template"
	"math"
)

// Reach is a small picture of the share of accounts that had reached a milestone
// over their first year, from left to right, with its interval.
type Reach struct {
	Points []ReachPoint // by day
	Due    float64      // day by which half of them had it; NaN: never
}

// ReachPoint is the share by a day.
type ReachPoint struct {
	Day, Share float64
	Low, High  float64 // NaN: no interval
}

const (
	reachWidth, reachHeight = 150, 34
	reachDays               = 365
)

// SVG draws the picture; its numbers stand beside it. id is unique in the page.
func (v Reach) SVG(id string) template.HTML {
	g := newDrawing(id, "", "", reachWidth, reachHeight)
	x := scale{low: 0, high: reachDays, from: 1, to: reachWidth - 1}
	y := scale{low: 0, high: 1, from: reachHeight - 2, to: 2}
	var line, low, high []point
	for _, p := range v.Points {
		if p.Day > reachDays {
			break
		}
		line = append(line, point{x.at(p.Day), y.at(p.Share)})
		if !math.IsNaN(p.Low) {
			low = append(low, point{x.at(p.Day), y.at(p.Low)})
			high = append(high, point{x.at(p.Day), y.at(p.High)})
		}
	}
	g.line("grid", 0, y.at(1), reachWidth, y.at(1))
	g.line("axis", 0, y.at(0), reachWidth, y.at(0))
	g.area("fill-soft", high, low)
	g.trace("line-accent", line)
	if v.Due <= reachDays {
		g.line("zero dashed", x.at(v.Due), y.at(0), x.at(v.Due), y.at(1))
	}
	return g.bare()
}
