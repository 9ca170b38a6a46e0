package explain_test

import (
	"fmt"
	"time"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score"
)

// A waterfall is laid out as data: a step for every theme, the rows that it opens
// into, and running sums.
func ExampleExplanation_Waterfall() {
	e := &explain.Explanation{
		Bars: []explain.Bar{
			{Feature: "active_users_28d", Kind: explain.KindFeature, Theme: "people", Shown: -6.2},
			{Feature: "ticket.count_28d", Kind: explain.KindFeature, Theme: "support", Shown: -1.4},
			{Feature: "tenure_days", Kind: explain.KindCalendar, Theme: "calendar", Shown: 0.5},
		},
		Themes: []explain.Theme{
			{Theme: "people", Shown: -6.2, Bars: []int{0}},
			{Theme: "support", Shown: -1.4, Bars: []int{1}},
			{Theme: "calendar", Shown: 0.5, Bars: []int{2}},
		},
	}
	e.From.HealthScore, e.To.HealthScore = 61.3, 54.2
	w := e.Waterfall(4)
	fmt.Printf("%.1f\n", w.Before)
	for _, s := range w.Steps {
		fmt.Printf("%-8s %+.1f  to %.1f\n", s.Theme.Theme, s.Theme.Shown, s.To)
	}
	fmt.Printf("%.1f\n", w.After)
	// Output:
	// 61.3
	// people   -6.2  to 55.1
	// support  -1.4  to 53.7
	// calendar +0.5  to 54.2
	// 54.2
}

// Where a model is gone, its stored answer stands for it, and nothing is made up:
// all of the movement is one bar of the model.
func ExampleCompare() {
	january, march := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	e, err := explain.Compare([2][2]*score.Input{}, [2]*score.Scorer{}, explain.CompareOptions{Stored: [2]*explain.Stored{
		{AccountID: "acme", AsOf: january, Health: 60, Churn: 0.2, Model: "2025-09-19"},
		{AccountID: "acme", AsOf: march, Health: 52.5, Churn: 0.4, Model: "2026-02-01"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range e.Bars {
		fmt.Println(b.Kind, b.From, b.To, b.Points)
	}
	for _, w := range e.Warnings {
		fmt.Println(w.Code)
	}
	// Output:
	// model 2025-09-19 2026-02-01 -7.5
	// old_model_missing
	// old_model_missing
	// not_separable
}

// A path that cannot be measured is refused with a code.
func ExamplePathError() {
	fmt.Println(&explain.PathError{Why: explain.WhyNoCluster})
	// Output: the path is not measured: no_cluster
}
