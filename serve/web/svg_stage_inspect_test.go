package web

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// shape is an element of a drawing with the box that it takes up.
type shape struct {
	tag, class, text         string
	left, top, right, bottom float64
	attributes               map[string]string
}

// inspect reads a drawing back: its size and every visible element with its box.
// Widths of text are estimated, as the drawing itself does.
func inspect(t interface{ Fatal(...any) }, picture string) (width, height float64, shapes []shape) {
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
			s := shape{tag: token.Name.Local, attributes: map[string]string{}}
			for _, a := range token.Attr {
				s.attributes[a.Name.Local] = a.Value
			}
			s.class = s.attributes["class"]
			if s.tag == "svg" {
				if box := strings.Fields(s.attributes["viewBox"]); len(box) == 4 {
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

func (s *shape) at(name string) float64 { return number(s.attributes[name]) }

var coordinate = regexp.MustCompile(`-?[0-9.]+`)

// place works the box out; false for what is not drawn.
func (s *shape) place() bool {
	switch s.tag {
	case "rect":
		s.left, s.top = s.at("x"), s.at("y")
		s.right, s.bottom = s.left+s.at("width"), s.top+s.at("height")
	case "circle":
		r := s.at("r")
		s.left, s.top, s.right, s.bottom = s.at("cx")-r, s.at("cy")-r, s.at("cx")+r, s.at("cy")+r
	case "line":
		s.left, s.right = min(s.at("x1"), s.at("x2")), max(s.at("x1"), s.at("x2"))
		s.top, s.bottom = min(s.at("y1"), s.at("y2")), max(s.at("y1"), s.at("y2"))
	case "path":
		data, _, _ := strings.Cut(s.attributes["d"], "A") // an arc ends where its straight parts do
		for i, text := range coordinate.FindAllString(data, -1) {
			v := number(text)
			switch {
			case i == 0:
				s.left, s.right = v, v
			case i == 1:
				s.top, s.bottom = v, v
			case i%2 == 0:
				s.left, s.right = min(s.left, v), max(s.right, v)
			default:
				s.top, s.bottom = min(s.top, v), max(s.bottom, v)
			}
		}
	case "text":
		s.left, s.top = s.at("x"), s.at("y")
	default:
		return false
	}
	return true
}

// write gives a text its box.
func (s *shape) write(text string) {
	size := 13.0
	switch {
	case strings.Contains(s.class, "stage-name"), strings.Contains(s.class, "caption-me"):
		size = stageBold
	case strings.Contains(s.class, "stage-word"), strings.Contains(s.class, "time-"), strings.Contains(s.class, "what-small"),
		strings.Contains(s.class, "coin-name"), strings.Contains(s.class, "tick"):
		size = 12
	case strings.Contains(s.class, "coin-value"):
		size = 20
	case strings.Contains(s.class, "stage-number"):
		size = 11
	}
	x, y, wide := s.left, s.top, wordWidth(text, size)
	s.text = text
	switch s.attributes["text-anchor"] {
	case "middle":
		x -= wide / 2
	case "end":
		x -= wide
	}
	s.left, s.right, s.top, s.bottom = x, x+wide, y-0.75*size, y+0.2*size
}

// checkPicture fails if something lies outside the picture or a text covers
// another.
func checkPicture(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, picture string) []shape {
	width, height, shapes := inspect(t, picture)
	const slack = 0.5
	for _, s := range shapes {
		if s.left < -slack || s.top < -slack || s.right > width+slack || s.bottom > height+slack {
			t.Errorf("%s %q %q at %.1f..%.1f, %.1f..%.1f lies outside %.0f × %.0f", s.tag, s.class, s.text, s.left, s.right, s.top, s.bottom, width, height)
		}
	}
	for i, a := range shapes {
		for _, b := range shapes[:i] {
			if a.tag == "text" && b.tag == "text" && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom {
				t.Errorf("%q covers %q", a.text, b.text)
			}
		}
	}
	return shapes
}

// The checks can fail.
func TestCheckPictureSees(t *testing.T) {
	for name, draw := range map[string]func(d *drawing){
		"a box outside":  func(d *drawing) { d.rect("x", 90, 0, 20, 5) },
		"a path outside": func(d *drawing) { d.path("x", polyline(point{1, 1}, point{1, -9})) },
		"a long text":    func(d *drawing) { d.text("x", "start", 0, 20, "a text that is longer than the picture") },
		"two texts": func(d *drawing) {
			d.text("x", "start", 0, 20, "one")
			d.text("x", "end", 30, 24, "two")
		},
	} {
		d := newDrawing("a", "b", "c", 100, 50)
		draw(d)
		seen := &failures{}
		checkPicture(seen, string(d.html()))
		if seen.count == 0 {
			t.Errorf("%s is not seen", name)
		}
	}
}

// failures counts what a check finds.
type failures struct{ count int }

func (f *failures) Errorf(string, ...any) { f.count++ }
func (f *failures) Fatal(...any)          { f.count++ }
