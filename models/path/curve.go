package path

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// cohort is the renewed accounts among some.
type cohort struct {
	renewed int
	curve   []estimate // [milestone]
}

// estimate is a curve and how many accounts it is worth, by week.
type estimate struct{ share, effective []float64 }

// fitCohort estimates the curves of the renewed accounts among rows.
func fitCohort(j *models.Journey, rows []int, renewed []bool) cohort {
	var kept []int
	for _, i := range rows {
		if renewed[i] {
			kept = append(kept, i)
		}
	}
	p := cohort{renewed: len(kept), curve: make([]estimate, len(j.Milestones))}
	for m := range p.curve {
		p.curve[m] = reachCurve(models.Pick(j.Tenure, kept), models.Pick(j.Reached[m], kept))
	}
	return p
}

// reachCurve is one minus the Kaplan-Meier estimate S, by week. The estimate is
// held from where fewer than a tenth (at most 10) of the accounts are that old:
// there a single account would move it by a jump. Its effective number is
//
//	N = S(1−S)/V,  V = S² · Σ_i 1/(n_i(n_i−1))        Greenwood 1926, n_i at risk at reach i
//
// between the accounts that were there and all; the former where V is 0.
func reachCurve(tenure, reached []float64) estimate {
	steps := inTime(tenure, reached)
	horizon := horizonTenure(tenure)
	e := estimate{make([]float64, models.MaxWeeks+1), make([]float64, models.MaxWeeks+1)}
	ages := slices.Sorted(slices.Values(tenure))
	waiting, greenwood, next := 1.0, 0.0, 0
	for week := range e.share {
		day := float64(week * models.WeekDays)
		for next < len(steps) && steps[next].at <= day {
			if steps[next].reach && steps[next].at <= horizon {
				atRisk := float64(len(steps) - next)
				waiting *= 1 - 1/atRisk
				greenwood += 1 / (atRisk * (atRisk - 1)) // infinite when nobody is left
			}
			next++
		}
		older, _ := slices.BinarySearch(ages, math.Min(day, horizon))
		there := float64(len(ages) - older)
		e.share[week], e.effective[week] = 1-waiting, there
		if waiting > 0 && greenwood > 0 {
			e.effective[week] = math.Min(math.Max((1-waiting)/(waiting*greenwood), there), float64(len(ages)))
		}
	}
	return e
}

// step is an account that reaches a milestone, or is last seen without it.
type step struct {
	at    float64
	reach bool
}

// inTime sorts accounts by when they reach a milestone or are last seen. A
// milestone on the very day an account is last seen was still at risk.
func inTime(tenure, reached []float64) []step {
	steps := make([]step, len(tenure))
	for i, t := range tenure {
		steps[i] = step{at: math.Max(t, 0)}
		if reached[i] <= t {
			steps[i] = step{math.Max(reached[i], 0), true}
		}
	}
	slices.SortFunc(steps, func(a, b step) int {
		switch {
		case a.at != b.at:
			return cmp.Compare(a.at, b.at)
		case a.reach == b.reach:
			return 0
		case a.reach:
			return -1
		}
		return 1
	})
	return steps
}

// horizonTenure is the tenure that only a tenth of the accounts, at most 10, exceed or equal.
func horizonTenure(tenure []float64) float64 {
	if len(tenure) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(tenure))
	least := min(10, max(1, len(sorted)/10))
	return sorted[len(sorted)-least]
}
