package serve

import "fmt"

// Stage is the success path of a cluster drawn as a stage of a tour, and one
// account on it: milestones are climbs, the renewed peers are the peloton.
// Days are tenures, counted from the account's creation.
type Stage struct {
	Cluster    Cluster          `json:"cluster"`
	Day        float64          `json:"day"` // the account's tenure
	Milestones []StageMilestone `json:"milestones"`
	// Own and Peloton are how much of the path is behind the account and behind
	// the renewed peers at the same tenure, 0 to 1: weights of milestones.
	Own     float64 `json:"own"`
	Peloton float64 `json:"peloton"`
	// PelotonDay is the tenure at which the peloton was where the account is;
	// nil where it never is (the account is ahead of where the path's data end).
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

// Stage measures the one row of in on the success path of cluster k; k < 0: of
// its own cluster.
func (s *Scorer) Stage(in *Input, k int) (*Stage, error) {
	return nil, fmt.Errorf("%w: the model knows no success path", ErrInput)
}
