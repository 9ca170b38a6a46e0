package boost

import (
	"math"
	"slices"
)

// paired is a mean gain in nats and its standard error by account.
type paired struct {
	mean, se   float64 // per unit of weight
	sum, sumSE float64 // over all rows
}

// pairedGain averages the rows' gains; the standard error is by account
// (clustered). Accounts are numbered from 0.
func pairedGain(gain, weight []float64, account []int32) paired {
	type tally struct {
		gain, weight float64
		rows         int
	}
	if len(account) == 0 {
		return paired{}
	}
	tallies := make([]tally, slices.Max(account)+1)
	var sum, total, n float64
	for i, a := range account {
		t, g := &tallies[a], weight[i]*gain[i]
		if t.rows == 0 {
			n++
		}
		t.gain, t.weight, t.rows = t.gain+g, t.weight+weight[i], t.rows+1
		sum, total = sum+g, total+weight[i]
	}
	if n < 2 {
		return paired{}
	}
	p := paired{mean: sum / total, sum: sum}
	for _, t := range tallies {
		d := t.gain - p.mean*t.weight // 0 without a row
		p.se += d * d
	}
	p.sumSE = math.Sqrt(p.se * n / (n - 1))
	p.se = p.sumSE / total
	return p
}
