package web

import (
	"slices"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/text"
	"github.com/etappe/etappe/serve/web/chart"
)

// race is where the peloton and the account are, and where the route ends.
func (w Words) race(f *accountFacts, v *chart.Stage, milestones []explain.StageMilestone) {
	s := f.Stage
	v.Finish = v.Climbs[len(v.Climbs)-1].Day * 1.1
	renewal := text.NotMeasured()
	if due := f.Account.DueOn; !due.IsZero() && due.After(f.Shown.AsOf) {
		renewal = s.Day + due.Sub(f.Shown.AsOf).Hours()/24
		v.Finish = max(v.Finish, renewal)
	}
	v.Finish = max(v.Finish, s.Day*1.02, 1)
	ends := w.Number(v.Finish, 0)
	v.Start, v.End = w.T("stage.day", "day", "0"), w.T("stage.day", "day", ends)
	v.EndShort = v.End
	if v.Finish == renewal {
		v.End = w.T("stage.renewal", "day", ends)
	}
	milestones = once(milestones)
	behind := peersAt(milestones, s.Day)
	v.Peloton = [2]float64{peersDay(milestones, behind[0], v.Finish), peersDay(milestones, behind[1], v.Finish)}
	v.PelotonText = w.peloton(s)
	v.Rider, v.RiderText = w.rider(f, v.Peloton, v.Finish)
	v.Description = v.PelotonText + ". " + v.RiderText + "."
}

// peloton is what the peloton is.
func (w Words) peloton(s *explain.Stage) string {
	day, of := w.Number(s.Day, 0), 0
	for _, m := range s.Milestones {
		of = max(of, m.Of)
	}
	if of == 0 {
		return w.T("stage.peloton", "day", day)
	}
	return w.T("stage.peloton.of", "day", day, "of", w.Whole(of))
}

// rider is where the account is, and its gap to the middle of the peloton,
// the middle half of which rides between two days of the route.
func (w Words) rider(f *accountFacts, peloton [2]float64, finish float64) (day float64, about string) {
	const together = 7 // days of a gap that are none: curves are kept by weeks
	s, name := f.Stage, f.Account.Name
	if name == "" {
		name = f.Account.ID
	}
	if s.PeersDay == nil {
		return finish, w.T("stage.rider.front", "name", name)
	}
	day = *s.PeersDay
	gap := int(text.Round(s.Day-day, 0))
	inside := peloton[0] <= day && day <= peloton[1]
	switch {
	case day == 0 && gap > together:
		return day, w.T("stage.rider.start", "name", name, "days", w.T("days", "n", gap))
	case inside && gap > together:
		return day, w.T("stage.rider.back", "name", name, "days", w.T("days", "n", gap))
	case inside && gap < -together:
		return day, w.T("stage.rider.fore", "name", name, "days", w.T("days", "n", -gap))
	case gap > together:
		return day, w.T("stage.rider.behind", "name", name, "day", w.Number(day, 0), "days", w.T("days", "n", gap))
	case gap < -together:
		return min(day, finish), w.T("stage.rider.ahead", "name", name, "day", w.Number(day, 0), "days", w.T("days", "n", -gap))
	}
	return day, w.T("stage.rider.with", "name", name)
}

// once lists the milestones by which the account's place is found: those that are
// reached once, all where none of these counts.
func once(milestones []explain.StageMilestone) []explain.StageMilestone {
	var list []explain.StageMilestone
	for _, m := range milestones {
		if !m.Repeats && m.Weight > 0 {
			list = append(list, m)
		}
	}
	if list == nil {
		return milestones
	}
	return list
}

// peersAt is how much of the path the middle half of the peers has behind it at
// a tenure: what three quarters of them have, and what one quarter has.
func peersAt(milestones []explain.StageMilestone, day float64) [2]float64 {
	var behind [2]float64
	for i := range milestones {
		m := &milestones[i]
		for side, share := range []float64{0.75, 0.25} {
			if shareAt(m.Curve, day) >= share {
				behind[side] += m.Weight
			}
		}
	}
	return behind
}

// peersDay is the day on which the peers on average had so much of the path
// behind them; last where they never do.
func peersDay(milestones []explain.StageMilestone, behind, last float64) float64 {
	var days []float64
	for i := range milestones {
		for _, p := range milestones[i].Curve {
			days = append(days, p.Day)
		}
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		average := 0.0
		for i := range milestones {
			average += milestones[i].Weight * shareAt(milestones[i].Curve, day)
		}
		if average >= behind-1e-12 {
			return min(day, last)
		}
	}
	return last
}

// shareAt reads a curve of steps; held after its last point.
func shareAt(curve []explain.StagePoint, day float64) float64 {
	share := 0.0
	for _, p := range curve {
		if p.Day > day {
			break
		}
		share = p.Share
	}
	return share
}
