package main

import (
	"fmt"
	"math"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/etappe/etappe/models/additive"
)

// heat is a term over two fields.
type heat struct {
	caption
	fields  []string
	rows    []group // of the first field
	columns []group // of the second
	cells   [][]bin // [row][column]
	most    float64 // largest |value|
	tenth   float64 // health points of 0.10 log-odds
}

// Groups that a drawing of two fields has room for.
const (
	heatRows    = 10
	heatColumns = 5
)

func newHeat(c caption, t *additive.Term, at func(int, string) bin, points func(float64) float64) *heat {
	v := &heat{caption: c, fields: t.Fields, tenth: points(0.1),
		rows: groups(t.Axes[0], marginal(t, 0), heatRows), columns: groups(t.Axes[1], marginal(t, 1), heatColumns)}
	for _, r := range v.rows {
		var line []bin
		for _, column := range v.columns {
			b := pool(t, []group{r, column}, at, points)
			v.most = max(v.most, math.Abs(b.value))
			line = append(line, b)
		}
		v.cells = append(v.cells, line)
	}
	return v
}

// shades, from nothing to the largest |value|.
var shades = []string{" ", "░", "▒", "▓", "█"}

// text writes the log-odds of every cell with a shade: the darker, the further
// from 0.
func (v *heat) text(int) string {
	header := table.Row{v.fields[0] + " \\ " + v.fields[1]}
	for _, column := range v.columns {
		header = append(header, column.label)
	}
	t := (&app{}).table(header...)
	rightFrom(t, 2, len(header))
	for i, r := range v.rows {
		row := table.Row{r.label}
		for _, b := range v.cells[i] {
			text := v.cellText(b)
			shade := shades[int(math.Round(math.Abs(b.value)/max(v.most, math.SmallestNonzeroFloat64)*float64(len(shades)-1)))]
			if b.share == 0 {
				text = "(" + text + ")"
			}
			row = append(row, text+" "+shade)
		}
		t.AppendRow(row)
	}
	note := fmt.Sprintf("log-odds of churn (0.10 are %s health points), means over the bins of a group; in brackets: not in training", signed(v.tenth, 2))
	if v.other != "" {
		note = "everyone/" + v.other + ": " + note
	}
	return fmt.Sprintf("%s\n%s\n%s\n", v.heading(), t.Render(), note)
}

// cellText is a cell's value, and the other cluster's beside it.
func (v *heat) cellText(b bin) string {
	text := signed(b.value, 2)
	if v.other != "" {
		text += "/" + signed(b.own, 2)
	}
	return text
}
