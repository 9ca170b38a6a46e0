package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/etappe/etappe/models/additive"
)

// curve is a term over one numeric field.
type curve struct {
	caption
	ruler
	edges   []float64 // of the bins on the ruler, 0 to 1: one more than bins
	bins    []bin     // without missing
	missing bin
	perUnit float64 // health points of 1 log-odds
}

// bandText is how often an error band holds what is true; see additive.BandLevel.
const bandText = "90 %"

func newCurve(c caption, a additive.Axis, at func(int, string) bin, perUnit float64) *curve {
	v := &curve{caption: c, perUnit: perUnit, missing: at(0, "missing")}
	var weight []float64
	for b, label := range binLabels(a)[1:] {
		v.bins = append(v.bins, at(b+1, label))
		weight = append(weight, v.bins[b].share)
	}
	v.ruler = newRuler(a.Cuts, weight)
	v.edges = append(v.edges, 0)
	for _, cut := range a.Cuts {
		v.edges = append(v.edges, v.at(cut))
	}
	v.edges = append(v.edges, 1)
	return v
}

// span returns the log-odds that the drawing must reach: every value, zero, and
// the band as far as it does not dwarf them.
func (v *curve) span() (low, high float64) {
	var bandLow, bandHigh float64
	for _, b := range append(v.bins[:len(v.bins):len(v.bins)], v.missing) {
		low, high = min(low, b.value, b.own), max(high, b.value, b.own)
		bandLow, bandHigh = min(bandLow, b.value-b.half), max(bandHigh, b.value+b.half)
	}
	room := 0.3 * (high - low)
	if room == 0 {
		room = max(bandHigh-bandLow, 0.01)
	}
	return max(low-room, min(bandLow, low)), min(high+room, max(bandHigh, high))
}

// density returns the training weight along the axis in so many columns, the
// heaviest 1.
func (v *curve) density(columns int) []float64 {
	out := make([]float64, columns)
	most := 0.0
	for c := range out {
		from, to := float64(c)/float64(columns), float64(c+1)/float64(columns)
		for b, one := range v.bins {
			if overlap := min(to, v.edges[b+1]) - max(from, v.edges[b]); overlap > 0 {
				out[c] += one.share * overlap / (v.edges[b+1] - v.edges[b])
			}
		}
		most = max(most, out[c])
	}
	for c := range out {
		out[c] /= max(most, math.SmallestNonzeroFloat64)
	}
	return out
}

// binAt returns the bin at a place of the axis.
func (v *curve) binAt(u float64) bin {
	b := 0
	for b < len(v.bins)-1 && v.edges[b+1] <= u {
		b++
	}
	return v.bins[b]
}

// Measures of the plot in letters.
const (
	plotRows   = 15
	sideLetter = 9 // for the numbers on either side
)

// text draws the curve in letters: ─ the shared shape, ░ its error band, • the
// other cluster's shape, ┄ zero; below, how much training weight lies where.
func (v *curve) text(width int) string {
	columns := max(20, min(width, 110)-2*sideLetter-2)
	low, high := v.span()
	row := func(value float64) int {
		return int(math.Round((high - value) / (high - low) * (plotRows - 1)))
	}
	grid := make([][]rune, plotRows)
	for i := range grid {
		grid[i] = []rune(strings.Repeat(" ", columns))
	}
	put := func(i, c int, mark rune) {
		if i >= 0 && i < plotRows {
			grid[i][c] = mark
		}
	}
	previous := -1
	for c := range columns {
		b := v.binAt((float64(c) + 0.5) / float64(columns))
		put(row(0), c, '┄')
		for i := row(b.value + b.half); i <= row(b.value-b.half); i++ {
			put(i, c, '░')
		}
		if v.other != "" {
			put(row(b.own), c, '•')
		}
		at := row(b.value)
		put(at, c, '─')
		if c > 0 && at != previous {
			upper, lower := min(at, previous), max(at, previous)
			for i := upper + 1; i < lower; i++ {
				put(i, c, '│')
			}
			if at > previous { // down
				put(previous, c, '┐')
				put(at, c, '└')
			} else {
				put(previous, c, '┘')
				put(at, c, '┌')
			}
		}
		previous = at
	}
	var out strings.Builder
	out.WriteString(v.heading())
	fmt.Fprintf(&out, "\n%*s%*s\n", sideLetter, "log-odds ", columns+sideLetter+2, "points")
	v.writeRows(&out, grid, row, low, high)
	v.writeAxis(&out, columns)
	v.writeNotes(&out)
	return out.String()
}

// writeRows writes the grid with log-odds on the left and points on the right.
func (v *curve) writeRows(out *strings.Builder, grid [][]rune, row func(float64) int, low, high float64) {
	step := roundStep((high - low) / 7)
	decimals := max(2, int(math.Ceil(-math.Log10(step))))
	left, right := make([]string, plotRows), make([]string, plotRows)
	for i := math.Ceil(low / step); i*step <= high; i++ {
		left[row(i*step)] = signed(i*step, decimals)
		right[row(i*step)] = signed(v.perUnit*i*step, decimals-1)
	}
	for i, line := range grid {
		edge := '│'
		if left[i] != "" {
			edge = '┤'
		}
		text := fmt.Sprintf("%*s%c%s%s", sideLetter, left[i]+" ", edge, string(line), "│")
		if right[i] != "" {
			text += fmt.Sprintf("%*s", sideLetter, right[i])
		}
		out.WriteString(text + "\n")
	}
}

// writeAxis writes the axis with its ticks and the density below it.
func (v *curve) writeAxis(out *strings.Builder, columns int) {
	line, labels := []rune(strings.Repeat("─", columns)), []rune(strings.Repeat(" ", columns+sideLetter))
	free := 0
	for _, tick := range v.ticks(max(2, columns/9)) {
		c := min(int(v.at(tick)*float64(columns)), columns-1)
		text := []rune(short(tick))
		start := max(0, c-len(text)/2)
		if start < free {
			continue
		}
		line[c] = '┬'
		copy(labels[start:], text)
		free = start + len(text) + 1
	}
	blank := strings.Repeat(" ", sideLetter)
	fmt.Fprintf(out, "%s└%s┘\n%s %s\n", blank, string(line), blank, strings.TrimRight(string(labels), " "))
	steps := []rune(" ▁▂▃▄▅▆▇█")
	var strip strings.Builder
	for _, d := range v.density(columns) {
		strip.WriteRune(steps[int(math.Ceil(d*float64(len(steps)-1)))])
	}
	fmt.Fprintf(out, "%*s %s\n", sideLetter, "weight", strings.TrimRight(strip.String(), " "))
}

// writeNotes sets missing apart and says what the marks mean.
func (v *curve) writeNotes(out *strings.Builder) {
	fmt.Fprintf(out, "\n%*s ", sideLetter, "missing")
	if v.missing.share == 0 && v.missing.value == 0 {
		out.WriteString("never in training: says nothing\n")
	} else {
		fmt.Fprintf(out, "%s ± %.2f log-odds, %s points, %.1f %% of the weight", signed(v.missing.value, 2),
			v.missing.half, signed(v.missing.points, 1), 100*v.missing.share)
		if v.other != "" {
			fmt.Fprintf(out, "; %s in %s", signed(v.missing.own, 2), v.other)
		}
		out.WriteString("\n")
	}
	fmt.Fprintf(out, "%*s ─ everyone   ░ %s error band", sideLetter, "marks", bandText)
	if v.other != "" {
		fmt.Fprintf(out, "   • %s", v.other)
	}
	if v.soft > 0 {
		out.WriteString("   axis close to logarithmic")
	}
	out.WriteString("\n")
}
