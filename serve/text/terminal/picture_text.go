package terminal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/etappe/etappe/models/reading"
	"github.com/etappe/etappe/serve/web/chart"
)

// Text writes the picture for a terminal of so many columns.
func (v *Picture) Text(width int) string {
	head := strings.Join(v.Axes, " × ")
	if v.Title != head {
		head += ": " + v.Title
	}
	head += "\n" + strings.Join(v.Facts, "\n") + "\n"
	switch v.Kind {
	case reading.Curve:
		return head + "\n" + v.curveText(width)
	case reading.Heatmap:
		return head + "\n" + v.heatText()
	case reading.Strongest:
		head += fmt.Sprintf("the strongest cells by |value| × weight; bins are pooled into at most %d groups a field\n", reading.StrongestBins)
	}
	return head + "\n" + v.barsText(width)
}

// curveText draws a curve, with what missing is worth and what the marks mean.
func (v *Picture) curveText(width int) string {
	c := v.curve()
	out := c.Letters(width, chart.LetterWords{Left: "log-odds", Right: "points", Weight: "weight"})
	out += fmt.Sprintf("\n%*s ", chart.LetterSide, "missing")
	if m := c.Missing; m.Share == 0 && m.Value == 0 {
		out += "never in training: without effect\n"
	} else {
		out += fmt.Sprintf("%s ± %.2f log-odds, %s points, %.1f %% of the weight", Signed(m.Value, 2), m.Half, Signed(m.Points, 1), 100*m.Share)
		if v.Other != "" {
			out += fmt.Sprintf("; %s in %s", Signed(m.Own, 2), v.Other)
		}
		out += "\n"
	}
	out += fmt.Sprintf("%*s ─ everyone   ░ %s error band", chart.LetterSide, "marks", bandText)
	if v.Other != "" {
		out += "   • " + v.Other
	}
	if c.Bent() {
		out += "   axis close to logarithmic"
	}
	return out + "\n"
}

// barsText writes one row a mark, its bar to the right of zero where churn is
// likelier.
func (v *Picture) barsText(width int) string {
	most := 0.0
	for _, m := range slices.Concat(v.Marks, v.Apart) {
		most = max(most, m.Value, -m.Value, m.Own, -m.Own)
	}
	half := 10
	if width >= 100 {
		half = 15
	}
	header := []any{strings.Join(v.fields, ", "), "log-odds", "±", "points", "weight", "less churn │ more churn"}
	if v.Other != "" {
		header = append(header, v.Other)
	}
	t := NewTable(header...).Right(2, 5)
	row := func(m reading.Mark) {
		cells := []any{mark(m).Label, Signed(m.Value, 3), Number(m.Half, 3), Signed(m.Points, 1),
			fmt.Sprintf("%.1f %%", 100*m.Share), chart.BarLetters(m.Value, most, half)}
		if v.Other != "" {
			cells = append(cells, Signed(m.Own, 3))
		}
		t.Row(cells...)
	}
	for _, m := range v.Marks {
		row(m)
	}
	t.Separate()
	for _, m := range v.Apart {
		row(m)
	}
	return fmt.Sprintf("%s\n± is the %s error band\n", t, bandText)
}

// heatText writes the log-odds of every cell with a shade: the darker, the
// further from 0.
func (v *Picture) heatText() string {
	header := []any{v.fields[0] + " \\ " + v.fields[1]}
	for _, s := range v.Cols {
		header = append(header, label(s))
	}
	t := NewTable(header...).Right(2, 0)
	for i, s := range v.Rows {
		row := []any{label(s)}
		for _, m := range v.Cells[i] {
			text := v.cellText(m)
			if m.Share == 0 {
				text = "(" + text + ")"
			}
			row = append(row, text+" "+chart.ShadeLetter(m.Value, v.Most))
		}
		t.Row(row...)
	}
	note := fmt.Sprintf("log-odds of churn (0.10 are %s health points), means over the bins of a group; in brackets: not in training", Signed(v.Points(0.1), 2))
	if v.Other != "" {
		note = "everyone/" + v.Other + ": " + note
	}
	return fmt.Sprintf("%s\n%s\n", t, note)
}
