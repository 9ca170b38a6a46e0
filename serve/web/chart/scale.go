package chart

import "math"

// scale maps values to coordinates along one axis.
type scale struct {
	low, high float64 // values
	from, to  float64 // coordinates of low and high
}

// at is the coordinate of a value.
func (s scale) at(v float64) float64 {
	if s.high == s.low {
		return (s.from + s.to) / 2
	}
	return s.from + (v-s.low)/(s.high-s.low)*(s.to-s.from)
}

// clamp is the coordinate of a value, held to the axis.
func (s scale) clamp(v float64) float64 { return s.at(min(max(v, s.low), s.high)) }

// ticks are round values (1, 2 or 5 times a power of ten apart) within the
// scale, about n of them.
func (s scale) ticks(n int) []float64 {
	step := niceStep((s.high - s.low) / float64(max(n, 1)))
	if !(step > 0) || math.IsInf(step, 0) {
		return []float64{s.low}
	}
	var list []float64
	for i := math.Ceil(s.low/step - 1e-9); i*step <= s.high+step*1e-9; i++ {
		list = append(list, i*step)
	}
	return list
}

// niceStep is the least of 1, 2, 5 times a power of ten that reaches v.
func niceStep(v float64) float64 {
	if !(v > 0) {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= v*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// rounded widens a scale from 0 to high to where its last tick is.
func rounded(high float64, n int) float64 {
	step := niceStep(high / float64(max(n, 1)))
	if !(step > 0) {
		return 1
	}
	return math.Ceil(high/step-1e-9) * step
}

// tickDecimals is how many decimals distinguish ticks.
func tickDecimals(ticks []float64) int {
	if len(ticks) < 2 {
		return 0
	}
	return max(0, int(math.Ceil(-math.Log10(ticks[1]-ticks[0])-1e-9)))
}
