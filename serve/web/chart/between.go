package chart

import "html/template"

// Between is the picture of an account between two clusters.
type Between struct {
	Title, Description string
	At                 float64 // where the account stands: 0 in its cluster, 1 in the other, .5 half-way
	Here               string  // names the account
	Sides              [2]Side // the account's cluster, and the second closest
}

// Side is the account measured with one of the two clusters.
type Side struct {
	Name, Share string  // the cluster, and how far the account belongs to it
	Score       float64 // health, 0 to 100
	ScoreText   string  // the score as it is read, with its band
	Band        string
}

// Measures of the picture, in user units.
const (
	betweenInset = 8.0
	betweenRoad  = 58.0 // y of the line from one cluster to the other
	betweenTop   = 96.0 // of the scores
	betweenRow   = 46.0
	betweenBar   = 14.0
	betweenText  = 13.0
	betweenWide  = 560.0 // widest
)

// SVG draws the picture for a screen and for a phone. name is unique in the page.
func (v Between) SVG(name string) template.HTML {
	return responsive(name, func(id string, width float64) *drawing { return drawBetween(id, v, min(width, betweenWide)) })
}

// drawBetween draws the line from one cluster to the other with the account
// where its memberships put it, and below it the score under either, each as a
// bar of 0 to 100.
func drawBetween(id string, v Between, width float64) *drawing {
	d := newDrawing(id, v.Title, v.Description, width, betweenTop+2*betweenRow)
	left, right := betweenInset, width-betweenInset
	x := scale{low: 0, high: 1, from: left, to: right}
	at := x.clamp(v.At)
	half := (width - 3*betweenInset) / 2
	d.text("value", "start", 0, 14, fit(v.Sides[0].Name, betweenText, half))
	d.text("value", "end", width, 14, fit(v.Sides[1].Name, betweenText, half))
	d.text("label", "start", 0, 32, v.Sides[0].Share)
	d.text("label", "end", width, 32, v.Sides[1].Share)
	d.line("between-road", left, betweenRoad, right, betweenRoad)
	d.line("between-middle", x.at(0.5), betweenRoad-8, x.at(0.5), betweenRoad+8)
	d.circle("between-end", left, betweenRoad, 6, "")
	d.circle("between-end", right, betweenRoad, 6, "")
	d.circle("stage-me between-me", at, betweenRoad, 7, v.Here)
	name := fit(v.Here, betweenText, width)
	wide := TextWidth(name, betweenText) / 2
	d.text("between-here", "middle", between(at, wide, max(wide, width-wide)), betweenRoad+24, name)
	for i, side := range v.Sides {
		y := betweenTop + betweenRow*float64(i)
		bar := scale{low: 0, high: 100, from: 0, to: width}
		score := side.ScoreText
		d.text("label", "start", 0, y+12, fit(side.Name, betweenText, width-TextWidth(score, betweenText)-betweenInset))
		d.text("value", "end", width, y+12, score)
		d.rect("between-empty", bar.from, y+20, bar.to-bar.from, betweenBar)
		d.rect("fill-"+side.Band, bar.from, y+20, bar.clamp(side.Score)-bar.from, betweenBar)
	}
	return d
}
