package serve

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/models"
)

// The noise verdict: a change counts as moved if it is more than what is normal
// for the account, and more than what the model itself is unsure of.
//
//	threshold = max( t_ν · own, t_ν · model )
//	own²      = f(days) · ( n s² + n₀ τ² ) / (n + n₀),    f(d) = ½ + ½ · min(d, 365)/30
//
// Two questions are asked, and both must be answered with no: is it the usual up
// and down (own), and could the model as well have said nothing (model, the
// standard error of the change, additive.Model.MoveError)? Of two tests that must
// both reject, each at its level, the whole has that level, without a correction
// (intersection–union, Berger 1982, Technometrics 24:295).
//
// s is how much the account's score has moved so far: r = Δhealth/√f(days)
// between consecutive scores by one model, s = 1.4826 · median |r|, robust so
// that one real drop does not make the next look normal. τ is the 30 days'
// movement of its cluster (models.Peers.Movement), in points. n is what the
// changes are worth: .37 each, the efficiency of the median of absolutes for a
// normal spread (Huber, Robust Statistics, 1981). n₀ is what the cluster is
// worth: accounts of one cluster differ in how lively they are by a factor of
// some exp(±.3), and a standard deviation that is known to ±.3 is known from
// 1/(2·.3²) ≈ 6 changes.
//
// f says how the movement grows with time. What drives accounts drifts, and its
// variance grows with the days; but features count events in windows of four to
// twelve weeks, and the chance in a count is as large between two months as
// between two years. Each is taken for half of a month's variance: a little too
// much drift, so that what is called moved is rather too little than too much.
//
// t is the two-sided 95 % quantile of Student's t with ν = n + n₀ degrees of
// freedom, because the spread is estimated: of accounts to which nothing
// happens, one in twenty at most is called moved. On simulated worlds it is one
// in thirty to fifty (TestPlantedDropsAndNormalVariation).
const (
	medianWorth    = 0.37
	clusterWorth   = 6.0
	yearDays       = 365
	monthDays      = 30
	madToDeviation = 1.4826
)

// growth is f.
func growth(days float64) float64 { return (1 + min(days, yearDays)/monthDays) / 2 }

// noise says how much of a change is nothing to speak of.
func (c *comparison) noise() (Noise, error) {
	n := Noise{}
	days := c.days()
	spread, weight := 0.0, 0.0
	if changes := c.changes(); len(changes) > 0 {
		slices.Sort(changes)
		own := madToDeviation * median(changes)
		weight = medianWorth * float64(len(changes))
		spread = weight * own * own
	}
	if typical, ok := c.typicalMovement(); ok {
		spread, weight = spread+clusterWorth*typical*typical, weight+clusterWorth
	}
	if weight > 0 {
		n.Own = math.Sqrt(spread / weight * growth(days))
	}
	var err error
	if n.Model, err = c.modelError(); err != nil {
		return n, err
	}
	n.Threshold = studentQuantile(weight) * max(n.Own, n.Model)
	return n, nil
}

// days is how far the two dates lie apart; a month where a date is unknown.
func (c *comparison) days() float64 {
	from, to := c.date(0), c.date(1)
	if from.IsZero() || to.IsZero() {
		return monthDays
	}
	return math.Abs(to.Sub(from).Hours() / 24)
}

// date is the as-of date d; zero: unknown.
func (c *comparison) date(d int) time.Time {
	m := c.at[d][d]
	if m == nil {
		return c.options.Stored[d].AsOf
	}
	if m.in.AsOf == nil {
		return time.Time{}
	}
	return m.in.AsOf[0]
}

// changes lists the sizes of the account's earlier changes, each as of 30 days,
// up to the earlier of the two dates.
func (c *comparison) changes() []float64 {
	earlier := c.date(0)
	if to := c.date(1); to.Before(earlier) {
		earlier = to
	}
	past := slices.DeleteFunc(slices.Clone(c.options.History), func(p PastScore) bool {
		return p.AsOf.After(earlier) || math.IsNaN(p.Health)
	})
	slices.SortStableFunc(past, func(a, b PastScore) int {
		return cmp.Or(cmp.Compare(a.Model, b.Model), a.AsOf.Compare(b.AsOf))
	})
	var sizes []float64
	for i := range past[:max(0, len(past)-1)] {
		a, b := past[i], past[i+1]
		days := b.AsOf.Sub(a.AsOf).Hours() / 24
		if a.Model == b.Model && days > 0 {
			sizes = append(sizes, math.Abs(b.Health-a.Health)/math.Sqrt(growth(days)))
		}
	}
	return sizes
}

// median of a sorted list that is not empty.
func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// typicalMovement is the standard deviation of 30 days' change in points among
// the accounts of the clusters at the two dates; false: not known.
func (c *comparison) typicalMovement() (float64, bool) {
	v := c.voice()
	if v < 0 || c.scorers[v].peers == nil {
		return 0, false
	}
	s, sum := c.scorers[v], 0.0
	for d := range c.at {
		m := c.at[d][v]
		points := m.rows[0].outlookWeight * s.points.Share(s.peers.Movement(m.frame.ClusterOf(0)))
		sum += points * points / 2
	}
	return math.Sqrt(sum), !math.IsNaN(sum)
}

// errorModel is a churn model that knows how sure it is of a change.
type errorModel interface {
	MoveError(from, to *models.Frame) ([]float64, error)
}

// modelError is the standard error of the account's movement in points, of the
// models that tell it; of two, as if they erred alike.
func (c *comparison) modelError() (float64, error) {
	sum, told := 0.0, 0.0
	for m, s := range c.scorers {
		if !c.knows(m) || c.same && m == 0 {
			continue
		}
		told++
		churn, ok := s.churn.(errorModel)
		if !ok {
			continue
		}
		errors, err := churn.MoveError(c.at[0][m].frame, c.at[1][m].frame)
		if err != nil {
			return 0, fmt.Errorf("%w: standard error: %w", ErrAnswer, err)
		}
		weight := (c.at[0][m].rows[0].outlookWeight + c.at[1][m].rows[0].outlookWeight) / 2
		sum += weight * math.Abs(s.points.Share(errors[0]))
	}
	return sum / math.Max(told, 1), nil
}

// normalReach is the two-sided 95 % quantile of the standard normal.
const normalReach = 1.959964

// studentQuantile is the two-sided 95 % quantile of Student's t with ν degrees
// of freedom, by the first terms of its Cornish–Fisher expansion (Abramowitz and
// Stegun 26.7.5), to 1 % from ν = 3 on; with fewer, that of 3. 0: the normal's.
func studentQuantile(nu float64) float64 {
	if nu == 0 {
		return normalReach
	}
	z, nu := normalReach, math.Max(nu, 3)
	z2 := z * z
	return z * (1 + (z2+1)/(4*nu) + (5*z2*z2+16*z2+3)/(96*nu*nu) + (3*z2*z2*z2+19*z2*z2+17*z2-15)/(384*nu*nu*nu))
}

// judge says whether the account's own movement, which the model's bar is not
// part of, is more than noise.
func (e *Explanation) judge() {
	own := e.Change
	for i := range e.Bars {
		if e.Bars[i].Kind == KindModel {
			own -= e.Bars[i].Points
		}
	}
	e.Verdict = VerdictNormal
	if math.Abs(own) > e.Noise.Threshold {
		e.Verdict = VerdictMoved
	}
}
