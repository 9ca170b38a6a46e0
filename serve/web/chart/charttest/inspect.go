// Package charttest reads pictures of package chart back, for tests: what is
// drawn where, whether all of it lies inside the picture, and whether texts cover
// each other.
package charttest

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/etappe/etappe/serve/web/chart"
)

// boldSize is what bold text of 13 user units is as wide as.
const boldSize = 14.4

// Shape is a visible element of a picture with the box that it takes up.
type Shape struct {
	Tag, Class, Text         string
	Left, Top, Right, Bottom float64
	Attributes               map[string]string
}

// Fataler ends a test; a *testing.T or a *rapid.T.
type Fataler interface{ Fatal(...any) }

// Inspect reads a picture back: its size and every visible element with its box.
// Widths of text are estimated, as the drawing itself does.
func Inspect(t Fataler, picture string) (width, height float64, shapes []Shape) {
	d := xml.NewDecoder(strings.NewReader(picture))
	var open []xml.StartElement
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return width, height, shapes
		}
		if err != nil {
			t.Fatal(err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Copy())
			s := Shape{Tag: token.Name.Local, Attributes: map[string]string{}}
			for _, a := range token.Attr {
				s.Attributes[a.Name.Local] = a.Value
			}
			s.Class = s.Attributes["class"]
			if s.Tag == "svg" {
				if box := strings.Fields(s.Attributes["viewBox"]); len(box) == 4 {
					width, height = number(box[2]), number(box[3])
				}
			} else if s.place() && !within(open, "clipPath") {
				shapes = append(shapes, s)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1].Name.Local == "text" {
				shapes[len(shapes)-1].write(string(token))
			}
		}
	}
}

func within(open []xml.StartElement, tag string) bool {
	for _, e := range open {
		if e.Name.Local == tag {
			return true
		}
	}
	return false
}

func number(text string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil {
		panic("not a number: " + text)
	}
	return v
}

func (s *Shape) at(name string) float64 { return number(s.Attributes[name]) }

// Coordinate finds the numbers of path data.
var Coordinate = regexp.MustCompile(`-?[0-9.]+`)

// place computes the box; false for what is not drawn.
func (s *Shape) place() bool {
	switch s.Tag {
	case "rect":
		s.Left, s.Top = s.at("x"), s.at("y")
		s.Right, s.Bottom = s.Left+s.at("width"), s.Top+s.at("height")
	case "circle":
		r := s.at("r")
		s.Left, s.Top, s.Right, s.Bottom = s.at("cx")-r, s.at("cy")-r, s.at("cx")+r, s.at("cy")+r
	case "line":
		s.Left, s.Right = min(s.at("x1"), s.at("x2")), max(s.at("x1"), s.at("x2"))
		s.Top, s.Bottom = min(s.at("y1"), s.at("y2")), max(s.at("y1"), s.at("y2"))
	case "path":
		data, _, _ := strings.Cut(s.Attributes["d"], "A") // an arc ends where its straight parts do
		for i, text := range Coordinate.FindAllString(data, -1) {
			v := number(text)
			switch {
			case i == 0:
				s.Left, s.Right = v, v
			case i == 1:
				s.Top, s.Bottom = v, v
			case i%2 == 0:
				s.Left, s.Right = min(s.Left, v), max(s.Right, v)
			default:
				s.Top, s.Bottom = min(s.Top, v), max(s.Bottom, v)
			}
		}
	case "text":
		s.Left, s.Top = s.at("x"), s.at("y")
	default:
		return false
	}
	return true
}

// write gives a text its box.
func (s *Shape) write(text string) {
	size := 13.0
	switch {
	case strings.Contains(s.Class, "stage-name"), strings.Contains(s.Class, "caption-me"):
		size = boldSize
	case strings.Contains(s.Class, "stage-word"), strings.Contains(s.Class, "time-"), strings.Contains(s.Class, "what-small"),
		strings.Contains(s.Class, "coin-name"), strings.Contains(s.Class, "tick"):
		size = 12
	case strings.Contains(s.Class, "coin-value"):
		size = 20
	case strings.Contains(s.Class, "title"):
		size = 1.1 * 14
	case strings.Contains(s.Class, "ink small"):
		size = 10
	case strings.Contains(s.Class, "ink"): // of a file of its own
		size = 12
	case strings.Contains(s.Class, "stage-number"):
		size = 11
	}
	x, y, wide := s.Left, s.Top, chart.TextWidth(text, size)
	s.Text = text
	switch s.Attributes["text-anchor"] {
	case "middle":
		x -= wide / 2
	case "end":
		x -= wide
	}
	s.Left, s.Right, s.Top, s.Bottom = x, x+wide, y-0.75*size, y+0.2*size
}

// Check fails if something lies outside the picture or a text covers another.
func Check(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, picture string) []Shape {
	width, height, shapes := Inspect(t, picture)
	const slack = 0.5
	for _, s := range shapes {
		if s.Left < -slack || s.Top < -slack || s.Right > width+slack || s.Bottom > height+slack {
			t.Errorf("%s %q %q at %.1f..%.1f, %.1f..%.1f lies outside %.0f × %.0f", s.Tag, s.Class, s.Text, s.Left, s.Right, s.Top, s.Bottom, width, height)
		}
	}
	for i, a := range shapes {
		for _, b := range shapes[:i] {
			if a.Tag == "text" && b.Tag == "text" && a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom {
				t.Errorf("%q covers %q", a.Text, b.Text)
			}
		}
	}
	return shapes
}

// First is the first picture of a text.
func First(text string) string {
	start := strings.Index(text, "<svg")
	return text[start : start+strings.Index(text[start:], "</svg>")+len("</svg>")]
}
