package chart

import (
	"fmt"
	"math"
	"strings"
)

// LetterWords are what stands beside a curve in letters.
type LetterWords struct {
	Left, Right string // head the values on the left and the points on the right
	Weight      string // names the strip of weights
}

// Measures of a curve in letters.
const (
	letterRows = 15
	// LetterSide is how many letters there are on either side for numbers.
	LetterSide = 9
)

// Letters draws the curve for a terminal of so many columns: ─ the shared shape,
// ░ its error band, • the other cluster's shape, ┄ zero; below, how much training
// weight lies where.
func (v *Curve) Letters(width int, w LetterWords) string {
	g := letterGrid{Curve: v, axis: v.ruler(), columns: max(20, min(width, 110)-2*LetterSide-2)}
	g.at = v.edges(g.axis)
	g.low, g.high = v.span()
	g.draw()
	var out strings.Builder
	fmt.Fprintf(&out, "%*s%*s\n", LetterSide, w.Left+" ", g.columns+LetterSide+2, w.Right)
	g.writeRows(&out)
	g.writeAxis(&out, w.Weight)
	return out.String()
}

// letterGrid is a curve as rows of letters.
type letterGrid struct {
	*Curve
	axis      ruler
	at        []float64 // edges of the bins, 0 to 1
	columns   int
	low, high float64 // log-odds
	cells     [letterRows][]rune
}

// row is the row of a value.
func (g *letterGrid) row(value float64) int {
	return int(math.Round((g.high - value) / (g.high - g.low) * (letterRows - 1)))
}

func (g *letterGrid) put(row, column int, mark rune) {
	if row >= 0 && row < letterRows {
		g.cells[row][column] = mark
	}
}

// draw fills the grid from left to right.
func (g *letterGrid) draw() {
	for i := range g.cells {
		g.cells[i] = []rune(strings.Repeat(" ", g.columns))
	}
	previous := -1
	for c := range g.columns {
		b := g.binAt(g.at, (float64(c)+0.5)/float64(g.columns))
		g.put(g.row(0), c, '┄')
		for i := g.row(b.Value + b.Half); i <= g.row(b.Value-b.Half); i++ {
			g.put(i, c, '░')
		}
		if g.Other != "" {
			g.put(g.row(b.Own), c, '•')
		}
		at := g.row(b.Value)
		g.put(at, c, '─')
		if c > 0 && at != previous {
			g.step(c, previous, at)
		}
		previous = at
	}
}

// step joins two rows in a column.
func (g *letterGrid) step(c, from, to int) {
	for i := min(from, to) + 1; i < max(from, to); i++ {
		g.put(i, c, '│')
	}
	if to > from { // down
		g.put(from, c, '┐')
		g.put(to, c, '└')
	} else {
		g.put(from, c, '┘')
		g.put(to, c, '┌')
	}
}

// writeRows writes the grid with log-odds on the left and points on the right.
func (g *letterGrid) writeRows(out *strings.Builder) {
	step := niceStep((g.high - g.low) / 7)
	decimals := max(2, int(math.Ceil(-math.Log10(step))))
	var left, right [letterRows]string
	for i := math.Ceil(g.low / step); i*step <= g.high; i++ {
		left[g.row(i*step)] = g.Number(i*step, decimals)
		right[g.row(i*step)] = g.Number(g.PerUnit*i*step, decimals-1)
	}
	for i, line := range g.cells {
		edge := '│'
		if left[i] != "" {
			edge = '┤'
		}
		fmt.Fprintf(out, "%*s%c%s│", LetterSide, left[i]+" ", edge, string(line))
		if right[i] != "" {
			fmt.Fprintf(out, "%*s", LetterSide, right[i])
		}
		out.WriteByte('\n')
	}
}

// writeAxis writes the axis with its ticks and the density below it.
func (g *letterGrid) writeAxis(out *strings.Builder, weight string) {
	line, labels := []rune(strings.Repeat("─", g.columns)), []rune(strings.Repeat(" ", g.columns+LetterSide))
	free := 0
	for _, tick := range g.axis.ticks(max(2, g.columns/9)) {
		c := min(int(g.axis.at(tick)*float64(g.columns)), g.columns-1)
		text := []rune(g.Short(tick))
		start := max(0, c-len(text)/2)
		if start < free {
			continue
		}
		line[c] = '┬'
		copy(labels[start:], text)
		free = start + len(text) + 1
	}
	blank := strings.Repeat(" ", LetterSide)
	fmt.Fprintf(out, "%s└%s┘\n%s %s\n", blank, string(line), blank, strings.TrimRight(string(labels), " "))
	steps := []rune(" ▁▂▃▄▅▆▇█")
	var strip strings.Builder
	for _, part := range g.density(g.at, g.columns) {
		strip.WriteRune(steps[int(math.Ceil(part*float64(len(steps)-1)))])
	}
	fmt.Fprintf(out, "%*s %s\n", LetterSide, weight, strings.TrimRight(strip.String(), " "))
}

// BarLetters draws a value as a bar on a line with zero in its middle: half
// letters to either side are worth most.
func BarLetters(value, most float64, half int) string {
	n := 0
	if most > 0 {
		n = int(math.Round(math.Abs(value) / most * float64(half)))
	}
	if value < 0 {
		return strings.Repeat(" ", half-n) + strings.Repeat("█", n) + "│"
	}
	return strings.Repeat(" ", half) + "│" + strings.Repeat("█", n)
}

// ShadeLetter is a shade from nothing to the largest |value|.
func ShadeLetter(value, most float64) string {
	shades := []string{" ", "░", "▒", "▓", "█"}
	return shades[int(math.Round(math.Abs(value)/max(most, math.SmallestNonzeroFloat64)*float64(len(shades)-1)))]
}
