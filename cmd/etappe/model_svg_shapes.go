package main

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Where the drawing of a curve sets missing apart, on the ruler that ends at 1.
const (
	missingAt   = 1.13
	missingHalf = 0.025
	stripHeight = 0.1 // of the weight, as a share of the height
)

// pen adds to a plot until the first fault.
type pen struct {
	*plot.Plot
	fault error
}

func (p *pen) area(points plotter.XYs, fill color.Color) {
	a, err := polygon(points, fill)
	if err != nil {
		p.fault = err
		return
	}
	p.Add(a)
}

func (p *pen) stroke(points plotter.XYs, c color.Color, width vg.Length, legend string) {
	l, err := line(points, c, width)
	if err != nil {
		p.fault = err
		return
	}
	p.Add(l)
	if legend != "" {
		p.Legend.Add(legend, l)
	}
}

func box(left, bottom, right, top float64) plotter.XYs {
	return plotter.XYs{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}}
}

// svg draws steps with their error band, the weight as a strip at the foot, and
// missing to the right of a gap.
func (v *curve) svg() ([]byte, error) {
	low, high := v.span()
	foot := low - 1.5*stripHeight*(high-low)
	p := &pen{Plot: newPlot(&v.caption)}
	p.X.Label.Text = v.axes[0]
	p.Y.Label.Text = logOddsTitle
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, foot, high+0.12*(high-low) // the legend stands above
	p.Y.Tick.Marker = logOddsTicks(low, high, v.perUnit)
	var ticks plot.ConstantTicks
	for _, t := range v.ticks(9) {
		if v.missing.share > 0 && v.at(t) > 0.95 {
			continue // the label of missing is wide
		}
		ticks = append(ticks, plot.Tick{Value: v.at(t), Label: short(t)})
	}
	steps := func(of func(bin) float64) (points plotter.XYs) {
		for b, one := range v.bins {
			y := min(max(of(one), low), high)
			points = append(points, plotter.XY{X: v.edges[b], Y: y}, plotter.XY{X: v.edges[b+1], Y: y})
		}
		return points
	}
	upper := steps(func(b bin) float64 { return b.value + b.half })
	lower := steps(func(b bin) float64 { return b.value - b.half })
	slices.Reverse(lower)
	p.area(append(upper, lower...), bandColor)
	density := v.density(120)
	for c, d := range density {
		if d > 0 {
			n := float64(len(density))
			p.area(box(float64(c)/n, foot, float64(c+1)/n, foot+d*stripHeight*(high-low)), paleColor)
		}
	}
	right := 1.0
	if v.missing.share > 0 {
		m := v.missing
		right = missingAt + missingHalf
		ticks = append(ticks, plot.Tick{Value: missingAt, Label: fmt.Sprintf("missing (%.1f %%)", 100*m.share)})
		p.area(box(missingAt-missingHalf, max(low, m.value-m.half), right, min(high, m.value+m.half)), bandColor)
	}
	p.stroke(plotter.XYs{{X: 0, Y: 0}, {X: right, Y: 0}}, paleColor, 0.75, "")
	if v.other != "" {
		p.stroke(steps(func(b bin) float64 { return b.own }), otherColor, 1.5, v.other)
	}
	p.stroke(steps(func(b bin) float64 { return b.value }), sharedColor, 2, fmt.Sprintf("everyone, %s error band", bandText))
	if v.missing.share > 0 {
		p.stroke(plotter.XYs{{X: missingAt - missingHalf, Y: v.missing.value}, {X: right, Y: v.missing.value}}, sharedColor, 2, "")
		if v.other != "" {
			p.stroke(plotter.XYs{{X: missingAt - missingHalf, Y: v.missing.own}, {X: right, Y: v.missing.own}}, otherColor, 1.5, "")
		}
	}
	p.X.Tick.Marker = ticks
	if p.fault != nil {
		return nil, p.fault
	}
	return render(p.Plot, 19*vg.Centimeter, 12*vg.Centimeter)
}

// svg draws one horizontal bar a mark, its error as a line, its share of the
// weight beside its name.
func (v *barChart) svg() ([]byte, error) {
	all := slices.Concat(v.marks, v.apart)
	p := &pen{Plot: newPlot(&v.caption)}
	p.X.Label.Text = fmt.Sprintf("%s; lines: %s error band", logOddsTitle, bandText)
	p.Y.Label.Text = strings.Join(v.axes, ", ") + " and share of the weight"
	perUnit := 0.0
	var low, high float64
	var names plot.ConstantTicks
	legend := v.other // once
	for i, b := range all {
		y := float64(len(all) - i)
		if i >= len(v.marks) {
			y -= 0.5
		}
		names = append(names, plot.Tick{Value: y, Label: fmt.Sprintf("%s (%.1f %%)", b.label, 100*b.share)})
		p.area(box(min(0, b.value), y-0.3, max(0, b.value), y+0.3), sharedColor)
		p.stroke(plotter.XYs{{X: b.value - b.half, Y: y}, {X: b.value + b.half, Y: y}}, inkColor, 1, "")
		if v.other != "" {
			p.stroke(plotter.XYs{{X: b.own, Y: y - 0.4}, {X: b.own, Y: y + 0.4}}, otherColor, 2.5, legend)
			legend = ""
		}
		low, high = min(low, b.value-b.half, b.own), max(high, b.value+b.half, b.own)
		if b.value != 0 {
			perUnit = b.points / b.value
		}
	}
	if low == high {
		low, high = -0.01, 0.01
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = low, high, 0, float64(len(all))+0.6
	if v.other != "" {
		p.Y.Max++ // the legend stands above
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = logOddsTicks(low, high, perUnit), names
	p.stroke(plotter.XYs{{X: 0, Y: 0}, {X: 0, Y: p.Y.Max}}, paleColor, 0.75, "")
	if p.fault != nil {
		return nil, p.fault
	}
	return render(p.Plot, 19*vg.Centimeter, vg.Length(len(all))*0.8*vg.Centimeter+3.5*vg.Centimeter)
}

// svg draws a field of cells: blue where churn is less likely, orange where it
// is likelier, with the log-odds written in.
func (v *heat) svg() ([]byte, error) {
	p := &pen{Plot: newPlot(&v.caption)}
	p.Title.Text += fmt.Sprintf("\nlog-odds of churn (0.10 are %s health points); orange: likelier, blue: less likely", signed(v.tenth, 2))
	if v.other != "" {
		p.Title.Text += "; everyone/" + v.other
	}
	p.X.Label.Text, p.Y.Label.Text = v.axes[1], v.axes[0]
	var across, down plot.ConstantTicks
	labels := plotter.XYLabels{}
	for i, r := range v.rows {
		y := float64(len(v.rows) - 1 - i)
		down = append(down, plot.Tick{Value: y, Label: r.label})
		for j := range v.columns {
			b := v.cells[i][j]
			x := float64(j)
			p.area(box(x-0.49, y-0.48, x+0.49, y+0.48), blend(b.value/max(v.most, math.SmallestNonzeroFloat64)))
			labels.XYs = append(labels.XYs, plotter.XY{X: x, Y: y})
			labels.Labels = append(labels.Labels, v.cellText(b))
		}
	}
	for j, c := range v.columns {
		across = append(across, plot.Tick{Value: float64(j), Label: c.label})
	}
	written, err := plotter.NewLabels(labels)
	if err != nil {
		return nil, fmt.Errorf("drawing: %w", err)
	}
	for i := range written.TextStyle {
		written.TextStyle[i].Color = cellInk
		written.TextStyle[i].Font.Size, written.TextStyle[i].Font.Variant = 10, "Sans"
		written.TextStyle[i].XAlign, written.TextStyle[i].YAlign = -0.5, -0.5
	}
	p.Add(written)
	p.X.Tick.Marker, p.Y.Tick.Marker = across, down
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(len(v.columns))-0.5, -0.5, float64(len(v.rows))-0.5
	if p.fault != nil {
		return nil, p.fault
	}
	return render(p.Plot, vg.Length(len(v.columns))*2.2*vg.Centimeter+5*vg.Centimeter, vg.Length(len(v.rows))*0.9*vg.Centimeter+3.5*vg.Centimeter)
}

// blend goes from blue over nearly white to orange as x goes from -1 to 1, light
// enough everywhere for dark letters.
func blend(x float64) color.Color {
	middle, end := [3]float64{0xf3, 0xf4, 0xf6}, [3]float64{0xff, 0xa6, 0x57}
	if x < 0 {
		end = [3]float64{0x79, 0xb8, 0xff}
	}
	var out [3]uint8
	for i := range out {
		out[i] = uint8(math.Round(middle[i] + math.Abs(x)*(end[i]-middle[i])))
	}
	return color.RGBA{out[0], out[1], out[2], 0xff}
}
