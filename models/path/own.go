package path

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// LastDay is the last day of tenure on the grid of a path, and the latest that a
// team's own path may name: 20 years.
const LastDay = models.WeekDays * models.MaxWeeks

// ownShare is the least share that a milestone of a team's own path stands for
// once it is due.
const ownShare = 0.5

// takeOwn puts a team's own path in the place of a cluster's learned curves. A
// day is a due date and holds nothing about before or after, so that R is one step:
//
//	R_km(t) = 0 before the day, max( R_km(∞) as learned, ½ ) from it on
//
// A ramp or the learned curve stretched to the day would make up expectations
// that nobody stated. The step's height is the share of renewed peers who ever
// have the milestone: so 50 still is where the renewed peers stand, and points
// and bands keep their meaning (with a height of 1 an account that had all it
// should would never leave 50). It is no less than one half, so that being
// without a milestone that the team demands costs at least what having it earns,
// also where few renewed accounts, or none yet, ever had it.
func (p *Path) takeOwn(k int, days []float64) {
	for m, day := range days {
		if math.IsNaN(day) {
			continue
		}
		curve := p.curve[k][m]
		height := math.Max(curve[len(curve)-1], ownShare)
		for week := range curve {
			curve[week] = 0
			if float64(week*models.WeekDays) >= day {
				curve[week] = height
			}
		}
	}
	p.own[k] = days
}

// checkOwn refuses a path that is no path: days of other clusters or milestones,
// a cluster without a day, a day that no account is judged on.
func (o Options) checkOwn(clusters, milestones int) error {
	if o.Own != nil && len(o.Own) != clusters {
		panic("path: one own path, or nil, per cluster is needed")
	}
	for k, days := range o.Own {
		if days == nil {
			continue
		}
		if len(days) != milestones {
			panic("path: one day, or NaN, per milestone is needed")
		}
		stated := 0
		for m, day := range days {
			switch {
			case math.IsNaN(day):
			case !(day >= 1 && day <= LastDay):
				return fmt.Errorf("milestone %d is due by day %v in cluster %d", m, day, k)
			default:
				stated++
			}
		}
		if stated == 0 {
			return fmt.Errorf("the own path of cluster %d has no milestone", k)
		}
	}
	return nil
}

// onPath returns which milestones may count in cluster k: those of the team's own
// path, or all.
func (p *Path) onPath(k int) []bool {
	on := make([]bool, len(p.milestones))
	for m := range on {
		on[m] = p.own == nil || !p.hasOwn(k) || !math.IsNaN(p.own[k][m])
	}
	return on
}

func (p *Path) hasOwn(k int) bool {
	for _, day := range p.own[k] {
		if !math.IsNaN(day) {
			return true
		}
	}
	return false
}

// nowhere is an own path that names no day: [cluster][milestone] NaN.
func nowhere(clusters, milestones int) [][]float64 {
	out := make([][]float64, clusters)
	for k := range out {
		out[k] = slices.Repeat([]float64{math.NaN()}, milestones)
	}
	return out
}
