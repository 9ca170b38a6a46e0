package path

import (
	"math"

	"github.com/etappe/etappe/models"
)

// recurs reports whether milestone m is one that is to be reached again.
func (o Options) recurs(m int) bool { return o.Recurring != nil && o.Recurring[m].Of >= 0 }

// recur puts the curves of recurring milestones in the place of those of their latest
// times, for the renewed accounts among rows. One is worth as many accounts as it was
// counted in, at most those of the milestone that it repeats.
func (o Options) recur(j *models.Journey, rows []int, renewed []bool, g *cohort) {
	for m := range g.curve {
		if !o.recurs(m) {
			continue
		}
		one := o.Recurring[m]
		held, could := 0.0, 0.0
		for _, i := range rows {
			if !renewed[i] || !(j.Reached[one.Of][i]+one.Delay <= j.Tenure[i]) {
				continue
			}
			could++
			if j.Reached[m][i] <= j.Tenure[i] {
				held++
			}
		}
		first := g.curve[one.Of]
		late := int(math.Ceil(one.Delay / models.WeekDays))
		e := estimate{make([]float64, len(first.share)), make([]float64, len(first.share))}
		for week := range e.share {
			e.effective[week] = min(could, first.effective[max(week-late, 0)])
			if week >= late && could > 0 {
				e.share[week] = held / could * first.share[week-late]
			}
		}
		g.curve[m] = e
	}
}

// boundRecurring cuts the weight of recurring milestones to their share, for the
// benefit of the others.
func (o Options) boundRecurring(weight []float64) {
	sum, others := 0.0, 0.0
	for m, w := range weight {
		if o.recurs(m) {
			sum += w
		} else {
			others += w
		}
	}
	if !(o.RecurringShare > 0 && sum > o.RecurringShare && others > 0) {
		return
	}
	for m := range weight {
		if o.recurs(m) {
			weight[m] *= o.RecurringShare / sum
		} else {
			weight[m] *= (1 - o.RecurringShare) / others
		}
	}
}
