package serve

import (
	"fmt"
	"math"
	"slices"
)

// Stage is the success path of a cluster drawn as a stage of a tour, and one
// account on it: milestones are climbs, the renewed peers are the peloton.
// Days are tenures, counted from the account's creation.
type Stage struct {
	Cluster    Cluster          `json:"cluster"` // membership 0 where it is not the account's own
	Day        float64          `json:"day"`     // the account's tenure
	Milestones []StageMilestone `json:"milestones"`
	// Own and Peloton are how much of the path is behind the account and, on
	// average, behind the renewed peers at the same tenure, 0 to 1: weights of
	// milestones.
	Own     float64 `json:"own"`
	Peloton float64 `json:"peloton"`
	// PelotonDay is the tenure at which the peloton was where the account is, by
	// whole weeks; nil where it never is.
	PelotonDay *float64 `json:"peloton_day"`
	Text       string   `json:"text"`
}

// StageMilestone is one climb.
type StageMilestone struct {
	Milestone string       `json:"milestone"`
	Label     string       `json:"label"`
	Weight    float64      `json:"weight"`           // share of the path, 0 to 1
	DueDay    *float64     `json:"due_day"`          // nil: no renewed peer ever had it
	DueOn     string       `json:"due_on,omitempty"` // 2006-01-02, where the as-of date is known
	ReachedOn *float64     `json:"reached_day"`      // tenure; nil: not reached
	Overdue   bool         `json:"overdue"`
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

// Stage measures the one row of in on the success path of cluster k; k < 0: of
// its own cluster. Milestones come in the order in which they are due, those
// that no renewed peer ever had last. ErrInput where there is no such cluster or
// it has no path, and for a row whose tenure or milestones are unknown.
func (s *Scorer) Stage(in *Input, k int) (*Stage, error) {
	m, err := s.measureOne(in)
	if err != nil {
		return nil, err
	}
	own := m.frame.ClusterOf(0)
	if k < 0 {
		k = own
	}
	switch {
	case k >= len(s.ids):
		return nil, fmt.Errorf("%w: there are %d clusters", ErrInput, len(s.ids))
	case m.milestones == nil || math.IsNaN(in.Journey.Tenure[0]) || !s.hasPath(k):
		return nil, fmt.Errorf("%w: %s", ErrInput, s.pathText(in.Language, k))
	}
	stage := &Stage{Cluster: Cluster{ID: s.ids[k], Name: s.clusterName(k)}, Day: in.Journey.Tenure[0], Milestones: []StageMilestone{}}
	if k == own {
		stage.Cluster = s.cluster(m, 0)
	}
	for j := range s.milestones {
		one := s.stageMilestone(m, k, j)
		if one.ReachedOn != nil {
			stage.Own += one.Weight
		}
		stage.Milestones = append(stage.Milestones, one)
	}
	slices.SortStableFunc(stage.Milestones, func(a, b StageMilestone) int { return compareDue(a.DueDay, b.DueDay) })
	s.drawCurves(k, stage)
	stage.Peloton = s.peloton(k, stage.Day)
	stage.PelotonDay = s.pelotonDay(k, stage.Own)
	stage.Text = in.Language.stage(stage)
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

// stageMilestone says how the row stands to milestone j of cluster k.
func (s *Scorer) stageMilestone(m *measured, k, j int) StageMilestone {
	day := m.in.Journey.Tenure[0]
	one := StageMilestone{Milestone: s.milestones[j], Label: Spoken(s.milestones[j]), Weight: s.path.Weight(k, j), Curve: []StagePoint{}}
	if at, ok := m.reached(j, 0).(float64); ok {
		one.ReachedOn = &at
	}
	if due := s.path.Due(k, j); !math.IsNaN(due) {
		one.DueDay, one.DueOn = &due, m.in.dateOfDay(due)
		one.Overdue = one.ReachedOn == nil && due <= day && one.Weight > 0
	}
	one.Had, one.Of, one.Share = s.peersWith(k, j, day)
	return one
}

// drawCurves samples what share had each milestone, until well after the last is
// due and the account's day has come.
func (s *Scorer) drawCurves(k int, stage *Stage) {
	last := stage.Day
	for _, one := range stage.Milestones {
		if one.DueDay != nil {
			last = max(last, 1.5**one.DueDay)
		}
	}
	weeks := min(math.Ceil(last/weekDays)+4, stageWeeks)
	step := math.Ceil(weeks / stageSteps)
	for i := range stage.Milestones {
		one := &stage.Milestones[i]
		j := slices.Index(s.milestones, one.Milestone)
		for week := 0.0; week <= weeks; week += step {
			one.Curve = append(one.Curve, StagePoint{week * weekDays, s.path.Expected(k, j, week*weekDays)})
		}
	}
}

// peloton is how much of cluster k's path its renewed accounts had behind them
// at a tenure, on average.
func (s *Scorer) peloton(k int, day float64) float64 {
	sum := 0.0
	for j := range s.milestones {
		sum += s.path.Weight(k, j) * s.path.Expected(k, j, day)
	}
	return sum
}

// pelotonDay is when the peloton had so much of the path behind it.
func (s *Scorer) pelotonDay(k int, behind float64) *float64 {
	for week := range stageWeeks + 1 {
		if day := float64(week) * weekDays; s.peloton(k, day) >= behind-1e-9 {
			return &day
		}
	}
	return nil
}

// stage says where the account is on the path.
func (l Language) stage(s *Stage) string {
	day, own, peers := l.number(math.Round(s.Day)), l.Quantity(s.Own, "share"), l.Quantity(s.Peloton, "share")
	text := l.pick("on day "+day+" the account has "+own+" of the success path behind it, renewed peers had "+peers,
		"an Tag "+day+" hat der Account "+own+" des Erfolgspfads hinter sich, verlängerte Accounts hatten "+peers)
	if s.PelotonDay == nil {
		return capital(text) + l.pick("; it is ahead of all that they reach on average", "; er liegt vor allem, was sie im Mittel erreichen")
	}
	at := l.number(*s.PelotonDay)
	return capital(text) + l.pick("; they were where it is on day "+at, "; wo er ist, waren sie an Tag "+at)
}
