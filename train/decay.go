package train

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
)

// Of the correlation between the log-odds of one renewal at different distances.
const (
	lagBin        = 10.0 // days
	leastLagPairs = 50   // pairs of snapshots, of one distance
)

// stretch sets how the log-odds stretch along the line: what an account does counts for
// more, the less can happen until the decision. The accounts' states are taken to
// change, what features show of them like what they do not, at the rate θ at which the
// correlation of the model's log-odds of one renewal decays. No outcome takes part: the
// model was fitted on these, and they are few. With ρ = exp(−θ·d) d units of days before
// the decision, u the share not shown and T the variance of the states at the decision,
// calibrated log-odds vary with (MacKay's approximation, see additive.Model.Interval)
//
//	g(d) = ρ / √(1 + π/8·T·(1 − (1−u)ρ²)),   Variance = (1−u)·T·g²  at the centre
//
// Stretch is the slope of g(d)/g(centre) from the nearest to the farthest day, less what
// the model stretches itself (Widen), and Shift keeps the mean probability.
func (d *Data) stretch(s *additive.Spread, logOdds []float64) {
	l := s.Line
	theta, ok := d.decay(logOdds, l)
	if !ok {
		return
	}
	shown := 1 - s.Unmeasured
	left := func(days float64) float64 { return math.Exp(-2 * theta * days / l.Unit) }
	at := shown * left(l.Centre)
	// Above a third of at no normal spread goes with log-odds that vary so much.
	states := s.Variance / max(at-s.Variance*math.Pi/8*(1-at), at/3)
	g := func(days float64) float64 {
		return math.Sqrt(left(days) / (1 + math.Pi/8*states*(1-shown*left(days))))
	}
	l.Stretch = (g(l.High)-g(l.Low))/g(l.Centre)*l.Unit/(l.High-l.Low) - l.Widen/2
	mean, total := 0.0, 0.0
	for i, z := range logOdds {
		p := models.Sigmoid(z)
		w := d.Weight[i] * p * (1 - p)
		mean, total = mean+w*z, total+w
	}
	if total > 0 {
		l.Shift = -l.Stretch * mean / total
	}
}

// lagCell is a number of days in renewals whose earliest snapshot is equally far.
type lagCell struct{ earliest, days float64 }

// pairs are sums over pairs of snapshots: of products, of mean squares, of pairs.
type pairs struct{ product, square, count float64 }

// decay returns by how much the logarithm of the correlation between the log-odds of one
// renewal falls over a unit of days between them, 0 or more. It is a slope within
// renewals of one reach, for those with early snapshots are others than those without;
// errors of measurement, which fall in the first days, are left to their intercepts.
// false where no renewal has snapshots at several distances.
func (d *Data) decay(logOdds []float64, l *additive.SpreadLine) (float64, bool) {
	cells := d.lagCells(logOdds, l)
	keys := slices.SortedFunc(maps.Keys(cells), func(a, b lagCell) int {
		return cmp.Or(cmp.Compare(a.earliest, b.earliest), cmp.Compare(a.days, b.days))
	})
	var x, y, w []float64
	slope, square := 0.0, 0.0
	for at, key := range keys {
		if p := cells[key]; p.count >= leastLagPairs && p.product > 0 {
			x, y, w = append(x, key.days/l.Unit), append(y, math.Log(p.product/p.square)), append(w, p.count)
		}
		if last := at == len(keys)-1 || keys[at+1].earliest != key.earliest; !last {
			continue
		}
		if len(x) > 1 {
			middle, level := stat.Mean(x, w), stat.Mean(y, w)
			for k := range x {
				slope += w[k] * (x[k] - middle) * (y[k] - level)
				square += w[k] * (x[k] - middle) * (x[k] - middle)
			}
		}
		x, y, w = nil, nil, nil
	}
	if !(square > 0) {
		return 0, false
	}
	return max(-slope/square, 0), true
}

// lagCells sums over the pairs of snapshots of each renewal; log-odds are taken from
// their mean at their distance from renewals of the same reach.
func (d *Data) lagCells(logOdds []float64, l *additive.SpreadLine) map[lagCell]pairs {
	days := d.Frame.Columns[l.Field]
	bin := func(x float64) float64 { return lagBin * math.Round(x/lagBin) }
	byRenewal, earliest := make(map[int32][]int), make(map[int32]float64)
	var order []int32
	for i, x := range days {
		if math.IsNaN(x) {
			continue
		}
		r := d.Renewal[i]
		if byRenewal[r] == nil {
			order = append(order, r)
		}
		byRenewal[r], earliest[r] = append(byRenewal[r], i), max(earliest[r], bin(x))
	}
	sum, count := make(map[lagCell]float64), make(map[lagCell]float64)
	at := func(i int) lagCell { return lagCell{earliest[d.Renewal[i]], bin(days[i])} }
	for _, r := range order {
		for _, i := range byRenewal[r] {
			sum[at(i)] += logOdds[i]
			count[at(i)]++
		}
	}
	cells := make(map[lagCell]pairs)
	for _, r := range order {
		rows := byRenewal[r]
		for k, i := range rows {
			for _, j := range rows[:k] {
				key := lagCell{earliest[r], bin(math.Abs(days[i] - days[j]))}
				a, b := logOdds[i]-sum[at(i)]/count[at(i)], logOdds[j]-sum[at(j)]/count[at(j)]
				p := cells[key]
				cells[key] = pairs{p.product + a*b, p.square + (a*a+b*b)/2, p.count + 1}
			}
		}
	}
	return cells
}
