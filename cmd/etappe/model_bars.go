package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/etappe/etappe/models/additive"
)

// barChart is a term drawn as horizontal bars: the levels of a categorical
// field, or the strongest cells of three fields.
type barChart struct {
	caption
	what  string // heading of the labels
	marks []bin
	apart []bin // missing and never seen, below the others
	note  string
}

func newBars(c caption, a additive.Axis, at func(int, string) bin) *barChart {
	v := &barChart{caption: c, what: a.Field}
	labels := binLabels(a)
	last := len(labels)
	if a.Levels != nil {
		last--
	}
	for b := 1; b < last; b++ {
		v.marks = append(v.marks, at(b, labels[b]))
	}
	for b := last; b < len(labels); b++ {
		v.apart = append(v.apart, at(b, labels[b]))
	}
	v.apart = append(v.apart, at(0, labels[0]))
	return v
}

// Measures of the table of strongest cells.
const (
	cellGroups = 4  // most groups a field
	cellRows   = 15 // most rows
)

// newStrongest pools the cells of three fields and keeps those that matter most:
// by |value| times weight.
func newStrongest(c caption, t *additive.Term, at func(int, string) bin, points func(float64) float64) *barChart {
	v := &barChart{caption: c, what: strings.Join(t.Fields, ", "),
		note: fmt.Sprintf("the strongest cells by |value| × weight; bins are pooled into at most %d groups a field", cellGroups)}
	chosen := make([]group, len(t.Fields))
	var walk func(i int)
	walk = func(i int) {
		if i == len(chosen) {
			v.marks = append(v.marks, pool(t, chosen, at, points))
			return
		}
		for _, chosen[i] = range groups(t.Axes[i], marginal(t, i), cellGroups) {
			walk(i + 1)
		}
	}
	walk(0)
	slices.SortStableFunc(v.marks, func(a, b bin) int {
		return cmp.Compare(b.share*math.Abs(b.value), a.share*math.Abs(a.value))
	})
	v.marks = v.marks[:min(cellRows, len(v.marks))]
	return v
}

// text writes one row a mark, its bar to the right of zero where churn is
// likelier.
func (v *barChart) text(width int) string {
	all := slices.Concat(v.marks, v.apart)
	most := 0.0
	for _, b := range all {
		most = max(most, math.Abs(b.value), math.Abs(b.own))
	}
	half := 10
	if width >= 100 {
		half = 15
	}
	header := table.Row{v.what, "log-odds", "±", "points", "weight", "less churn │ more churn"}
	if v.other != "" {
		header = append(header, v.other)
	}
	t := (&app{}).table(header...)
	rightFrom(t, 2, 5)
	row := func(b bin) {
		cells := table.Row{b.label, signed(b.value, 3), number(b.half, 3), signed(b.points, 1),
			fmt.Sprintf("%.1f %%", 100*b.share), bar(b.value, most, half)}
		if v.other != "" {
			cells = append(cells, signed(b.own, 3))
		}
		t.AppendRow(cells)
	}
	for _, b := range v.marks {
		row(b)
	}
	t.AppendSeparator()
	for _, b := range v.apart {
		row(b)
	}
	out := v.heading()
	if v.note != "" {
		out += v.note + "\n"
	}
	return fmt.Sprintf("%s\n%s\n± is the %s error band\n", out, t.Render(), bandText)
}

// bar draws a value on a line with zero in its middle.
func bar(value, most float64, half int) string {
	n := 0
	if most > 0 {
		n = int(math.Round(math.Abs(value) / most * float64(half)))
	}
	if value < 0 {
		return strings.Repeat(" ", half-n) + strings.Repeat("█", n) + "│"
	}
	return strings.Repeat(" ", half) + "│" + strings.Repeat("█", n)
}
