package path

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// Options are the hyperparameters of a success path. A zero field stands
// for its default.
type Options struct {
	// Floor is the least weight of a milestone as a share of its cluster's
	// largest, 0..1; default 0.25.
	Floor float64 `json:"floor"`
	// Rare is the share of renewed peers who ever reach a milestone below which
	// it does not count in their cluster, 0..1; default 0.1.
	Rare float64 `json:"rare"`
	// Pool is how many renewed accounts a cluster needs, at most, to weigh
	// as much as all accounts together; default 20. Where clusters clearly differ
	// in a milestone, as in one that belongs to a single desired outcome, it takes
	// fewer.
	Pool float64 `json:"pool"`
	// Own is a team's own path, in the place of the learned one: by cluster the
	// day of tenure by which each milestone is due, 1 to LastDay, NaN for a
	// milestone that is not on it; nil: learned, for a cluster or for all.
	Own [][]float64 `json:"-"`
	// Recurring are the milestones that are to be reached again and again, by
	// milestone; nil: none. Their Reached is the latest time while they hold.
	Recurring []Recurring `json:"-"`
	// RecurringShare is the largest share of a cluster's weight that recurring
	// milestones have together, where there are others; 0: 1.
	RecurringShare float64 `json:"-"`
}

// Recurring is a milestone that holds for as long as another is reached again.
type Recurring struct {
	Of    int     // the milestone that is reached again; −1: this one is reached once
	Delay float64 // days after the first time at which it can hold at the earliest
}

func (o Options) withDefaults() Options {
	if o.Floor == 0 {
		o.Floor = 0.25
	}
	if o.Rare == 0 {
		o.Rare = 0.1
	}
	if o.Pool == 0 {
		o.Pool = 20
	}
	return o
}

// Fit estimates the success path from accounts at their last known state: one
// row each, renewed[i] whether its last decided renewal was renewed, cluster[i]
// its cluster (nil: all in cluster 0); an account without one (models.NoCluster)
// counts among all accounts only.
//
// R_km(t) is one minus the Kaplan-Meier estimate (1958, JASA 53:457) over the
// cluster's n renewed accounts, censored at their tenure, pooled with the
// estimate over all renewed accounts by
//
//	R_k = n/(n+M) · R_k(own) + M/(n+M) · R(all)
//
// M is 1 to Pool accounts, fewer the more clusters differ (see Options.pool).
// The weight of a milestone is how much having it by its typical time τ (see
// Path.Due) separates renewed from churned among the accounts that were there
// at τ (a landmark analysis, Anderson et al. 1983, J Clin Oncol 1:710):
//
//	w = max( Floor·max_m w_m,  ln( (a+½)(d+½) / ((b+½)(c+½)) ) )    a, b renewed with and without it, c, d churned
//
// A recurring milestone can be lost again, so that its curve is that of the milestone
// that it repeats, later and as high as the share c of the renewed accounts in which it
// held at their last state, of those in which it could, pooled alike:
//
//	R_km(t) = c_k · R_k,of(t − delay)
//
// and it separates by whether it held then.
//
// pooled alike, 0 for a milestone that less than Rare of the peers ever reach;
// all that count weigh the same where none separates. On a team's own path (see
// Options.Own) R is a step, τ its day, and what the team left out weighs 0.
// The error wraps ErrTraining for no milestone, no renewed account or a tenure
// that is no number, and for a day of the team's own path out of range.
func Fit(j *models.Journey, cluster []int32, clusters int, renewed []bool, o Options) (*Path, error) {
	fail := func(format string, args ...any) (*Path, error) {
		return nil, fmt.Errorf("success path: %s: %w", fmt.Sprintf(format, args...), models.ErrTraining)
	}
	o = o.withDefaults()
	n := len(j.Tenure)
	checkJourney(j, cluster, clusters, renewed)
	if err := models.CheckMilestones(j.Milestones); err != nil {
		return fail("%v", err)
	}
	if !slices.Contains(renewed, true) {
		return fail("no renewed account among %d", n)
	}
	if err := o.checkOwn(clusters, len(j.Milestones)); err != nil {
		return fail("%v", err)
	}
	for i, t := range j.Tenure {
		if t-t != 0 {
			return fail("the tenure of row %d is %v", i, t)
		}
	}
	everyone := make([]int, n)
	own := make([][]int, clusters)
	for i := range n {
		everyone[i] = i
		k := 0
		if cluster != nil {
			k = int(cluster[i])
		}
		if k != models.NoCluster {
			own[k] = append(own[k], i)
		}
	}
	all := fitCohort(j, everyone, renewed)
	o.recur(j, everyone, renewed, &all)
	p := o.curves(j, own, all, renewed)
	for k := range clusters {
		separation := make([]float64, len(j.Milestones))
		for m := range separation {
			due, belief := p.Due(k, m), p.belief[k][m]
			by := due
			if o.recurs(m) {
				by = math.Inf(1) // it is the latest time that is known, not the first
			}
			separation[m] = belief*separates(j, m, due, by, own[k], renewed) + (1-belief)*separates(j, m, due, by, everyone, renewed)
		}
		p.weight[k] = weights(separation, p.curve[k], p.onPath(k), o)
		o.boundRecurring(p.weight[k])
	}
	p.trim()
	return p.Path, nil
}

// draft is a path without its weights, and how much each cluster's own accounts
// weigh: [cluster][milestone].
type draft struct {
	*Path
	belief [][]float64
}

// curves pools every cluster's curves with those of all renewed accounts; own
// lists each cluster's rows.
func (o Options) curves(j *models.Journey, own [][]int, all cohort, renewed []bool) draft {
	d := draft{empty(j.Milestones, len(own)), make([][]float64, len(own))}
	d.effective = make([][][]float64, len(own))
	if o.Own != nil {
		d.own = nowhere(len(own), len(j.Milestones))
	}
	groups := make([]cohort, len(own))
	for k := range own {
		groups[k] = fitCohort(j, own[k], renewed)
		o.recur(j, own[k], renewed, &groups[k])
	}
	for m := range j.Milestones {
		pool := o.pool(groups, all, m)
		for k, g := range groups {
			n := float64(g.renewed)
			belief := n / (n + pool)
			d.belief[k] = append(d.belief[k], belief)
			d.curve[k][m] = blendCurves(g.curve[m].share, all.curve[m].share, belief)
			d.effective[k] = append(d.effective[k], worth(g.curve[m], all.curve[m], n/float64(all.renewed), pool))
		}
	}
	for k, days := range o.Own {
		if days != nil {
			d.takeOwn(k, slices.Clone(days))
		}
	}
	return d
}

func checkJourney(j *models.Journey, cluster []int32, clusters int, renewed []bool) {
	n := len(j.Tenure)
	bad := len(renewed) != n || (cluster != nil && len(cluster) != n) || len(j.Reached) != len(j.Milestones) || clusters < 1
	for _, reached := range j.Reached {
		bad = bad || len(reached) != n
	}
	for _, k := range cluster {
		bad = bad || k < models.NoCluster || int(k) >= clusters
	}
	if bad {
		panic("path: the parts of a journey differ in length, or a cluster is out of range")
	}
}

// trim cuts the weeks after the last in which any curve still rises.
func (p *Path) trim() {
	last := 0
	for _, list := range p.curve {
		for _, curve := range list {
			week := slices.Index(curve, curve[len(curve)-1])
			last = max(last, week)
		}
	}
	for k := range p.curve {
		for m := range p.curve[k] {
			p.curve[k][m] = slices.Clone(p.curve[k][m][:last+1])
			p.effective[k][m] = slices.Clone(p.effective[k][m][:last+1])
		}
	}
}
