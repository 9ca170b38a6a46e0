package web

import (
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pen writes SVG. Text is escaped; numbers have one decimal, so that a drawing
// is the same on every processor.
type pen struct{ b strings.Builder }

// begin opens a drawing of width by height user units that screen readers
// announce by its title and describe by desc. id is unique on the page.
func (p *pen) begin(id, class, role string, width, height float64, title, desc string) {
	p.open("svg", "id", id, "class", class, "role", role, "viewBox", "0 0 "+decimal(width)+" "+decimal(height),
		"aria-labelledby", id+"-title", "aria-describedby", id+"-desc")
	p.open("title", "id", id+"-title")
	p.write(title)
	p.close("title")
	p.open("desc", "id", id+"-desc")
	p.write(desc)
	p.close("desc")
}

// end closes the drawing and hands it over.
func (p *pen) end() template.HTML {
	p.close("svg")
	return template.HTML(p.b.String())
}

// open starts an element. attributes are names and values in turn, each value a
// string or a float64.
func (p *pen) open(name string, attributes ...any) { p.start(name, attributes, ">") }

// tag writes an element without content.
func (p *pen) tag(name string, attributes ...any) { p.start(name, attributes, "/>") }

func (p *pen) start(name string, attributes []any, end string) {
	p.b.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		value, number := "", 0.0
		switch v := attributes[i+1].(type) {
		case string:
			value = v
		case float64:
			number = v
			value = decimal(number)
		}
		p.b.WriteString(" " + attributes[i].(string) + `="` + html.EscapeString(value) + `"`)
	}
	p.b.WriteString(end)
}

func (p *pen) close(name string) { p.b.WriteString("</" + name + ">") }

func (p *pen) write(text string) { p.b.WriteString(html.EscapeString(text)) }

// text writes a line at its baseline; anchor is start, middle or end.
func (p *pen) text(x, y float64, anchor, class, text string) {
	p.open("text", "x", x, "y", y, "text-anchor", anchor, "class", class)
	p.write(text)
	p.close("text")
}

func (p *pen) line(x1, y1, x2, y2 float64, class string) {
	p.tag("line", "x1", x1, "y1", y1, "x2", x2, "y2", y2, "class", class)
}

// decimal writes a number of user units with one decimal at most.
func decimal(v float64) string {
	text := strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
	if text == "-0" {
		return "0"
	}
	return text
}

// wordWidth estimates how wide a text of the given size in user units is drawn,
// rather too wide than too narrow: the font is the reader's.
func wordWidth(text string, size float64) float64 {
	total := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljtfrI.,:;'|! ()", r):
			total += 0.38
		case strings.ContainsRune("mwMW%→", r):
			total += 0.95
		case r >= 'A' && r <= 'Z', strings.ContainsRune("ÄÖÜ+−", r):
			total += 0.74
		case r < 0x250:
			total += 0.61
		default: // other scripts may be as wide as high
			total++
		}
	}
	return total * size
}

// shorten cuts a text that would be drawn wider than width, with an ellipsis.
func shorten(text string, size, width float64) string {
	if wordWidth(text, size) <= width {
		return text
	}
	for len(text) > 0 {
		_, last := utf8.DecodeLastRuneInString(text)
		text = strings.TrimRight(text[:len(text)-last], " ,")
		if wordWidth(text+"…", size) <= width {
			return text + "…"
		}
	}
	return ""
}

// between keeps v within low and high.
func between(v, low, high float64) float64 { return max(low, min(v, high)) }
