package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/etappe/etappe/models/additive"
)

// shape is a term that can be drawn, in letters or as a plot.
type shape interface {
	text(width int) string
	svg() ([]byte, error)
}

// caption is what every shape says in words.
type caption struct {
	titles []string // of the fields, in words
	axes   []string // of the fields, by name, with units
	facts  []string // lines: importance, clusters that differ
	other  string   // id and name of the cluster whose shape stands beside the shared one; "": none
}

// bin is one mark of a shape: a bin of a field, or several pooled.
type bin struct {
	label       string
	value, half float64 // log-odds; half-width of the error band
	points      float64 // health points of the value
	share       float64 // of the training weight, 0 to 1
	own         float64 // value in the other cluster
}

// shape returns the term of a rank as it is best drawn. k is the cluster to
// show beside it, -1 for none.
func (r *reading) shape(rank, k int) shape {
	t := &r.terms[rank]
	c := r.caption(rank, k)
	own := make([]float64, len(t.Value))
	if k >= 0 {
		if d, ok := r.difference(k, t); ok {
			own = d.Value
		}
	}
	total := 0.0
	for _, w := range t.Weight {
		total += w
	}
	at := func(i int, label string) bin {
		return bin{label, t.Value[i], t.Band[i], r.points(t.Value[i]), t.Weight[i] / max(total, math.SmallestNonzeroFloat64), t.Value[i] + own[i]}
	}
	switch {
	case len(t.Fields) == 1 && t.Axes[0].Levels == nil && len(t.Axes[0].Cuts) > 0:
		return newCurve(c, t.Axes[0], at, r.perUnit)
	case len(t.Fields) == 1:
		return newBars(c, t.Axes[0], at)
	case len(t.Fields) == 2:
		return newHeat(c, t, at, r.points)
	}
	return newStrongest(c, t, at, r.points)
}

func (r *reading) caption(rank, k int) caption {
	t := &r.terms[rank]
	c := caption{}
	for _, f := range t.Fields {
		d := r.definition(f)
		c.titles = append(c.titles, cmp.Or(d.Text.En, d.Name))
		if d.Unit != "" {
			f += " (" + d.Unit + ")"
		}
		c.axes = append(c.axes, f)
	}
	head := r.head(rank)
	c.facts = append(c.facts, fmt.Sprintf("importance %.3f log-odds or %.1f points, rank %d of %d",
		head.Importance.LogOdds, head.Importance.Points, rank+1, len(r.terms)))
	unclear := 0
	for _, d := range head.Clusters {
		if !d.Clear {
			unclear++
			continue
		}
		c.facts = append(c.facts, fmt.Sprintf("%s %s differs by %.3f log-odds or %.1f points in the mean (own share λ %.2f)",
			d.ID, d.Name, d.Importance.LogOdds, d.Importance.Points, d.Lambda))
	}
	if unclear > 0 {
		c.facts = append(c.facts, fmt.Sprintf("shapes of their own within their error band: %d clusters", unclear))
	}
	if k >= 0 {
		if _, ok := r.difference(k, t); ok {
			c.other = r.ids[k] + " " + r.Names[k]
		} else {
			c.facts = append(c.facts, fmt.Sprintf("%s %s has the shared shape", r.ids[k], r.Names[k]))
		}
	}
	return c
}

// heading is the caption in letters.
func (c *caption) heading() string {
	head := strings.Join(c.axes, " × ")
	if words := strings.Join(c.titles, " × "); words != head {
		head += ": " + words
	}
	return head + "\n" + strings.Join(c.facts, "\n") + "\n"
}

// binLabels names the bins of an axis; the first is missing.
func binLabels(a additive.Axis) []string {
	labels := []string{"missing"}
	if a.Levels != nil {
		for _, levels := range a.Levels[1 : len(a.Levels)-1] {
			labels = append(labels, levelsLabel(levels))
		}
		if together := a.Levels[len(a.Levels)-1]; len(together) > 0 {
			return append(labels, levelsLabel(append(slices.Clone(together), "never seen")))
		}
		return append(labels, "never seen")
	}
	for b := range len(a.Cuts) + 1 {
		labels = append(labels, rangeLabel(a.Cuts, b, b))
	}
	return labels
}

// levelsLabel names one level, or several that share a bin.
func levelsLabel(levels []string) string {
	if len(levels) == 1 {
		return shorten(levels[0], 28)
	}
	return shorten(fmt.Sprintf("%d levels: %s", len(levels), strings.Join(levels, ", ")), 28)
}

// rangeLabel says which values the bins from..to hold, counted from 0 without
// missing.
func rangeLabel(cuts []float64, from, to int) string {
	switch {
	case len(cuts) == 0 || from == 0 && to == len(cuts):
		return "any value"
	case from == 0:
		return "< " + short(cuts[to])
	case to == len(cuts):
		return "≥ " + short(cuts[from-1])
	}
	return short(cuts[from-1]) + " to " + short(cuts[to])
}

// short writes a number for a label.
func short(v float64) string {
	text := strconv.FormatFloat(v, 'g', 4, 64)
	if math.Abs(v) >= 1e4 && math.Abs(v) < 1e7 {
		text = strconv.FormatFloat(v, 'f', 0, 64)
	}
	return text
}

// shorten cuts a text to a number of characters.
func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// signed writes a value with its sign; what rounds to zero has none.
func signed(v float64, decimals int) string {
	text := fmt.Sprintf("%+.*f", decimals, v)
	if strings.Trim(text, "+-0.") == "" {
		return text[1:]
	}
	return text
}
