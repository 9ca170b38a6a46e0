package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// path draws path data; data is never a reader's text.
func (d *drawing) path(class, data string) {
	fmt.Fprintf(&d.b, `<path class="%s" d="%s"/>`, class, data)
}

// group gives what draw draws a class.
func (d *drawing) group(class string, draw func()) {
	fmt.Fprintf(&d.b, `<g class="%s">`, class)
	draw()
	d.b.WriteString("</g>")
}

// clipped shows of what draw draws only what lies left of x.
func (d *drawing) clipped(name string, x float64, draw func()) {
	id := d.id + "-" + name
	fmt.Fprintf(&d.b, `<clipPath id="%s"><rect x="0" y="0" width="%s" height="%s"/></clipPath><g clip-path="url(#%s)">`,
		id, px(x), px(d.Height), id)
	draw()
	d.b.WriteString("</g>")
}

// polygon is path data round the points.
func polygon(points ...point) string { return polyline(points...) + "Z" }

// polyline is path data along the points.
func polyline(points ...point) string {
	var b strings.Builder
	for i, p := range points {
		b.WriteString("ML"[min(i, 1):min(i, 1)+1] + px(p.x) + " " + px(p.y))
	}
	return b.String()
}

// decoration closes a picture whose meaning stands beside it in words.
func (d *drawing) decoration(class string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="drawing %s" viewBox="0 0 %s %s" aria-hidden="true" focusable="false">%s</svg>`,
		class, px(d.Width), px(d.Height), d.b.String()))
}
