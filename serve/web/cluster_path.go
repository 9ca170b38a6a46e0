package web

import (
	"html/template"
	"strconv"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
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

func (w Words) pathRows(path []explain.PathMilestone) []pathRow {
	var rows []pathRow
	for i, m := range path {
		row := pathRow{Name: capitalized(w.Milestone(m.Name)), Weight: w.Percent(m.Weight), Due: none, Curve: w.pathCurve("path-"+strconv.Itoa(i+1), m)}
		if text.Known(m.Due) {
			row.Due = w.T("cluster.path.day", "day", w.Number(m.Due, 0))
		}
		for _, day := range pathDays {
			p := pathAt(m.Curve, float64(day))
			share := pathShare{Day: day, Share: w.Percent(p.Share)}
			if text.Known(p.Low) {
				share.Interval = w.span(p.Low, p.High)
			}
			row.Shares = append(row.Shares, share)
		}
		rows = append(rows, row)
	}
	return rows
}

// pathAt is the last point of a curve that is not after a day.
func pathAt(curve []explain.PathPoint, day float64) explain.PathPoint {
	at := explain.PathPoint{Share: text.NotMeasured(), Low: text.NotMeasured(), High: text.NotMeasured()}
	for _, p := range curve {
		if p.Day <= day {
			at = p
		}
	}
	return at
}

// pathCurve draws the share of renewed accounts who had a milestone over their
// first year, with its interval.
func (w Words) pathCurve(id string, m explain.PathMilestone) template.HTML {
	v := chart.Reach{Due: m.Due}
	for _, p := range m.Curve {
		v.Points = append(v.Points, chart.ReachPoint(p))
	}
	return v.SVG(id)
}
