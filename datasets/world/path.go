package world

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets"
)

// trim drops what would have happened after the account had gone, and puts
// a price on the episodes that did.
func (s *simulation) trim(h *history) {
	end := date(h.ended)
	kept := h.episodes[:0]
	for _, e := range h.episodes {
		if e.At.Before(end) {
			e.LogOdds *= s.beta[e.Driver][h.cluster] * weight(e.Driver, h.nextDue(day(e.At))-h.created)
			kept = append(kept, e)
		}
	}
	h.episodes = slices.Clip(kept)
	if len(kept) == 0 {
		h.episodes = nil // as it is read back from truth.json
	}
	slices.SortStableFunc(h.episodes, func(a, b Episode) int { return a.At.Compare(b.At) })
	h.contacts = slices.DeleteFunc(h.contacts, func(i datasets.Intervention) bool { return !i.At.Before(end) })
	h.seats = slices.DeleteFunc(h.seats, func(c seatChange) bool { return h.created+7*c.week >= h.ended })
}

// nextDue is the due day of the first renewal after a day.
func (h *history) nextDue(after int) int {
	for _, r := range h.renewals {
		if r.due > after {
			return r.due
		}
	}
	return h.renewals[len(h.renewals)-1].due
}

// advance walks the success path: the better the onboarding, the shorter the
// gaps. A tenth of the milestones is written down days after the fact.
func (s *simulation) advance(h *history, r *rand.Rand) {
	pace := math.Exp(-.5 * h.state[onboarding][0])
	at := float64(h.created)
	for m, name := range clusters[h.cluster].milestones {
		at += milestoneGaps[m] * pace * math.Exp(.35*r.NormFloat64())
		late := 0
		if delay := 2 + r.IntN(18); r.Float64() < .1 {
			late = delay
		}
		if int(at) >= h.ended || int(at)+late >= s.end {
			return
		}
		reached := date(int(at)).Add(hours(8 + r.IntN(10)))
		h.milestones = append(h.milestones, datasets.Milestone{
			Account: int32(h.index), Name: name, ReachedAt: reached, IngestedAt: reached.AddDate(0, 0, late),
		})
	}
}

// deliver adds the value moments that come again: from the third milestone on, or else
// the account's third month, one a month, the more surely the better the core of the
// account's usage and its adoption do.
func (s *simulation) deliver(h *history, r *rand.Rand) {
	first := h.created + 75
	if len(h.milestones) > 2 {
		first = day(h.milestones[2].ReachedAt)
	}
	for month := first + r.IntN(28); month < h.ended; month += 28 + r.IntN(6) {
		week := min(weekAt(month-h.created), len(h.state[adoption])-1)
		engaged := 1.8 + 1.4*h.state[clusters[h.cluster].core][week] + h.state[adoption][week]
		if r.Float64() >= sigmoid(engaged) {
			continue
		}
		at := date(month).Add(hours(8 + r.IntN(10)))
		h.milestones = append(h.milestones, datasets.Milestone{Account: int32(h.index), Name: clusters[h.cluster].value, ReachedAt: at, IngestedAt: at})
	}
}

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }

// medianDays returns the tenure at which an average account reaches each milestone.
func medianDays() []float64 {
	out := slices.Clone(milestoneGaps[:])
	for i := 1; i < len(out); i++ {
		out[i] += out[i-1]
	}
	return out
}
