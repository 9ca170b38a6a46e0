package world

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/etappe/etappe/datasets"
)

// recorder writes the events of accounts into one batch.
type recorder struct {
	*simulation
	batch *datasets.EventBatch
	h     *history
	r     *rand.Rand
}

// record writes down everything that one account did until it ended.
func (c recorder) record() {
	h := c.h
	c.commercial()
	phase := c.r.IntN(13)
	managed := c.r.Float64() < .75
	for week := 0; h.created+7*week < h.ended; week++ {
		seats := h.seatsAt(week)
		season := season(h.created + 7*week + 3)
		c.usage(week, seats, season)
		c.sessions(week, seats, season)
		c.talk(week, seats, phase, managed)
	}
}

// usage writes a week of product usage: a row for each type that was used, as
// in an aggregated export, on one day and in the name of one user.
func (c recorder) usage(week int, seats, season float64) {
	h := c.h
	active := h.activeUsers(week, seats)
	size := sizeExponent * math.Log(seats/medianSeats)
	for t := range usages {
		u := &usages[t]
		rate := u.weekly[h.cluster] * season * math.Exp(h.habit[t]+u.loading*h.state[u.driver][week]+size+.25*c.r.NormFloat64())
		n := poisson(c.r, rate)
		if n == 0 {
			continue
		}
		user := 0 // the champion, who does the administration
		if u.driver != champion {
			user = int(math.Pow(c.r.Float64(), 1.5) * float64(active))
		}
		c.write(uint16(t), c.dayOf(week), datasets.NoValue, n, h.user(user, week))
	}
}

// sessions writes a week of logins: how many is vanity, by how many people is not.
func (c recorder) sessions(week int, seats, season float64) {
	h := c.h
	shift := 1.0
	if h.created+7*week >= c.change {
		shift = 1.6
	}
	active := h.activeUsers(week, seats)
	n := poisson(c.r, 1.2*math.Pow(seats, .7)*shift*season*math.Exp(.4*h.state[sessions][week]+.3*c.r.NormFloat64()))
	for rows := min(n, int(math.Ceil(.15*float64(active)))); n > 0; rows-- {
		part := n / rows
		c.write(typeSession, c.dayOf(week), datasets.NoValue, part, h.user(c.r.IntN(active), week))
		n -= part
	}
}

// talk writes tickets, surveys, the CSM's mood and calls and the seat count of a week. These come
// from other systems than the product, so tracking does not matter.
func (c recorder) talk(week int, seats float64, phase int, managed bool) {
	h, r := c.h, c.r
	start := h.created + 7*week
	for range poisson(r, .7*math.Pow(seats/medianSeats, .1)*math.Exp(.8*h.state[tickets][week])) {
		c.put(typeTicket, c.dayOf(week), datasets.NoValue, 1, h.user(r.IntN(h.activeUsers(week, seats)), week), 0)
	}
	if week%13 == phase {
		for range poisson(r, .5*math.Pow(seats, .45)) {
			liking := 6.4 + .6*math.Log(seats/medianSeats) + .6*h.state[nps][week] + 1.5*r.NormFloat64()
			c.put(typeNPS, c.dayOf(week), min(10, max(0, math.Round(liking))), 1, h.user(r.IntN(h.activeUsers(week, seats)), week), 0)
		}
	}
	if managed && week%5 == phase%5 {
		mood := 3.4 + .7*h.state[champion][week] + .5*r.NormFloat64()
		c.put(typeSentiment, c.dayOf(week), min(5, max(1, math.Round(mood))), 1, 0, 0)
	}
	if week%4 == 0 {
		c.put(typeSeats, start, seats, 1, 0, 0)
	}
	for _, e := range h.contacts {
		if day(e.At) == start {
			c.put(typeCall, start, datasets.NoValue, 1, 0, 0)
		}
	}
}

// commercial writes seats added and invoices: known from the first day.
func (c recorder) commercial() {
	h := c.h
	for i, s := range h.seats {
		if i > 0 && s.seats > h.seats[i-1].seats {
			c.put(typeSeatsAdded, h.created+7*s.week, s.seats-h.seats[i-1].seats, 1, 0, 0)
		}
	}
	start, arr := h.created, h.renewals[0].before
	for _, r := range h.renewals {
		if paid := start + 5 + c.r.IntN(30); paid < h.ended {
			c.put(typeInvoice, paid, math.Round(arr*float64(h.months)/12), 1, 0, 0)
		}
		start, arr = r.due, r.after
	}
}

// write records product usage, which nobody saw before tracking was on; a share
// of it reaches the warehouse days late.
func (c recorder) write(kind uint16, on int, value float64, count int, user uint64) {
	late := 0
	if delay := 1 + c.r.IntN(12); c.r.Float64() < .05 {
		late = delay
	}
	if on >= c.h.tracked {
		c.put(kind, on, value, count, user, late)
	}
}

// put records an event unless the account had ended or the export came first.
func (c recorder) put(kind uint16, on int, value float64, count int, user uint64, late int) {
	second := int64(on)*secondsPerDay + int64(7*3600+c.r.IntN(12*3600))
	if on >= c.h.ended || on+late >= c.end {
		return
	}
	b := c.batch
	b.Account = append(b.Account, int32(c.h.index))
	b.Type = append(b.Type, kind)
	b.At = append(b.At, second)
	b.IngestedAt = append(b.IngestedAt, second+int64(late)*secondsPerDay)
	b.Value = append(b.Value, value)
	b.Count = append(b.Count, float64(count))
	b.User = append(b.User, user)
}

// dayOf draws a day of an account's week, seldom at a weekend.
func (c recorder) dayOf(week int) int {
	start := c.h.created + 7*week
	for range 3 {
		d := start + c.r.IntN(7)
		if weekday := time.Weekday((d + 4) % 7); weekday != time.Saturday && weekday != time.Sunday {
			return d // 1970-01-01 was a Thursday
		}
	}
	return start + c.r.IntN(7)
}

// activeUsers is how many of the seats are used in a week.
func (h *history) activeUsers(week int, seats float64) int {
	return max(1, int(math.Round(seats*sigmoid(.3+.9*h.state[adoption][week]))))
}

// user is the hash of an account's n-th user; number 0 is the champion, who is
// somebody else after each departure.
func (h *history) user(n, week int) uint64 {
	if n == 0 {
		for _, left := range h.champions {
			if left <= week {
				n -= 1
			}
		}
	}
	return mix(mix(uint64(h.index))+uint64(int64(n))) | 1
}

// season dampens usage in August and around the turn of the year.
func season(d int) float64 {
	t := date(d)
	switch {
	case t.Month() == time.August:
		return .65
	case t.Month() == time.December && t.Day() > 19, t.Month() == time.January && t.Day() < 4:
		return .5
	}
	return 1
}
