package models

import (
	"fmt"
	"math"
	"slices"
)

// PathOptions are the hyperparameters of a success path. A zero field stands
// for its default.
type PathOptions struct {
	// Floor is the least weight of a milestone as a share of its cluster's
	// largest, 0..1; default 0.25.
	Floor float64 `json:"floor"`
	// Rare is the share of renewed peers who ever reach a milestone below which
	// it does not count in their cluster, 0..1; default 0.1.
	Rare float64 `json:"rare"`
	// Pool is how many renewed accounts a cluster needs to be believed as much
	// as all accounts together; default 20.
	Pool float64 `json:"pool"`
}

func (o PathOptions) withDefaults() PathOptions {
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

// FitPath learns the success path from accounts at their last known state: one
// row each, renewed[i] telling how its last decided renewal ended, cluster[i]
// its cluster (nil: all in cluster 0).
//
// R_km(t) is one minus the Kaplan-Meier estimate (1958, JASA 53:457) over the
// cluster's n renewed accounts, censored at their tenure, pooled with the
// estimate over all renewed accounts by
//
//	R_k = n/(n+Pool) · R_k(own) + Pool/(n+Pool) · R(all)
//
// The weight of a milestone is how much having it by its typical time τ (see
// Path.Due) separates renewed from churned among the accounts that were there
// at τ (a landmark analysis, Anderson et al. 1983, J Clin Oncol 1:710):
//
//	w = max( Floor·max_m w_m,  ln( (a+½)(d+½) / ((b+½)(c+½)) ) )    a, b renewed with and without it, c, d churned
//
// pooled alike, 0 for a milestone that less than Rare of the peers ever reach;
// all that count weigh the same where none separates. The error wraps
// ErrTraining for no milestone, no renewed account or a tenure that is no number.
func FitPath(j *Journey, cluster []int32, clusters int, renewed []bool, o PathOptions) (*Path, error) {
	fail := func(format string, args ...any) (*Path, error) {
		return nil, fmt.Errorf("success path: %s: %w", fmt.Sprintf(format, args...), ErrTraining)
	}
	o = o.withDefaults()
	n := len(j.Tenure)
	checkJourney(j, cluster, clusters, renewed)
	if err := checkMilestones(j.Milestones); err != nil {
		return fail("%v", err)
	}
	if !slices.Contains(renewed, true) {
		return fail("no renewed account among %d", n)
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
		own[k] = append(own[k], i)
	}
	all := fitCohort(j, everyone, renewed)
	p := newPath(j.Milestones, clusters)
	for k := range clusters {
		peers := fitCohort(j, own[k], renewed)
		belief := float64(peers.renewed) / (float64(peers.renewed) + o.Pool)
		for m := range j.Milestones {
			p.curve[k][m] = blendCurves(peers.curve[m], all.curve[m], belief)
		}
		separation := make([]float64, len(j.Milestones))
		for m := range separation {
			due := p.Due(k, m)
			separation[m] = belief*separates(j, m, due, own[k], renewed) + (1-belief)*separates(j, m, due, everyone, renewed)
		}
		p.weight[k] = pathWeights(separation, p.curve[k], o)
	}
	p.trim()
	return p, nil
}

func checkJourney(j *Journey, cluster []int32, clusters int, renewed []bool) {
	n := len(j.Tenure)
	bad := len(renewed) != n || (cluster != nil && len(cluster) != n) || len(j.Reached) != len(j.Milestones) || clusters < 1
	for _, reached := range j.Reached {
		bad = bad || len(reached) != n
	}
	for _, k := range cluster {
		bad = bad || k < 0 || int(k) >= clusters
	}
	if bad {
		panic("models: the parts of a journey differ in length, or a cluster is out of range")
	}
}

type cohort struct {
	renewed int
	curve   [][]float64 // [milestone][week]
}

// fitCohort estimates the curves of the renewed accounts among rows.
func fitCohort(j *Journey, rows []int, renewed []bool) cohort {
	var kept []int
	for _, i := range rows {
		if renewed[i] {
			kept = append(kept, i)
		}
	}
	p := cohort{renewed: len(kept), curve: make([][]float64, len(j.Milestones))}
	for m := range p.curve {
		p.curve[m] = reachCurve(Pick(j.Tenure, kept), Pick(j.Reached[m], kept))
	}
	return p
}

// reachCurve is one minus the Kaplan-Meier estimate, by week. The estimate is
// held from where fewer than a tenth (at most 10) of the accounts are that old:
// there a single account would move it by a jump.
func reachCurve(tenure, reached []float64) []float64 {
	type step struct {
		at    float64
		reach bool
	}
	steps := make([]step, len(tenure))
	for i, t := range tenure {
		steps[i] = step{at: math.Max(t, 0)}
		if reached[i] <= t {
			steps[i] = step{math.Max(reached[i], 0), true}
		}
	}
	// A milestone on the very day an account is last seen was still at risk.
	slices.SortFunc(steps, func(a, b step) int {
		switch {
		case a.at != b.at:
			return compareFloat(a.at, b.at)
		case a.reach == b.reach:
			return 0
		case a.reach:
			return -1
		}
		return 1
	})
	horizon := thinTenure(tenure)
	curve := make([]float64, pathWeeks+1)
	waiting, next := 1.0, 0
	for week := range curve {
		for next < len(steps) && steps[next].at <= float64(week*pathDays) {
			if steps[next].reach && steps[next].at <= horizon {
				atRisk := len(steps) - next
				waiting *= 1 - 1/float64(atRisk)
			}
			next++
		}
		curve[week] = 1 - waiting
	}
	return curve
}

// thinTenure is the tenure that only a tenth of the accounts, at most 10, exceed or equal.
func thinTenure(tenure []float64) float64 {
	if len(tenure) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(tenure))
	least := min(10, max(1, len(sorted)/10))
	return sorted[len(sorted)-least]
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func blendCurves(own, all []float64, belief float64) []float64 {
	out := make([]float64, len(all))
	for week := range out {
		out[week] = min(1, belief*own[week]+(1-belief)*all[week])
		if week > 0 {
			out[week] = max(out[week], out[week-1]) // against rounding
		}
	}
	return out
}

// separates is the smoothed log-odds ratio of renewing with and without the
// milestone, among accounts that were there at its typical time.
func separates(j *Journey, m int, due float64, rows []int, renewed []bool) float64 {
	count := [2][2]float64{{0.5, 0.5}, {0.5, 0.5}} // [renewed][has]
	for _, i := range rows {
		if !(j.Tenure[i] >= due) {
			continue
		}
		has := 0
		if j.Reached[m][i] <= due {
			has = 1
		}
		count[class(renewed[i])][has]++
	}
	return math.Log(count[1][1] * count[0][0] / (count[1][0] * count[0][1]))
}

func pathWeights(separation []float64, curve [][]float64, o PathOptions) []float64 {
	weight := make([]float64, len(separation))
	counts := func(m int) bool { return curve[m][pathWeeks] >= o.Rare && curve[m][pathWeeks] > 0 }
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

// trim cuts the weeks after the last in which any curve still rises.
func (p *Path) trim() {
	last := 0
	for _, list := range p.curve {
		for _, curve := range list {
			week := slices.Index(curve, curve[len(curve)-1])
			last = max(last, week)
		}
	}
	for _, list := range p.curve {
		for m := range list {
			list[m] = slices.Clone(list[m][:last+1])
		}
	}
}
