package chart

import (
	"cmp"
	"math"
	"slices"
)

// ruler maps the values of a field onto 0..1 along an axis. It is linear or, where most
// accounts would be squeezed together, softened:
//
//	u = asinh(x / soft)
//
// which is linear near 0 and logarithmic far from it, for both signs.
type ruler struct {
	low, high float64 // values at both ends
	soft      float64 // 0: linear
}

// newRuler computes the axis over the cuts of a field's bins (rising, at least
// one), with room for the open bins at both ends. weight is that of the bins: one
// more than cuts.
func newRuler(cuts, weight []float64) ruler {
	first, last := cuts[0], cuts[len(cuts)-1]
	r := ruler{low: first, high: last, soft: softness(cuts, weight)}
	pad := 0.05 * (r.bend(last) - r.bend(first))
	if pad == 0 {
		pad = max(math.Abs(first)/2, 0.5)
	}
	r.low, r.high = r.unbend(r.bend(first)-pad), r.unbend(r.bend(last)+pad)
	if first > 0 {
		r.low = max(r.low, 0) // most such features have no negative values
	}
	return r
}

// softness is 0 unless a tenth of the axis between the first and the last cut
// holds more than half of the weight there. Then it is the size that a fifth of
// this weight stays below.
func softness(cuts, weight []float64) float64 {
	inner := weight[1 : len(weight)-1]
	total, tenth := 0.0, (cuts[len(cuts)-1]-cuts[0])/10
	for _, w := range inner {
		total += w
	}
	squeezed := false
	for from := range inner {
		sum := 0.0
		for i := from; i < len(inner) && cuts[i+1] <= cuts[from]+tenth; i++ {
			sum += inner[i]
		}
		squeezed = squeezed || sum > total/2
	}
	if !squeezed {
		return 0
	}
	order := make([]int, len(inner))
	for i := range order {
		order[i] = i
	}
	size := func(i int) float64 { return math.Abs(cuts[i]+cuts[i+1]) / 2 }
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(size(a), size(b)) })
	sum := 0.0
	for _, i := range order {
		if sum += inner[i]; sum >= total/5 {
			return max(size(i), tenth*1e-5)
		}
	}
	return tenth
}

func (r ruler) bend(x float64) float64 {
	if r.soft == 0 {
		return x
	}
	return math.Asinh(x / r.soft)
}

func (r ruler) unbend(u float64) float64 {
	if r.soft == 0 {
		return u
	}
	return r.soft * math.Sinh(u)
}

// at returns where a value lies, 0 at the low end and 1 at the high end.
func (r ruler) at(x float64) float64 {
	return (r.bend(x) - r.bend(r.low)) / (r.bend(r.high) - r.bend(r.low))
}

// ticks returns round values inside the axis, ascending, at most so many and
// none closer than 1/most to the next.
func (r ruler) ticks(most int) []float64 {
	var candidates []float64
	if r.soft == 0 {
		step := niceStep((r.high - r.low) / float64(most))
		for i := math.Ceil(r.low / step); i*step <= r.high; i++ {
			candidates = append(candidates, i*step)
		}
	} else {
		var up []float64
		reach := max(math.Abs(r.low), math.Abs(r.high))
		for exponent := math.Floor(math.Log10(r.soft)); math.Pow(10, exponent) <= reach; exponent++ {
			for _, digit := range []float64{1, 2, 5} {
				up = append(up, digit*math.Pow(10, exponent))
			}
		}
		for i := len(up) - 1; i >= 0; i-- {
			candidates = append(candidates, -up[i])
		}
		candidates = append(append(candidates, 0), up...)
	}
	var out []float64
	for _, v := range candidates {
		room := len(out) == 0 || r.at(v)-r.at(out[len(out)-1]) >= 0.999/float64(most)
		if v >= r.low && v <= r.high && room {
			out = append(out, v+0) // never -0
		}
	}
	return out
}
