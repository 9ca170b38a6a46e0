package explain

import (
	"math"
	"slices"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/serve/score"
)

// Stage is the success path of a cluster drawn as a stage of a tour, and one
// account on it, beside its renewed peers.
// Days are tenures, counted from the account's creation.
type Stage struct {
	Cluster    score.Cluster    `json:"cluster"` // membership 0 where it is not the account's own
	Day        float64          `json:"day"`     // the account's tenure
	Milestones []StageMilestone `json:"milestones"`
	// Own and Peers are how much of the path is behind the account and, on
	// average, behind the renewed peers at the same tenure, 0 to 1: weights of
	// milestones.
	Own   float64 `json:"own"`
	Peers float64 `json:"peers"`
	// PeersDay is the tenure at which the renewed peers had as much of the path behind
	// them, by whole weeks and by the milestones that are reached once: one that is to be
	// reached again lapses and returns, which is no day of the route. nil where they
	// never had.
	PeersDay *float64 `json:"peers_day"`
	Text     string   `json:"text"` // written by package serve/text
}

// StageMilestone is one milestone of the path.
type StageMilestone struct {
	Milestone string       `json:"milestone"`
	Label     string       `json:"label"`            // written by package serve/text
	Weight    float64      `json:"weight"`           // share of the path, 0 to 1
	DueDay    *float64     `json:"due_day"`          // nil: no renewed peer ever had it
	DueOn     string       `json:"due_on,omitempty"` // 2006-01-02, where the as-of date is known
	ReachedOn *float64     `json:"reached_day"`      // tenure; nil: not reached
	Overdue   bool         `json:"overdue"`
	Repeats   bool         `json:"-"`     // is to be reached again and again: no part of PeersDay
	Share     float64      `json:"share"` // of the renewed peers who had it at the account's tenure
	Had       int          `json:"had"`
	Of        int          `json:"of"` // 0: only the share is known
	Curve     []StagePoint `json:"curve"`
}

// StagePoint is what share of the renewed peers had a milestone by a tenure.
type StagePoint struct {
	Day   float64 `json:"day"`
	Share float64 `json:"share"`
}

// Limits of a stage.
const (
	weekDays   = 7
	stageWeeks = 1040 // beyond which no path looks
	stageSteps = 260  // points of a curve at most
)

// PathError is returned where a path cannot be measured. It matches
// score.ErrInput.
type PathError struct {
	Why string // one of score's Why… constants, or WhyNoCluster
}

// WhyNoCluster is why the path of a cluster that does not exist is not measured.
const WhyNoCluster = "no_cluster"

// Error names the code.
func (e *PathError) Error() string { return "the path is not measured: " + e.Why }

// Unwrap makes errors.Is(err, score.ErrInput) true.
func (e *PathError) Unwrap() error { return score.ErrInput }

// StageOf measures a row on the success path of cluster k; k < 0: of its own
// cluster. Milestones come in the order in which they are due, those that no renewed
// peer ever had last. A *PathError where there is no such cluster or it has no path,
// and for a row whose tenure or milestones are unknown.
func StageOf(s *score.Scorer, m *score.Row, k int) (*Stage, error) {
	if k < 0 {
		k = m.Cluster
	}
	switch {
	case k >= len(s.ClusterIDs()):
		return nil, &PathError{WhyNoCluster}
	case k == models.NoCluster || !m.HasJourney() || math.IsNaN(m.In.Journey.Tenure[0]) || !s.HasPath(k):
		return nil, &PathError{s.WhyNoPath(k)}
	}
	stage := &Stage{Cluster: s.Cluster(k), Day: m.In.Journey.Tenure[0], Milestones: make([]StageMilestone, 0, len(s.Milestones()))}
	if k == m.Cluster {
		stage.Cluster = s.ClusterOf(m)
	}
	once, own := onceWeights(s, k), 0.0
	for j := range s.Milestones() {
		one := stageMilestone(s, m, k, j)
		if one.ReachedOn != nil {
			stage.Own += one.Weight
			own += once[j]
		}
		stage.Milestones = append(stage.Milestones, one)
	}
	slices.SortStableFunc(stage.Milestones, func(a, b StageMilestone) int { return compareDue(a.DueDay, b.DueDay) })
	stage.drawCurves(s, k)
	stage.Peers = peersBehind(s, k, stage.Day, weightsOf(s, k))
	stage.PeersDay = peersDay(s, k, own, once)
	return stage, nil
}

// compareDue orders days, unknown ones last.
func compareDue(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	case *a < *b:
		return -1
	case *a > *b:
		return 1
	}
	return 0
}

// stageMilestone is how the row stands to milestone j of cluster k.
func stageMilestone(s *score.Scorer, m *score.Row, k, j int) StageMilestone {
	day := m.In.Journey.Tenure[0]
	one := StageMilestone{Milestone: s.Milestones()[j], Weight: s.Path().Weight(k, j), Repeats: s.Repeats(j), Curve: []StagePoint{}}
	if at, ok := m.Reached(j).(float64); ok {
		one.ReachedOn = &at
	}
	if due := s.Path().Due(k, j); !math.IsNaN(due) {
		one.DueDay, one.DueOn = &due, dateOfDay(m.In, due)
		one.Overdue = one.ReachedOn == nil && due <= day && one.Weight > 0
	}
	one.Had, one.Of, one.Share = peersWith(s, k, j, day)
	return one
}

// drawCurves samples what share had each milestone, until well after the last is
// due and the account's day has come.
func (stage *Stage) drawCurves(s *score.Scorer, k int) {
	last := stage.Day
	for _, one := range stage.Milestones {
		if one.DueDay != nil {
			last = max(last, 1.5**one.DueDay)
		}
	}
	weeks := min(math.Ceil(last/weekDays)+4, stageWeeks)
	step := math.Ceil(weeks / stageSteps)
	points := int(weeks/step) + 1
	room := make([]StagePoint, 0, points*len(stage.Milestones))
	for i := range stage.Milestones {
		one := &stage.Milestones[i]
		from := len(room)
		j := slices.Index(s.Milestones(), one.Milestone)
		for week := 0.0; week <= weeks; week += step {
			room = append(room, StagePoint{week * weekDays, s.Path().Expected(k, j, week*weekDays)})
		}
		one.Curve = room[from:len(room):len(room)]
	}
}

// weightsOf are the weights of cluster k's path, by milestone.
func weightsOf(s *score.Scorer, k int) []float64 {
	weights := make([]float64, len(s.Milestones()))
	for j := range weights {
		weights[j] = s.Path().Weight(k, j)
	}
	return weights
}

// onceWeights are the weights of the milestones that are reached once, 0 of others; on
// a path without any that counts, all weights.
func onceWeights(s *score.Scorer, k int) []float64 {
	weights, sum := weightsOf(s, k), 0.0
	for j := range weights {
		if s.Repeats(j) {
			weights[j] = 0
		}
		sum += weights[j]
	}
	if sum == 0 {
		return weightsOf(s, k)
	}
	return weights
}

// peersBehind is how much of cluster k's path its renewed accounts had behind them
// at a tenure, on average, by weights of milestones.
func peersBehind(s *score.Scorer, k int, day float64, weights []float64) float64 {
	sum := 0.0
	for j, weight := range weights {
		sum += weight * s.Path().Expected(k, j, day)
	}
	return sum
}

// peersDay is when the renewed peers had so much of the path behind them, by weights of
// milestones.
func peersDay(s *score.Scorer, k int, behind float64, weights []float64) *float64 {
	for week := range stageWeeks + 1 {
		if day := float64(week) * weekDays; peersBehind(s, k, day, weights) >= behind-1e-9 {
			return &day
		}
	}
	return nil
}
