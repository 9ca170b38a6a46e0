package chart

import (
	"fmt"
	"html/template"
	"math"
)

// Stacked draws parts of a whole beside each other, in the colours of their
// bands; the numbers stand beside it. "" where there is nothing.
func Stacked(bands []string, values []float64) template.HTML {
	total := 0.0
	for _, v := range values {
		total += v
	}
	if total == 0 {
		return ""
	}
	bars, at := "", 0.0
	for i, v := range values {
		bars += fmt.Sprintf(`<rect class="fill-%s" x="%s" width="%s" height="8"/>`, bands[i], px(at), px(100*v/total))
		at += 100 * v / total
	}
	return template.HTML(`<svg class="stack drawing" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">` + bars + `</svg>`)
}

// Pair draws a value over another on a scale from 0 to most; the numbers stand
// beside it, so a screen reader passes it by.
func Pair(here, all, most float64) template.HTML {
	width := func(v float64) string {
		if !(most > 0) || math.IsNaN(v) {
			return "0"
		}
		return px(100 * min(max(v, 0)/most, 1))
	}
	return template.HTML(`<svg class="pair" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-accent" y="0" height="8" width="` +
		width(here) + `"/><rect class="fill-muted" y="10" height="4" width="` + width(all) + `"/></svg>`)
}
