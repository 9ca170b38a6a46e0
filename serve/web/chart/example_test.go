package chart_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/etappe/etappe/serve/web/chart"
)

// A term of a model for a terminal: log-odds on the left, health points on the
// right.
func ExampleCurve_Letters() {
	v := chart.Curve{
		Term:    chart.Term{Number: func(v float64, decimals int) string { return fmt.Sprintf("%+.*f", decimals, v) }},
		Cuts:    []float64{10, 20, 30},
		Bins:    []chart.Mark{{Value: .4, Half: .1, Share: .1}, {Value: .1, Half: .1, Share: .4}, {Value: -.1, Half: .1, Share: .3}, {Value: -.3, Half: .1, Share: .2}},
		PerUnit: -7, Short: func(v float64) string { return fmt.Sprint(v) },
	}
	text := v.Letters(60, chart.LetterWords{Left: "log-odds", Right: "points", Weight: "weight"})
	for line := range strings.Lines(text) {
		fmt.Println(strings.TrimRight(line, " \n"))
	}
	// Output:
	// log-odds                                              points
	//          │░░                                      │
	//          │░░                                      │
	//    +0.40 ┤──┐                                     │     -2.8
	//          │░░│                                     │
	//          │  │                                     │
	//    +0.20 ┤  │░░░░░░░░░░░░░░░░░                    │     -1.4
	//          │  └─────────────────┐                   │
	//          │  ░░░░░░░░░░░░░░░░░░│                   │
	//    +0.00 ┤┄┄░░░░░░░░░░░░░░░░░░│░░░░░░░░░░░░░░░░░┄┄│     -0.0
	//          │                    └─────────────────┐ │
	//          │                    ░░░░░░░░░░░░░░░░░░│ │
	//    -0.20 ┤                    ░░░░░░░░░░░░░░░░░░│░│     +1.4
	//          │                                      └─│
	//          │                                      ░░│
	//    -0.40 ┤                                      ░░│     +2.8
	//          └─┬──────────────────┬─────────────────┬─┘
	//           10                 20                30
	//    weight ▄▄▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▇█
}

// Parts of a whole, in the colours of their bands.
func ExampleStacked() {
	fmt.Println(chart.Stacked([]string{"healthy", "sick"}, []float64{3, 1}))
	// Output:
	// <svg class="stack drawing" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-healthy" x="0" width="75" height="8"/><rect class="fill-sick" x="75" width="25" height="8"/></svg>
}

// The lines of a waterfall share one axis: it spans every score, rounded outwards
// to fives.
func ExampleNewWaterfall() {
	w := chart.NewWaterfall([]float64{62.4, 41.3})
	fmt.Println(w.Low, w.High)
	fmt.Println(w.Step("calendar", 62.4, 41.3))
	// Output:
	// 40 65
	// <svg class="drawing water-line" width="100%" height="22" aria-hidden="true" focusable="false"><rect class="water-loss" x="5.2%" y="4" width="84.4%" height="14"/><rect class="water-fill" fill="url(#water-calendar)" x="5.2%" y="4" width="84.4%" height="14"/><line class="water-lead" x1="5.2%" y1="18" x2="5.2%" y2="22"/></svg>
}

// A picture of its own for a row of a list: two models, two lines.
func ExampleTrend_File() {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	v := chart.Trend{Band: "sick", Points: []chart.TrendPoint{{day(1), 60, "a"}, {day(8), 55, "a"}, {day(8), 50, "b"}, {day(15), 40, "b"}}}
	fmt.Println(strings.Count(string(v.File()), "<path"))
	// Output:
	// 2
}
