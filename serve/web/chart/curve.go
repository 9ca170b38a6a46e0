package chart

import "math"

// Curve is the picture of a term over one numeric field: steps with their error
// band, the training weight as a strip at the foot, and the missing values set
// apart. The axis is linear or, where most rows would be squeezed together,
// close to logarithmic.
type Curve struct {
	Term
	Cuts        []float64            // between the bins, rising; at least one
	Bins        []Mark               // one more than cuts
	Missing     Mark                 // Share 0: never in training
	MissingText string               // stands below the missing values
	PerUnit     float64              // health points of 1 log-odds
	Short       func(float64) string // writes a value of the field
}

// Bent reports whether the axis is close to logarithmic.
func (v *Curve) Bent() bool { return v.ruler().soft > 0 }

func (v *Curve) ruler() ruler {
	var weight []float64
	for _, b := range v.Bins {
		weight = append(weight, b.Share)
	}
	return newRuler(v.Cuts, weight)
}

// edges are where the bins begin and end on the axis, 0 to 1: one more than bins.
func (v *Curve) edges(r ruler) []float64 {
	edges := []float64{0}
	for _, cut := range v.Cuts {
		edges = append(edges, r.at(cut))
	}
	return append(edges, 1)
}

// span returns the log-odds that the drawing must reach: every value, zero, and
// the band as far as it does not dwarf them.
func (v *Curve) span() (low, high float64) {
	var bandLow, bandHigh float64
	for _, b := range append(v.Bins[:len(v.Bins):len(v.Bins)], v.Missing) {
		low, high = min(low, b.Value, b.Own), max(high, b.Value, b.Own)
		bandLow, bandHigh = min(bandLow, b.Value-b.Half), max(bandHigh, b.Value+b.Half)
	}
	room := 0.3 * (high - low)
	if room == 0 {
		room = max(bandHigh-bandLow, 0.01)
	}
	return max(low-room, min(bandLow, low)), min(high+room, max(bandHigh, high))
}

// density returns the training weight along the axis in so many columns, the
// heaviest 1.
func (v *Curve) density(edges []float64, columns int) []float64 {
	out := make([]float64, columns)
	most := 0.0
	for c := range out {
		from, to := float64(c)/float64(columns), float64(c+1)/float64(columns)
		for b, one := range v.Bins {
			if overlap := min(to, edges[b+1]) - max(from, edges[b]); overlap > 0 {
				out[c] += one.Share * overlap / (edges[b+1] - edges[b])
			}
		}
		most = max(most, out[c])
	}
	for c := range out {
		out[c] /= max(most, math.SmallestNonzeroFloat64)
	}
	return out
}

// Measures of the picture of a curve, in user units.
const (
	curveHeight  = 280.0
	curveStrip   = 0.1 // of the weight, as a share of the height
	curveMissing = 26.0
	curveGap     = 30.0 // before the missing values
	curveSide    = 46.0 // for the numbers on either side
)

// File draws the curve as a whole SVG file.
func (v *Curve) File() []byte { return file(v.draw) }

func (v *Curve) draw(width float64) *drawing {
	d := newDrawing("", v.Title, v.Facts[0], width, 0)
	y := v.head(d)
	entries := []legendEntry{{"shared", "band", v.Shared}}
	if v.Other != "" {
		entries = append(entries, legendEntry{"other", "", v.Other})
	}
	y = v.legend(d, y, entries...)
	for _, line := range wrap(v.Values, termText, width-2*termMargin, 2) {
		d.text("ink", "start", termMargin, y, line)
		y += termLine
	}
	low, high := v.span()
	r := v.ruler()
	right := width - curveSide
	x := scale{low: 0, high: 1, from: curveSide, to: right}
	if v.Missing.Share > 0 {
		x.to -= curveGap + curveMissing
	}
	at := scale{low: low, high: high, from: y + curveHeight, to: y}
	v.drawValues(d, at, right)
	foot := at.from + 1.5*curveStrip*curveHeight
	v.drawSteps(d, r, x, at, foot)
	if v.Missing.Share > 0 {
		v.drawMissing(d, right-curveMissing, right, at, foot)
	}
	v.drawAxis(d, r, x, foot)
	d.text("ink", "middle", (x.from+x.to)/2, foot+2*termLine+4, fit(v.Axes[0], termText, x.to-x.from))
	d.Height = foot + 2*termLine + termMargin
	if v.Missing.Share > 0 {
		d.Height += termLine
	}
	return d
}

// drawValues draws the axis of values: log-odds on the left, health points on the
// right, and zero.
func (v *Curve) drawValues(d *drawing, at scale, right float64) {
	ticks, logOdds, points := v.valueTicks(at.low, at.high, v.PerUnit, 6)
	for i, tick := range ticks {
		class := "grid"
		if tick == 0 {
			class = "zero"
		}
		d.line(class, curveSide, at.at(tick), right, at.at(tick))
		d.text("ink", "end", curveSide-5, at.at(tick)+4, logOdds[i])
		d.text("ink", "start", right+5, at.at(tick)+4, points[i])
	}
}

// drawSteps draws the error band, the weight at the foot, and the curves.
func (v *Curve) drawSteps(d *drawing, r ruler, x, at scale, foot float64) {
	edges := v.edges(r)
	steps := func(of func(Mark) float64) (points []point) {
		for b, one := range v.Bins {
			y := at.clamp(of(one))
			points = append(points, point{x.at(edges[b]), y}, point{x.at(edges[b+1]), y})
		}
		return points
	}
	d.area("band", steps(func(b Mark) float64 { return b.Value + b.Half }), steps(func(b Mark) float64 { return b.Value - b.Half }))
	const columns = 120
	var upper, lower []point
	for c, part := range v.density(edges, columns) {
		top := foot - part*curveStrip*curveHeight
		from, to := x.at(float64(c)/columns), x.at(float64(c+1)/columns)
		upper = append(upper, point{from, top}, point{to, top})
		lower = append(lower, point{from, foot}, point{to, foot})
	}
	d.area("weight", upper, lower)
	d.line("zero", x.from, at.at(0), x.to, at.at(0))
	if v.Other != "" {
		d.trace("other", steps(func(b Mark) float64 { return b.Own }))
	}
	d.trace("shared", steps(func(b Mark) float64 { return b.Value }))
}

// drawMissing draws what a missing value is worth, to the right of a gap.
func (v *Curve) drawMissing(d *drawing, from, to float64, at scale, foot float64) {
	m := v.Missing
	d.rect("band", from, at.clamp(m.Value+m.Half), to-from, at.clamp(m.Value-m.Half)-at.clamp(m.Value+m.Half))
	if v.Other != "" {
		d.line("other", from, at.clamp(m.Own), to, at.clamp(m.Own))
	}
	d.line("shared", from, at.clamp(m.Value), to, at.clamp(m.Value))
	d.line("axis", from, foot, to, foot)
	d.text("ink", "end", d.Width-termMargin, foot+3*termLine, v.MissingText)
	d.line("axis", (from+to)/2, foot, (from+to)/2, foot+2*termLine+6)
}

// drawAxis draws the field's values below the foot, as far as they do not run
// into each other.
func (v *Curve) drawAxis(d *drawing, r ruler, x scale, foot float64) {
	d.line("axis", x.from, foot, x.to, foot)
	free := math.Inf(-1)
	for _, tick := range r.ticks(9) {
		text, place := v.Short(tick), x.at(r.at(tick))
		half := TextWidth(text, termText) / 2
		if place-half < free || place+half > x.to+curveGap {
			continue
		}
		d.line("axis", place, foot, place, foot+4)
		d.text("ink", "middle", place, foot+termLine, text)
		free = place + half + 8
	}
}

// binAt returns the bin at a place of the axis.
func (v *Curve) binAt(edges []float64, u float64) Mark {
	b := 0
	for b < len(v.Bins)-1 && edges[b+1] <= u {
		b++
	}
	return v.Bins[b]
}
