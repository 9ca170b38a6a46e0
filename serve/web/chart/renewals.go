package chart

import "html/template"

// Renewals is the picture of the renewals ahead: a bar a month, its accounts
// stacked by band, their number and what is at risk beside it. Bars are upright
// on a wide screen and horizontal on a narrow one, where numbers above bars
// would run into each other.
type Renewals struct {
	Title, Description string
	Months             []Month
}

// Month is one bar.
type Month struct {
	Name  string
	Bands []Count
	All   int    // accounts; at least the sum of the bands
	Count string // All as it is read
	Money string // what is at risk; "": not known
}

// Count is the accounts of a band.
type Count struct {
	Band     string
	Accounts int
}

// Measures of the picture of the renewals ahead.
const (
	aheadHeight           = 210
	aheadTop, aheadBottom = 40, 26
	aheadBar              = 64 // widest bar
	aheadRow              = 30
	aheadName, aheadValue = 68, 96 // room for the month and for the numbers
)

// SVG draws the picture for a screen and for a phone; "" without months. name is
// unique in the page.
func (v Renewals) SVG(name string) template.HTML {
	if len(v.Months) == 0 {
		return ""
	}
	return responsive(name, v.draw)
}

func (v Renewals) draw(id string, width float64) *drawing {
	most := 1
	for _, m := range v.Months {
		most = max(most, m.All)
	}
	if width == narrowWidth {
		d := newDrawing(id, v.Title, v.Description, width, aheadRow*float64(len(v.Months)))
		for i, m := range v.Months {
			m.drawHorizontal(d, aheadRow*float64(i), float64(most))
		}
		return d
	}
	d := newDrawing(id, v.Title, v.Description, width, aheadHeight)
	y := scale{low: 0, high: float64(most), from: aheadHeight - aheadBottom, to: aheadTop}
	step := width / float64(len(v.Months))
	d.line("axis", 0, y.from, width, y.from)
	for i, m := range v.Months {
		m.drawUpright(d, step*(float64(i)+0.5), min(step*0.62, aheadBar), y)
	}
	return d
}

// drawUpright draws a bar around x.
func (m Month) drawUpright(d *drawing, x, bar float64, y scale) {
	at := y.from
	for _, b := range m.Bands {
		if height := y.from - y.at(float64(b.Accounts)); height > 0 {
			d.rect("fill-"+b.Band, x-bar/2, at-height, bar, height)
			at -= height
		}
	}
	if m.All > 0 && m.Money != "" {
		d.text("value", "middle", x, at-20, m.Count)
		d.text("label", "middle", x, at-6, m.Money)
	} else if m.All > 0 {
		d.text("value", "middle", x, at-6, m.Count)
	}
	d.text("tick", "middle", x, y.from+17, m.Name)
}

// drawHorizontal draws a bar from left to right below y.
func (m Month) drawHorizontal(d *drawing, y, most float64) {
	x := scale{low: 0, high: most, from: aheadName, to: d.Width - aheadValue}
	at, base := x.from, y+aheadRow*0.65
	for _, b := range m.Bands {
		if length := x.at(float64(b.Accounts)) - x.from; length > 0 {
			d.rect("fill-"+b.Band, at, y+5, length, aheadRow-12)
			at += length
		}
	}
	d.text("tick", "start", 0, base, m.Name)
	d.text("value", "start", at+8, base, m.Count)
	if m.All > 0 && m.Money != "" {
		d.text("label", "start", at+14+TextWidth(m.Count, tickSize), base, m.Money)
	}
}
