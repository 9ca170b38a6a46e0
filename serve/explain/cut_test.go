package explain

import (
	"testing"

	"github.com/etappe/etappe/serve/score"
)

// The cut binds where it holds at a date, where one driver put back would reach it, and
// nowhere else.
func TestCutBinds(t *testing.T) {
	row := func(outlook, cut float64) *score.Row { return &score.Row{Outlook: outlook, Cut: cut, Weight: 0.5} }
	bars := func(points ...float64) (list []Bar) {
		for _, p := range points {
			list = append(list, Bar{Kind: KindFeature, Points: p})
		}
		return list
	}
	for name, c := range map[string]struct {
		from, to *score.Row
		bars     []Bar
		want     bool
	}{
		"far from both":        {row(50, 0), row(60, 0), bars(5), false},
		"at a date":            {row(50, 0), row(104, -4), bars(27), true},
		"one put back":         {row(90, 0), row(80, 0), bars(10, -15), true}, // 80 + 15/½
		"one put forward":      {row(90, 0), row(95, 0), bars(6, -3.5), true}, // 90 + 6/½
		"all of them, not one": {row(60, 0), row(60, 0), bars(10, 10, -10, -10), false},
		"another model":        {row(90, 0), row(60, 0), []Bar{{Kind: KindModel, Points: -40}}, false},
		"unknown":              {nil, nil, bars(50), false},
	} {
		if got := (&Explanation{Bars: c.bars}).cutBinds(c.from, c.to); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
