package web

import (
	"html/template"
	"math"
	"strconv"

	"github.com/etappe/etappe/serve"
)

// pathDays are the tenures whose shares are written out.
var pathDays = []int{90, 180, 365}

// pathRow is one milestone of the path.
type pathRow struct {
	Name, Due, Weight string
	Shares            []pathShare
	Curve             template.HTML
}

// pathShare is the share of renewed accounts who had it by a day.
type pathShare struct {
	Day             int
	Share, Interval string
}

func (w Words) pathRows(path []serve.PathMilestone) []pathRow {
	var rows []pathRow
	for i, m := range path {
		row := pathRow{Name: capitalized(m.Name), Weight: w.Percent(m.Weight), Due: none, Curve: w.pathCurve("path-"+strconv.Itoa(i+1), m)}
		if !math.IsNaN(m.Due) {
			row.Due = w.say("cluster.path.day", w.Number(m.Due, 0))
		}
		for _, day := range pathDays {
			p := pathAt(m.Curve, float64(day))
			share := pathShare{Day: day, Share: w.Percent(p.Share)}
			if !math.IsNaN(p.Low) {
				share.Interval = w.span(p.Low, p.High)
			}
			row.Shares = append(row.Shares, share)
		}
		rows = append(rows, row)
	}
	return rows
}

// pathAt is the last point of a curve that is not after a day.
func pathAt(curve []serve.PathPoint, day float64) serve.PathPoint {
	at := serve.PathPoint{Share: math.NaN(), Low: math.NaN(), High: math.NaN()}
	for _, p := range curve {
		if p.Day <= day {
			at = p
		}
	}
	return at
}

// The small picture of a milestone's curve: the first year from left to right.
const (
	curveWidth, curveHeight = 150, 34
	curveDays               = 365
)

// pathCurve draws the share of renewed accounts who had a milestone over their
// first year, with its interval.
func (w Words) pathCurve(id string, m serve.PathMilestone) template.HTML {
	g := newDrawing(id, "", "", curveWidth, curveHeight)
	x := scale{low: 0, high: curveDays, from: 1, to: curveWidth - 1}
	y := scale{low: 0, high: 1, from: curveHeight - 2, to: 2}
	var line, low, high []point
	for _, p := range m.Curve {
		if p.Day > curveDays {
			break
		}
		line = append(line, point{x.at(p.Day), y.at(p.Share)})
		if !math.IsNaN(p.Low) {
			low = append(low, point{x.at(p.Day), y.at(p.Low)})
			high = append(high, point{x.at(p.Day), y.at(p.High)})
		}
	}
	g.line("grid", 0, y.at(1), curveWidth, y.at(1))
	g.line("axis", 0, y.at(0), curveWidth, y.at(0))
	g.area("fill-soft", high, low)
	g.trace("line-accent", line)
	if m.Due <= curveDays {
		g.line("zero dashed", x.at(m.Due), y.at(0), x.at(m.Due), y.at(1))
	}
	return g.bare()
}
