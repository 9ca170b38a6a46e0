package world

import (
	"math"
	"time"

	"github.com/etappe/etappe/datasets"
)

// Kinds of planted episodes.
const (
	ChampionLeft     = "champion_left"
	UsageDrop        = "usage_drop"
	SeatGrowth       = "seat_growth"
	SupportStorm     = "support_storm"
	InterventionMade = "intervention"
)

// Truth is what no table holds about the accounts.
type Truth struct {
	Seed      uint64         `json:"seed"`
	Start     time.Time      `json:"start"`
	End       time.Time      `json:"end"`
	Change    time.Time      `json:"change"` // sessions shift from here on, drivers do not
	Clusters  []Cluster      `json:"clusters"`
	Drivers   []Driver       `json:"drivers"`
	Accounts  []AccountTruth `json:"accounts"`
	Snapshots []Snapshot     `json:"snapshots"`
}

// Cluster is a desired outcome.
type Cluster struct {
	Name string `json:"name"`
	// Baseline is the mean true log-odds of the cluster's snapshots.
	Baseline float64 `json:"baseline"`
	// Milestones are the success path in order, MedianDays the tenure in days
	// at which an average account reaches each.
	Milestones []string  `json:"milestones"`
	MedianDays []float64 `json:"median_days"`
	// ValueMoment is the milestone that comes again each month.
	ValueMoment string `json:"value_moment"`
}

// AccountTruth is the hidden side of one account, in the order of Tables.Accounts.
type AccountTruth struct {
	ID          string    `json:"account_id"`
	Cluster     int       `json:"cluster"` // index into Truth.Clusters
	TrackedFrom time.Time `json:"tracked_from"`
	Episodes    []Episode `json:"episodes,omitempty"`
}

// Episode is something that happened to an account on a known date.
type Episode struct {
	Kind   string    `json:"kind"`
	At     time.Time `json:"at"`
	Driver int       `json:"driver"` // index into Truth.Drivers
	// LogOdds is what it did to the log-odds of the next renewal, had that been
	// decided in the same week. It fades as the driver does.
	LogOdds float64 `json:"log_odds"`
}

// Snapshot is the truth about an account at an as-of date.
type Snapshot struct {
	Account  int32     `json:"account"` // index into Tables.Accounts
	Renewal  int32     `json:"renewal"` // index into Tables.Renewals
	AsOf     time.Time `json:"as_of"`
	DueOn    time.Time `json:"due_on"`
	LeadDays int       `json:"lead_days"`
	// Probability that the renewal ends in churn, given all that was so at AsOf.
	Probability float64 `json:"probability"`
	// LogOdds of Probability: the cluster's baseline plus all shares.
	LogOdds float64 `json:"log_odds"`
	// Shares has one entry per driver, in log-odds of churn.
	Shares []float64 `json:"shares"`
}

// leads are the lead times in days of the snapshots that training uses.
var leads = [...]int{30, 60, 90, 120, 150, 180}

// raw is the truth of a snapshot before its shares are centred.
type raw struct {
	cluster int
	Snapshot
}

// contributions returns each driver's uncentred part of the true log-odds at an
// as-of week, for a renewal decided at another.
func (s *simulation) contributions(h *history, asOf, due, tenure int) []float64 {
	out := make([]float64, NumDrivers)
	variance := 0.0
	for d := range numLatent {
		b := s.beta[d][h.cluster] * weight(d, tenure)
		if b == 0 {
			continue
		}
		m, v := s.process[h.cluster][d].ahead(h.state[d][asOf], due-asOf)
		out[d] = b * m
		variance += b * b * v
	}
	if h.quarterly() {
		out[contract] = s.beta[contract][h.cluster]
	}
	out[calendar] = s.beta[calendar][h.cluster]
	m := 0.
	for _, part := range out {
		m += part
	}
	if c := shrinkage(m, variance); c != 1 {
		for d := range out {
			out[d] *= c
		}
	}
	return out
}

// snapshot returns the uncentred truth of renewal n at an as-of day, and false
// if the two do not belong together.
func (s *simulation) snapshot(h *history, n, asOf int) (raw, bool) {
	due := h.renewals[n].due
	previous := h.created
	if n > 0 {
		previous = h.renewals[n-1].due
	}
	if asOf <= previous || asOf >= due || asOf > s.end {
		return raw{}, false
	}
	parts := s.contributions(h, weekAt(asOf-h.created), weekAt(due-h.created), due-h.created)
	return raw{h.cluster, Snapshot{Account: int32(h.index), AsOf: date(asOf), DueOn: date(due), LeadDays: due - asOf, Shares: parts}}, true
}

// centre turns contributions into shares: what is left of each driver when the
// cluster's mean is taken out.
func (t *Truth) centre(r *raw) Snapshot {
	z := t.Clusters[r.cluster].Baseline
	for d := range r.Shares {
		r.Shares[d] -= t.Drivers[d].Centre[r.cluster]
		z += r.Shares[d]
	}
	r.LogOdds, r.Probability = z, sigmoid(z)
	return r.Snapshot
}

// TruthAt returns the truth about an account at a date, for its next renewal
// due after it. asOf counts as its UTC midnight. False before the account was
// created, after it churned, after the world's end, and for a world that was
// not simulated in this process.
func (w *World) TruthAt(account int32, asOf time.Time) (Snapshot, bool) {
	if w.simulation == nil || account < 0 || int(account) >= len(w.histories) {
		return Snapshot{}, false
	}
	h, at := w.histories[account], day(asOf)
	for n := range h.renewals {
		if h.renewals[n].due <= at {
			continue
		}
		r, ok := w.simulation.snapshot(h, n, at)
		if !ok {
			// on the day of the previous renewal itself there is no truth yet
			return Snapshot{}, false
		}
		r.Renewal = h.firstRenewal + int32(n)
		return w.Truth.centre(&r), true
	}
	return Snapshot{}, false
}

const secondsPerDay = 24 * 60 * 60

// day is the UTC day since 1970 that a time falls on.
func day(t time.Time) int { return int(math.Floor(float64(t.Unix()) / secondsPerDay)) }

// date is the UTC midnight of a day since 1970.
func date(d int) time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// outcomeOf reads a renewal's outcome in the tables' words.
func (r *renewal) outcomeOf() datasets.Outcome {
	switch {
	case r.open:
		return datasets.Open
	case r.churned:
		return datasets.Churned
	}
	return datasets.Renewed
}
