package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/peers"
	"github.com/etappe/etappe/serve/score"
)

// The noise verdict: a change counts as moved if one of its drivers went further
// than drivers usually go (addDrivers), or if it is as a whole more than what is
// normal for the account, and more than what the model itself is unsure of:
//
//	threshold = max( t_ν · own, t_ν · model )
//	own²      = f(days) · ( n s² + n₀ τ² ) / (n + n₀)
//
// Two tests must both reject: is it the usual up
// and down (own), and is it within what the model is unsure of (model, the
// standard error of the change, additive.Model.MoveError)? Of two tests that must
// both reject, each at its level, the whole has that level, without a correction
// (intersection–union, Berger 1982, Technometrics 24:295).
//
// s is how much the account's score has moved so far: r = Δhealth/√f(days)
// between consecutive scores by one model, s = 1.4826 · median |r|, robust so
// that one real drop does not make the next look normal. τ is the 30 days'
// movement of its cluster (peers.Peers.Movement), in points. n is what the
// changes are worth: .37 each, the efficiency of the median of absolutes for a
// normal spread (Huber, Robust Statistics, 1981). n₀ is what the cluster is
// worth: accounts of one cluster differ in how lively they are by a factor of
// some exp(±.3), and a standard deviation that is known to ±.3 is known from
// 1/(2·.3²) ≈ 6 changes.
//
// f is how the movement grows with time (peers.Growth): a little too much
// drift, so that what is called moved is rather too little than too much.
//
// t is a two-sided quantile of Student's t with ν = n + n₀ degrees of freedom,
// because the spread is estimated: of accounts to which nothing happens, one in
// twenty at most is to be called moved. Two ways to be called so may add up
// (Bonferroni): where the drivers have 3 % (peers.Peers.Reach), the total has
// 1 %, and one is left for what both estimate; where they are not known, it has
// all 5 %. The drivers have the larger part because they see more: what one of
// them does is lost among what all do. On simulated worlds two in a hundred are
// called moved (TestPlantedDropsAndNormalVariation).
const (
	medianWorth    = 0.37
	clusterWorth   = 6.0
	monthDays      = 30
	madToDeviation = 1.4826
)

// noise computes how large a change is within normal variation.
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
		n.Own = math.Sqrt(spread / weight * peers.Growth(days))
	}
	var err error
	if n.Model, err = c.modelError(); err != nil {
		return n, err
	}
	reach := normalReach
	if c.drivers() != nil {
		reach = totalReach
	}
	n.Factor = studentQuantile(weight, reach)
	n.Threshold = n.Factor * max(n.Own, n.Model)
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
	if m.In.AsOf == nil {
		return time.Time{}
	}
	return m.In.AsOf[0]
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
			sizes = append(sizes, math.Abs(b.Health-a.Health)/math.Sqrt(peers.Growth(days)))
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
	v := c.primary()
	if v < 0 || c.scorers[v].Peers() == nil {
		return 0, false
	}
	s, sum := c.scorers[v], 0.0
	for d := range c.at {
		m := c.at[d][v]
		points := m.Weight * s.Points().Share(s.Peers().Movement(m.Cluster))
		sum += points * points / 2
	}
	return math.Sqrt(sum), !math.IsNaN(sum)
}

// errorModel is a churn model with a standard error of a change.
type errorModel interface {
	MoveError(from, to *models.Frame) ([]float64, error)
}

// modelError is the standard error of the account's movement in points, of the
// models that cover it; of two, as if they erred alike.
func (c *comparison) modelError() (float64, error) {
	sum, covering := 0.0, 0.0
	for m, s := range c.scorers {
		if !c.covers(m) || c.same && m == 0 {
			continue
		}
		covering++
		churn, ok := s.Churn().(errorModel)
		if !ok {
			continue
		}
		errors, err := churn.MoveError(c.at[0][m].Frame, c.at[1][m].Frame)
		if err != nil {
			return 0, fmt.Errorf("%w: standard error: %w", score.ErrAnswer, err)
		}
		weight := (c.at[0][m].Weight + c.at[1][m].Weight) / 2
		sum += weight * math.Abs(s.Points().Share(errors[0]))
	}
	return sum / math.Max(covering, 1), nil
}

// Two-sided quantiles of the standard normal.
const (
	normalReach = 1.959964 // 95 %, where the total is the only test
	totalReach  = 2.575829 // 99 %, where the drivers are tested too
)

// studentQuantile is the two-sided quantile of Student's t with ν degrees of
// freedom, z the standard normal's, by the first terms of its Cornish–Fisher
// expansion (Abramowitz and Stegun 26.7.5): from ν = 3 on to 1 % at a level of
// 95 %, to 4 % at 99 %; with fewer, that of 3. 0: the normal's.
func studentQuantile(nu, z float64) float64 {
	if nu == 0 {
		return z
	}
	nu = math.Max(nu, 3)
	z2 := z * z
	return z * (1 + (z2+1)/(4*nu) + (5*z2*z2+16*z2+3)/(96*nu*nu) + (3*z2*z2*z2+19*z2*z2+17*z2-15)/(384*nu*nu*nu))
}

// own is what the account moved: the change without the model's bar.
func (e *Explanation) own() float64 {
	own := e.Change
	for i := range e.Bars {
		if e.Bars[i].Kind == KindModel {
			own -= e.Bars[i].Points
		}
	}
	return own
}

// judge decides whether the account's own movement is more than noise, as a whole
// or in one of its drivers, and whether it is a movement of the account at all.
func (e *Explanation) judge() {
	if e.judgeAlike(); e.Verdict == VerdictNormal && e.anotherModel() {
		e.Verdict = VerdictModel
	}
}

// anotherModel reports whether a change within normal variation is another model's.
func (e *Explanation) anotherModel() bool {
	if e.ModelChange == nil {
		return false
	}
	return e.unlike || e.From.AsOf == e.To.AsOf && e.From.AsOf != "" || math.Abs(e.ModelChange.Points) > math.Abs(e.own())
}

// judgeAlike is judge without a look at another model.
func (e *Explanation) judgeAlike() {
	e.Verdict = VerdictNormal
	if len(e.Behaviour) > 0 {
		e.Verdict = VerdictMoved
		return
	}
	if math.Abs(e.own()) > e.Noise.Threshold || e.Noise.DriverThreshold > 0 && e.Noise.Driver > e.Noise.DriverThreshold {
		e.Verdict = VerdictMoved
		if e.measuredDifferently() {
			e.Verdict = VerdictDifferently
		} else if e.Behaviour != nil { // what the account does is as usual
			e.Verdict = VerdictNormal
		}
	}
}

// measuredDifferently reports whether data that came or went and another cluster,
// or the first, make more of the change than all that the account and time did:
//
//	|Σ data quality| + |Σ cluster| > |Σ features| + |Σ milestones| + |Σ calendar| + |Σ cut|
func (e *Explanation) measuredDifferently() bool {
	size := func(kind Kind) float64 { return math.Abs(e.pointsOf(kind)) }
	return size(KindDataQuality)+size(KindCluster) > size(KindFeature)+size(KindMilestone)+size(KindCalendar)+size(KindCut)
}

// pointsOf returns the sum of a kind's bars.
func (e *Explanation) pointsOf(kind Kind) float64 {
	sum := 0.0
	for i := range e.Bars {
		if e.Bars[i].Kind == kind {
			sum += e.Bars[i].Points
		}
	}
	return sum
}
