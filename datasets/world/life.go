package world

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/etappe/etappe/datasets"
)

// history is everything about one account: what the tables will show and what
// stays hidden. Days count from 1970-01-01 UTC.
type history struct {
	index        int
	cluster      int
	created      int
	months       int // length of a contract term
	tracked      int // first day with usage events
	ended        int // first day without anything: the day of churn, or the world's end
	firstRenewal int32
	account      datasets.Account
	price        float64     // currency per seat and year
	state        [][]float64 // [driver][week]
	habit        [len(usages)]float64
	episodes     []Episode
	renewals     []renewal
	seats        []seatChange
	champions    []int // weeks in which the champion left
	milestones   []datasets.Milestone
	contacts     []datasets.Intervention
}

// renewal is a contract decision.
type renewal struct {
	due           int
	open, churned bool
	before, after float64 // ARR
}

// seatChange describes how many seats there are from a week on.
type seatChange struct {
	week  int
	seats float64
}

func (h *history) quarterly() bool { return h.months == 3 }

// seatsAt returns the seats in a week.
func (h *history) seatsAt(week int) float64 {
	n := h.seats[0].seats
	for _, c := range h.seats[1:] {
		if c.week > week {
			break
		}
		n = c.seats
	}
	return n
}

var (
	regions    = []string{"dach", "uk", "france", "north_america"}
	industries = []string{"manufacturing", "retail", "software", "health", "public"}
	planNames  = []string{"starter", "team", "business", "enterprise"}
	prices     = []float64{180, 240, 320, 420}
	// attributes of the accounts table, in the order that found fills them.
	attributes = []datasets.Attribute{
		{Name: "plan", Categorical: true}, {Name: "region", Categorical: true},
		{Name: "industry", Categorical: true}, {Name: "term", Categorical: true},
		{Name: "seats"}, {Name: "declared_outcome", Categorical: true},
	}
)

// live simulates one account up to its churn or the world's end, events left out.
func (s *simulation) live(index int) *history {
	r := stream(s.config.Seed, index, streamLife)
	h := &history{index: index}
	s.found(h, r)
	weeks := weekAt(s.end-h.created) + 1
	h.state = make([][]float64, numLatent)
	for d := range h.state {
		h.state[d] = s.process[h.cluster][d].walk(r, weeks, func(week int, k shock) { s.strike(h, d, week, k, r) })
	}
	s.renew(h, stream(s.config.Seed, index, streamDecision))
	for d := range h.state {
		h.state[d] = h.state[d][: weekAt(h.ended-h.created)+1 : weekAt(h.ended-h.created)+1]
	}
	s.trim(h)
	s.advance(h, r)
	s.deliver(h, stream(s.config.Seed, index, streamValue))
	return h
}

// found draws what an account is on its first day.
func (s *simulation) found(h *history, r *rand.Rand) {
	h.cluster = pick(r, clusters[0].share, clusters[1].share, clusters[2].share, clusters[3].share)
	span := float64(s.end - s.start - minimumDays/2)
	h.created = s.start + int(span*math.Pow(r.Float64(), 2))
	h.months = []int{12, 3}[pick(r, .75, .25)]
	h.tracked = h.created
	if late := r.IntN(340) + 60; r.Float64() < .08 {
		h.tracked += late
	}
	seats := min(500, max(1, math.Round(medianSeats*math.Exp(.95*r.NormFloat64()))))
	h.seats = []seatChange{{0, seats}}
	tier := 0
	for _, limit := range []float64{8, 30, 100} {
		if seats*math.Exp(.4*r.NormFloat64()) > limit {
			tier++
		}
	}
	h.price = prices[tier]
	for t := range h.habit {
		h.habit[t] = .15 * r.NormFloat64()
	}
	declared := datasets.Value{Known: r.Float64() < .9, Text: clusters[h.cluster].name}
	if other := r.IntN(numClusters); r.Float64() < .2 {
		declared.Text = clusters[other].name
	}
	if !declared.Known {
		declared.Text = ""
	}
	text := func(name string) datasets.Value { return datasets.Value{Text: name, Known: true} }
	h.account = datasets.Account{
		ID: fmt.Sprintf("acc-%06d", h.index), CreatedAt: date(h.created),
		Attributes: []datasets.Value{
			text(planNames[tier]), text(regions[pick(r, .4, .2, .15, .25)]), text(industries[r.IntN(len(industries))]),
			text(map[int]string{12: "annual", 3: "quarterly"}[h.months]), {Number: seats, Known: true}, declared,
		},
	}
}

// strike plants an episode that hit a driver in a week.
func (s *simulation) strike(h *history, driver, week int, k shock, r *rand.Rand) {
	at := date(h.created + 7*week)
	h.episodes = append(h.episodes, Episode{Kind: k.kind, At: at, Driver: driver, LogOdds: k.size})
	switch k.kind {
	case ChampionLeft:
		h.champions = append(h.champions, week)
	case SeatGrowth:
		grown := math.Ceil(h.seatsAt(week) * (1.15 + .3*r.Float64()))
		h.seats = append(h.seats, seatChange{week, grown})
	case InterventionMade:
		h.contacts = append(h.contacts, datasets.Intervention{
			Account: int32(h.index), At: at.Add(hours(9 + r.IntN(8))),
			Kind:  []string{"call", "training", "business_review"}[r.IntN(3)],
			Owner: fmt.Sprintf("csm-%02d", h.index%17+1),
		})
	}
}

// renew decides every renewal in turn, until churn or the first open one.
func (s *simulation) renew(h *history, r *rand.Rand) {
	h.ended = s.end
	for n := 1; ; n++ {
		due := day(h.account.CreatedAt.AddDate(0, n*h.months, 0))
		one := renewal{due: due, before: h.price * h.seatsAt(h.termWeek(n-1))}
		one.after = math.NaN()
		if due >= s.end {
			one.open = true
			h.renewals = append(h.renewals, one)
			return
		}
		week := weekAt(due - h.created)
		z := 0.0
		for _, part := range s.contributions(h, week, week, due-h.created) {
			z += part
		}
		cut, luck, uplift := r.Float64(), r.Float64(), .04*r.Float64()
		if one.churned = luck < sigmoid(z); one.churned {
			one.after = 0
			h.renewals = append(h.renewals, one)
			h.ended = due
			return
		}
		if cut < sigmoid(-2-.9*h.state[adoption][week]) {
			h.contract(week + 1)
		}
		one.after = h.price * h.seatsAt(week+1)
		if h.quarterly() || one.after < one.before {
			uplift = 0
		}
		h.price *= 1 + uplift
		one.after *= 1 + uplift
		h.renewals = append(h.renewals, one)
	}
}

// termWeek is the first week of term n (0: the first).
func (h *history) termWeek(n int) int {
	if n == 0 {
		return 0
	}
	return weekAt(h.renewals[n-1].due-h.created) + 1
}

// contract gives up a fifth of the seats from a week on, later growth included.
func (h *history) contract(week int) {
	now := math.Max(1, math.Floor(h.seatsAt(week)*.8))
	ratio := now / h.seatsAt(week)
	i := len(h.seats)
	for i > 0 && h.seats[i-1].week > week {
		i--
		h.seats[i].seats = math.Max(1, math.Round(h.seats[i].seats*ratio))
	}
	h.seats = append(h.seats[:i:i], append([]seatChange{{week, now}}, h.seats[i:]...)...)
}
