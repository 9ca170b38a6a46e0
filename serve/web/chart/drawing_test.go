package chart

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// wellFormed reads a picture as XML and returns its numbers' attributes.
func wellFormed(t interface{ Fatalf(string, ...any) }, picture string) {
	d := xml.NewDecoder(strings.NewReader("<all>" + picture + "</all>"))
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() == "EOF" {
				return
			}
			t.Fatalf("%v in %s", err, picture)
		}
	}
}

// Whatever an account or a level is called, a picture stays a picture.
func TestDrawingEscapes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[<>&"'a-zäöü ]{0,20}`).Draw(t, "text")
		d := newDrawing("x", text, text, 100, 50)
		d.text("label", "start", 1, 2, text)
		d.circle("fill-accent", 1, 2, 3, text)
		d.link("/accounts/"+text, text, true, func() { d.rect("fill-soft", 10, 10, -5, -5) })
		picture := string(d.html())
		wellFormed(t, picture)
		if !strings.Contains(picture, `role="group"`) || !strings.Contains(picture, `x="5" y="5" width="5" height="5"`) {
			t.Fatalf("%s", picture)
		}
	})
}

func TestTraceLeavesGaps(t *testing.T) {
	d := newDrawing("x", "", "", 10, 10)
	d.trace("line-accent", []point{{0, 0}, {1, 1}, {math.NaN(), 2}, {3, 3}})
	if got := d.b.String(); !strings.Contains(got, `d="M0 0L1 1M3 3"`) {
		t.Errorf("%s", got)
	}
	d.area("fill-soft", []point{{0, 0}}, nil)
	if strings.Contains(d.b.String(), "fill-soft") {
		t.Error("an area between lines of other lengths is drawn")
	}
}
