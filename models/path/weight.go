package path

import (
	"math"

	"github.com/etappe/etappe/models"
)

// separates is the smoothed log-odds ratio of renewing with and without the
// milestone, among accounts that were there at its typical time (due). An account has
// it if it had reached it by a tenure (by), and by its own.
func separates(j *models.Journey, m int, due, by float64, rows []int, renewed []bool) float64 {
	count := [2][2]float64{{0.5, 0.5}, {0.5, 0.5}} // [renewed][has]
	for _, i := range rows {
		if !(j.Tenure[i] >= due) {
			continue
		}
		stays, has := 0, 0
		if renewed[i] {
			stays = 1
		}
		if j.Reached[m][i] <= min(by, j.Tenure[i]) {
			has = 1
		}
		count[stays][has]++
	}
	return math.Log(count[1][1] * count[0][0] / (count[1][0] * count[0][1]))
}

func weights(separation []float64, curve [][]float64, onPath []bool, o Options) []float64 {
	weight := make([]float64, len(separation))
	counts := func(m int) bool {
		return onPath[m] && curve[m][models.MaxWeeks] >= o.Rare && curve[m][models.MaxWeeks] > 0
	}
	largest := 0.0
	for m, s := range separation {
		if counts(m) {
			largest = max(largest, s)
		}
	}
	sum := 0.0
	for m, s := range separation {
		switch {
		case !counts(m):
		case largest > 0:
			weight[m] = max(s, o.Floor*largest)
		default:
			weight[m] = 1
		}
		sum += weight[m]
	}
	for m := range weight {
		if sum > 0 {
			weight[m] /= sum
		}
	}
	return weight
}
