package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/serve/score"
)

// An explanation's points are whole numbers of 2⁻²⁰, about a millionth: sums of
// such numbers are exact in any order, in every language that reads the JSON.
const (
	gridPerPoint = 1 << 20
	gridLimit    = 1 << 30 // points beyond which sums would not be exact
)

// onGrid returns the nearest number of the grid, of two the one away from 0.
func onGrid(v float64) float64 { return math.Round(v*gridPerPoint) / gridPerPoint }

// apportion puts the bars' points on the grid so that they sum to total, which is
// on it, by largest remainder: every bar is rounded to the nearest number, and
// what is missing then goes, a unit each, to those that rounding moved furthest
// the other way; to none that moved nothing. Ties go by key, so that neither the
// order of the bars nor the direction of time matters. score.ErrAnswer if rounding
// cannot be all that is missing.
func apportion(bars []Bar, total float64) error {
	missing := total * gridPerPoint
	rounded := make([]float64, len(bars))
	order := make([]int, 0, len(bars))
	for i := range bars {
		if !(math.Abs(bars[i].Points) < gridLimit) {
			return fmt.Errorf("%w: a bar of %g points", score.ErrAnswer, bars[i].Points)
		}
		if bars[i].Points != 0 {
			order = append(order, i)
		}
		rounded[i] = onGrid(bars[i].Points)
		missing -= rounded[i] * gridPerPoint
	}
	if math.Abs(missing) > float64(len(bars)+2) || missing != 0 && len(order) == 0 {
		return fmt.Errorf("%w: the bars miss the change by %g points", score.ErrAnswer, missing/gridPerPoint)
	}
	sign := 1.0
	if missing < 0 {
		sign = -1
	}
	extra := make([]float64, len(bars))
	if missing != 0 {
		remainder := func(i int) float64 { return sign * (bars[i].Points - rounded[i]) } // what rounding takes
		slices.SortFunc(order, func(a, b int) int {
			if order := cmp.Compare(remainder(b), remainder(a)); order != 0 {
				return order
			}
			return cmp.Compare(bars[a].key, bars[b].key)
		})
	}
	for n := 0; missing != 0; n++ {
		extra[order[n%len(order)]] += sign
		missing -= sign
	}
	for i := range bars {
		bars[i].Points = rounded[i] + extra[i]/gridPerPoint
	}
	return nil
}
