package serve

import (
	"fmt"
	"time"
)

// CompareOptions tune what Compare says. The zero value stands for no history
// and the present time zero.
type CompareOptions struct {
	Now      time.Time
	Language Language // zero: English
	// History is what the account scored before, in any order; it says how much
	// the score usually moves. Scores at or after the later of the two dates
	// are not looked at.
	History []PastScore
	// Stored is what was answered at each of the two dates, needed only where
	// that date's scorer is nil.
	Stored [2]*Stored
}

// PastScore is an earlier answer about the account.
type PastScore struct {
	AsOf   time.Time
	Health float64
	Model  string // version; only scores by one model are compared with each other
}

// Stored is an answer whose model is no longer there to give it again.
type Stored struct {
	AsOf                   time.Time
	Health                 float64 // 0 to 100
	Churn, Low, High       float64 // probability and its interval
	Band                   string
	ClusterID, ClusterName string
	Membership             float64
	Model                  string // version
}

// Compare explains the movement between two answers, possibly of two models.
// corners[d][m] is the account's one row at date d in the catalogue of model m
// (nil: unknown).
func Compare(corners [2][2]*Input, scorers [2]*Scorer, o CompareOptions) (*Explanation, error) {
	from, to := corners[0][0], corners[1][1]
	if scorers[0] == nil || scorers[0] != scorers[1] || to == nil {
		return nil, fmt.Errorf("%w: two models", ErrInput)
	}
	one := *to
	one.Language = o.Language
	return scorers[1].Explain(from, &one, o.Now)
}
