package datasets

import "fmt"

// dropTrials drops the trials where trial is true: the first
// period of an account, if its amount is 0. Else it warns of them: a trial that
// is not bought would count as churned.
func (r *periodReader) dropTrials() {
	first := map[int32]int64{}
	for _, p := range r.periods {
		if start, ok := first[p.account]; !ok || p.start < start {
			first[p.account] = p.start
		}
	}
	kept, trials := 0, 0
	for i, p := range r.periods {
		if p.arr == 0 && p.start == first[p.account] && p.end != running {
			trials++
			if r.source.Periods.Trial {
				continue
			}
		}
		r.periods[kept], r.origins[kept] = p, r.origins[i]
		kept++
	}
	r.periods, r.origins = r.periods[:kept], r.origins[:kept]
	switch {
	case trials > 0 && r.source.Periods.Trial:
		r.notes = append(r.notes, fmt.Sprintf("%d first periods of amount 0 are trials: their ends are no renewals", trials))
	case trials > 0:
		r.warnings[warnTrial] += trials
	}
}
