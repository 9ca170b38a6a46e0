package chart

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// The widths that a picture is drawn for, in CSS pixels: SVG scales its text with
// it, so a picture for a phone is another drawing, not a smaller one. Pictures
// that take the whole sheet have fullWidth and phoneWidth.
const (
	wideWidth   = 720
	narrowWidth = 340
	fullWidth   = 1040
	phoneWidth  = 300
)

// drawing builds one picture as SVG. Shapes carry classes, never colours: the
// stylesheet gives them the page's variables, so that light, dark and print
// follow. Coordinates are in CSS pixels at the drawing's own size, y downwards.
//
// Classes of the stylesheet: axis, grid, tick and label (text), value
// (text that matters), zero; fill-healthy, fill-at_risk, fill-sick, fill-accent,
// fill-muted, fill-soft; line-accent, line-muted, line-healthy, line-at_risk,
// line-sick, dashed.
type drawing struct {
	Width, Height float64
	id            string
	title         string
	about         string
	links         bool // holds links: its parts must stay reachable
	b             strings.Builder
}

// newDrawing begins a picture. id is unique in the page; title and about are
// what a screen reader reads out: what it is, and what it shows in a sentence or
// two.
func newDrawing(id, title, about string, width, height float64) *drawing {
	return &drawing{Width: width, Height: height, id: id, title: title, about: about}
}

// responsive draws a picture for a wide screen and for a narrow one; the
// stylesheet shows one of them. draw gets the width and an id that no other
// drawing has.
func responsive(name string, draw func(id string, width float64) *drawing) template.HTML {
	return `<div class="wide">` + draw(name+"-wide", wideWidth).html() + `</div><div class="narrow">` +
		draw(name+"-narrow", narrowWidth).html() + `</div>`
}

// fullSize draws a picture that takes the whole sheet, for a screen and for a
// phone.
func fullSize(name string, draw func(id string, width float64) *drawing) template.HTML {
	return `<div class="wide full">` + draw(name+"-wide", fullWidth).html() + `</div><div class="narrow">` +
		draw(name+"-narrow", phoneWidth).html() + `</div>`
}

// html closes the picture.
func (d *drawing) html() template.HTML {
	role := "img"
	if d.links {
		role = "group"
	}
	return template.HTML(fmt.Sprintf(
		`<svg class="drawing" viewBox="0 0 %s %s" role="%s" aria-labelledby="%s-title %s-desc"><title id="%s-title">%s</title><desc id="%s-desc">%s</desc>%s</svg>`,
		px(d.Width), px(d.Height), role, d.id, d.id, d.id, escape(d.title), d.id, escape(d.about), d.b.String()))
}

// bare closes a picture that stands beside its own numbers: a screen reader
// passes it by.
func (d *drawing) bare() template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="drawing spark" viewBox="0 0 %s %s" aria-hidden="true">%s</svg>`,
		px(d.Width), px(d.Height), d.b.String()))
}

func escape(text string) string { return template.HTMLEscapeString(text) }

// px writes a coordinate with at most one decimal.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) }

// rect draws a box; a negative width or height turns it over.
func (d *drawing) rect(class string, x, y, width, height float64) {
	if width < 0 {
		x, width = x+width, -width
	}
	if height < 0 {
		y, height = y+height, -height
	}
	fmt.Fprintf(&d.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, px(x), px(y), px(width), px(height))
}

// fill draws a box in a colour of its own, for what is coloured by its value.
func (d *drawing) fill(colour string, x, y, width, height float64) {
	fmt.Fprintf(&d.b, `<rect fill="%s" x="%s" y="%s" width="%s" height="%s"/>`, colour, px(x), px(y), px(width), px(height))
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&d.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

// circle draws a dot; tip, where it is not empty, appears on hovering.
func (d *drawing) circle(class string, x, y, r float64, tip string) {
	if tip != "" {
		tip = "<title>" + escape(tip) + "</title>"
	}
	fmt.Fprintf(&d.b, `<circle class="%s" cx="%s" cy="%s" r="%s">%s</circle>`, class, px(x), px(y), px(r), tip)
}

// point is a place in a drawing.
type point struct{ x, y float64 }

// trace draws a line through points; a point that is NaN leaves a gap.
func (d *drawing) trace(class string, points []point) {
	var path strings.Builder
	pen := "M"
	for _, p := range points {
		if math.IsNaN(p.x) || math.IsNaN(p.y) {
			pen = "M"
			continue
		}
		path.WriteString(pen + px(p.x) + " " + px(p.y))
		pen = "L"
	}
	if path.Len() > 0 {
		fmt.Fprintf(&d.b, `<path class="%s" d="%s"/>`, class, path.String())
	}
}

// area fills what lies between two lines that run over the same x.
func (d *drawing) area(class string, upper, lower []point) {
	if len(upper) == 0 || len(upper) != len(lower) {
		return
	}
	var path strings.Builder
	pen := "M"
	for _, p := range upper {
		path.WriteString(pen + px(p.x) + " " + px(p.y))
		pen = "L"
	}
	for i := len(lower) - 1; i >= 0; i-- {
		path.WriteString("L" + px(lower[i].x) + " " + px(lower[i].y))
	}
	fmt.Fprintf(&d.b, `<path class="%s" d="%sZ"/>`, class, path.String())
}

// text writes at a baseline; anchor is start, middle or end.
func (d *drawing) text(class, anchor string, x, y float64, text string) {
	fmt.Fprintf(&d.b, `<text class="%s" x="%s" y="%s" text-anchor="%s">%s</text>`, class, px(x), px(y), anchor, escape(text))
}

// link makes what draw draws lead to an address; label is what a screen reader
// calls it and what appears on hovering. current marks where the reader is.
func (d *drawing) link(href, label string, current bool, draw func()) {
	d.links = true
	mark := ""
	if current {
		mark = ` aria-current="true"`
	}
	fmt.Fprintf(&d.b, `<a href="%s" aria-label="%s"%s><title>%s</title>`, escape(href), escape(label), mark, escape(label))
	draw()
	d.b.WriteString("</a>")
}
