package main

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The colours of a drawing in daylight. Each stands for a role, by which
// darkMode finds it again.
var (
	inkColor    = color.RGBA{0x24, 0x29, 0x2f, 0xff} // text and axes
	paleColor   = color.RGBA{0x8c, 0x95, 0x9f, 0xff} // zero, weight
	sharedColor = color.RGBA{0x09, 0x69, 0xda, 0xff} // everyone's shape
	bandColor   = color.RGBA{0xcc, 0xe0, 0xf8, 0xff} // its error band
	otherColor  = color.RGBA{0xbc, 0x4c, 0x00, 0xff} // a cluster's shape
	cellInk     = color.RGBA{0x1b, 0x1f, 0x24, 0xff} // on cells, which are light in both
)

// darkMode are the colours at night, for viewers that know prefers-color-scheme;
// all others show the day.
var darkMode = []struct {
	day   color.RGBA
	night string
}{{inkColor, "#E6EDF3"}, {paleColor, "#848D97"}, {sharedColor, "#58A6FF"}, {bandColor, "#1B3A5C"}, {otherColor, "#F0883E"}}

// newPlot is an empty plot in the house's style.
func newPlot(c *caption) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil // the page's own, see render
	p.Title.Text = shorten(strings.Join(c.titles, " × "), 90) + "\n" + c.facts[0]
	p.Title.Padding = 8
	p.Legend.Top, p.Legend.Padding, p.Legend.ThumbnailWidth = true, 3, 24
	p.X.Label.Padding, p.Y.Label.Padding = 4, 6
	for style, size := range map[*draw.TextStyle]vg.Length{&p.Title.TextStyle: 12, &p.Legend.TextStyle: 10,
		&p.X.Label.TextStyle: 11, &p.Y.Label.TextStyle: 11, &p.X.Tick.Label: 10, &p.Y.Tick.Label: 10} {
		style.Color, style.Font.Size, style.Font.Variant = inkColor, size, "Sans"
	}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Color, axis.Tick.Color = inkColor, inkColor
	}
	return p
}

// logOddsTicks are round log-odds, each with the health points it is worth.
func logOddsTicks(low, high, perUnit float64) plot.ConstantTicks {
	step := roundStep((high - low) / 6)
	decimals := max(1, int(math.Ceil(-math.Log10(step))))
	var ticks plot.ConstantTicks
	for i := math.Ceil(low / step); i*step <= high; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step,
			Label: fmt.Sprintf("%s (%s)", signed(i*step, decimals), signed(perUnit*i*step, max(decimals-1, 1)))})
	}
	return ticks
}

const logOddsTitle = "log-odds of churn (health points)"

// render writes the plot as SVG that follows the viewer's light or dark mode.
func render(p *plot.Plot, width, height vg.Length) ([]byte, error) {
	canvas := vgsvg.New(width, height)
	p.Draw(draw.Crop(draw.New(canvas), 10, -20, 6, -6)) // room for wider fonts than Liberation Sans
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("drawing: %w", err)
	}
	var style strings.Builder
	style.WriteString("<style>svg{background:#FFFFFF}text{font-family:'Liberation Sans',Arial,Helvetica,sans-serif!important}\n@media (prefers-color-scheme:dark){svg{background:#0D1117}")
	for _, c := range darkMode {
		day := fmt.Sprintf("#%02X%02X%02X", c.day.R, c.day.G, c.day.B)
		for _, property := range []string{"fill", "stroke"} {
			fmt.Fprintf(&style, "[style*=\"%s:%s\"]{%s:%s!important}", property, day, property, c.night)
		}
	}
	style.WriteString("}</style>\n")
	head, body, _ := bytes.Cut(out.Bytes(), []byte("xlink\">\n"))
	return bytes.Join([][]byte{head, []byte("xlink\">\n" + style.String()), body}, nil), nil
}

// drawSVG writes a shape's drawing.
func drawSVG(path string, s shape) error {
	text, err := s.svg()
	if err != nil {
		return err
	}
	return writeFile(path, text)
}

// polygon is a filled area without an outline.
func polygon(points plotter.XYs, fill color.Color) (*plotter.Polygon, error) {
	p, err := plotter.NewPolygon(points)
	if err != nil {
		return nil, fmt.Errorf("drawing: %w", err)
	}
	p.Color, p.LineStyle.Width = fill, 0
	return p, nil
}

// line is a stroke through the points.
func line(points plotter.XYs, stroke color.Color, width vg.Length) (*plotter.Line, error) {
	l, err := plotter.NewLine(points)
	if err != nil {
		return nil, fmt.Errorf("drawing: %w", err)
	}
	l.Color, l.Width = stroke, width
	return l, nil
}
