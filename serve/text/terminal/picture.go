package terminal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/etappe/etappe/models/reading"
	"github.com/etappe/etappe/serve/web/chart"
)

// bandText is how often an error band holds what is true; see additive.BandLevel.
const bandText = "90 %"

// Picture is the shape of a term with its words.
type Picture struct {
	chart.Term
	reading.Shape
	*reading.Reading
	fields []string // by name
}

// NewPicture puts words to the term of a rank, beside it cluster k; -1: none.
func NewPicture(r *reading.Reading, rank, k int) *Picture {
	v := &Picture{Reading: r, Shape: r.Shape(rank, k), fields: r.Terms[rank].Fields}
	v.Term = chart.Term{Number: Signed, Values: "log-odds of churn (health points)", Shared: "everyone, " + bandText + " error band"}
	var titles []string
	for _, f := range v.fields {
		d := r.Definition(f)
		titles = append(titles, r.LabelOf(&d))
		if d.Unit != "" {
			f += " (" + d.Unit + ")"
		}
		v.Axes = append(v.Axes, f)
	}
	v.Title = strings.Join(titles, " × ")
	v.Facts = facts(r, rank)
	if k >= 0 {
		if _, ok := r.Difference(k, &r.Terms[rank]); ok {
			v.Other = r.IDs[k] + " " + r.Names[k]
		} else {
			v.Facts = append(v.Facts, fmt.Sprintf("%s %s has the shared shape", r.IDs[k], r.Names[k]))
		}
	}
	return v
}

// facts are lines about a term: its importance, and the clusters that differ.
func facts(r *reading.Reading, rank int) []string {
	head := r.Head(rank)
	list := []string{fmt.Sprintf("importance %.3f log-odds or %.1f points, rank %d of %d",
		head.Importance.LogOdds, head.Importance.Points, rank+1, len(r.Terms))}
	unclear := 0
	for _, d := range head.Clusters {
		if !d.Clear {
			unclear++
			continue
		}
		list = append(list, fmt.Sprintf("%s %s differs by %.3f log-odds or %.1f points in the mean (own share λ %.2f)",
			d.ID, d.Name, d.Importance.LogOdds, d.Importance.Points, d.Lambda))
	}
	if unclear > 0 {
		list = append(list, fmt.Sprintf("shapes of their own within their error band: %d clusters", unclear))
	}
	return list
}

// SVG draws the picture as an SVG file.
func (v *Picture) SVG() []byte {
	switch v.Kind {
	case reading.Curve:
		return v.curve().File()
	case reading.Heatmap:
		return v.heatmap().File()
	}
	names := strings.Join(v.Axes, ", ") + " and share of the weight"
	bars := chart.Bars{Term: v.Term, PerUnit: v.PerUnit, Names: names}
	for _, m := range v.Marks {
		bars.Marks = append(bars.Marks, v.weighed(m))
	}
	for _, m := range v.Apart {
		bars.Apart = append(bars.Apart, v.weighed(m))
	}
	return bars.File()
}

func (v *Picture) curve() *chart.Curve {
	c := &chart.Curve{Term: v.Term, Cuts: v.Cuts, PerUnit: v.PerUnit, Short: short, Missing: mark(v.Apart[0])}
	c.MissingText = fmt.Sprintf("missing (%.1f %%)", 100*c.Missing.Share)
	for _, m := range v.Marks {
		c.Bins = append(c.Bins, mark(m))
	}
	return c
}

func (v *Picture) heatmap() *chart.Heatmap {
	h := &chart.Heatmap{Term: v.Term,
		Note: fmt.Sprintf("log-odds of churn (0.10 are %s health points); orange: likelier, blue: less likely", Signed(v.Points(0.1), 2))}
	if v.Other != "" {
		h.Note += "; everyone/" + v.Other
	}
	for _, s := range v.Cols {
		h.Columns = append(h.Columns, label(s))
	}
	for i, s := range v.Rows {
		h.Rows = append(h.Rows, label(s))
		var line []chart.Mark
		for _, m := range v.Cells[i] {
			one := mark(m)
			one.Label = v.cellText(m)
			line = append(line, one)
		}
		h.Cells = append(h.Cells, line)
	}
	return h
}

// cellText is a cell's value, and the other cluster's beside it.
func (v *Picture) cellText(m reading.Mark) string {
	text := Signed(m.Value, 2)
	if v.Other != "" {
		text += "/" + Signed(m.Own, 2)
	}
	return text
}

func mark(m reading.Mark) chart.Mark {
	var labels []string
	for _, s := range m.Spans {
		labels = append(labels, label(s))
	}
	return chart.Mark{Label: strings.Join(labels, ", "), Value: m.Value, Half: m.Half, Points: m.Points, Share: m.Share, Own: m.Own}
}

// weighed is a mark with its share of the weight in its label.
func (v *Picture) weighed(m reading.Mark) chart.Mark {
	one := mark(m)
	one.Label = fmt.Sprintf("%s (%.1f %%)", one.Label, 100*one.Share)
	return one
}

// label names the values of a span.
func label(s reading.Span) string {
	switch s.Kind {
	case reading.Missing:
		return "missing"
	case reading.Levels:
		return levelsLabel(s.Levels)
	case reading.Unseen:
		return levelsLabel(append(slices.Clone(s.Levels), "never seen"))
	case reading.Others:
		return fmt.Sprintf("%d others", s.Count)
	}
	switch low, high := s.OpenBelow(), s.OpenAbove(); {
	case low && high:
		return "any value"
	case low:
		return "< " + short(s.To)
	case high:
		return "≥ " + short(s.From)
	}
	return short(s.From) + " to " + short(s.To)
}

// levelsLabel names one level, or several that share a bin.
func levelsLabel(levels []string) string {
	if len(levels) == 1 {
		return shorten(levels[0], 28)
	}
	return shorten(fmt.Sprintf("%d levels: %s", len(levels), strings.Join(levels, ", ")), 28)
}

// short writes a number for a label.
func short(v float64) string {
	if size := max(v, -v); size >= 1e4 && size < 1e7 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// shorten cuts a text to a number of characters.
func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
